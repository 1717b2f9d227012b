import type { UpstreamBody } from "../upstream/upstream.ts";

/** After an answer's end was announced, what else belongs to it gets this long to arrive. */
export const lateFramesMs = 2000;

/** Lets a finished upstream close by itself for a moment, so that its connection can be used again. */
export async function drain(body: UpstreamBody): Promise<void> {
  const read = await body.read(lateFramesMs);
  if (read.kind === "chunk") return drain(body);
  if (read.kind === "waiting") body.cancel();
}
