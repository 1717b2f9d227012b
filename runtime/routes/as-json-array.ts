import { jsonArrayFraming } from "../wire/gemini/json-array.ts";

/** A streamed answer as Google's API sends it to who does not ask for `alt=sse`; any other answer as it is. */
export function asJsonArray(reply: Response): Response {
  const { body, headers } = reply;
  if (body === null || headers.get("content-type")?.startsWith("text/event-stream") !== true) return reply;
  const framing = jsonArrayFraming();
  const array = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => enqueue(framing.push(chunk), controller),
    flush: (controller) => enqueue(framing.end(), controller),
  });
  const changed = new Headers(headers);
  changed.set("content-type", "application/json; charset=utf-8");
  return new Response(body.pipeThrough(array), { status: reply.status, headers: changed });
}

function enqueue(bytes: Uint8Array, controller: TransformStreamDefaultController<Uint8Array>): void {
  if (bytes.length > 0) controller.enqueue(bytes);
}
