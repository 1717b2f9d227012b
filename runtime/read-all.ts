import { failure } from "./errors.ts";
import type { UpstreamBody } from "./upstream/upstream.ts";
import type { WireError } from "./wire/canonical.ts";

/** A whole body, or why there is none. */
export type WholeBody = Readonly<{ kind: "body"; bytes: Uint8Array }> | Readonly<{ kind: "failed"; error: WireError }>;

/** Reads a body to its end. More than `maxBytes` (counted after decompression) cancels it: a bomb must not fill the memory. */
export async function readAll(body: UpstreamBody, maxBytes: number): Promise<WholeBody> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const read = await body.read();
    switch (read.kind) {
      case "chunk":
        size += read.bytes.length;
        if (size > maxBytes) {
          body.cancel();
          return {
            kind: "failed",
            error: failure(
              "bad-upstream-answer",
              `The answer is larger than ${maxBytes} bytes (limits.max_response_bytes).`,
            ),
          };
        }
        chunks.push(read.bytes);
        break;
      case "failed":
        return read;
      case "end":
        return { kind: "body", bytes: concat(chunks, size) };
      case "waiting":
        break;
    }
  }
}

/** Joins chunks into one array of `size` bytes. */
export function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const joined = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
