import type { JsonObject } from "../wire/canonical.ts";
import { isObject, parseJson } from "../wire/json.ts";
import { sseDecoder } from "../wire/sse.ts";

/** The same reply; `seen` is told each event of one of these types, as it passes. Leaving and slowness pass on as they come. */
export function watchEvents(reply: Response, types: readonly string[], seen: (event: JsonObject) => void): Response {
  const reader = reply.body?.getReader();
  if (reader === undefined) return reply;
  const watch = watcher(types, seen);
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        watch(value);
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { status: reply.status, headers: reply.headers });
}

/** An event beyond every sane size ends the watching, not the answer. */
function watcher(types: readonly string[], seen: (event: JsonObject) => void): (chunk: Uint8Array) => void {
  const decoder = sseDecoder();
  let isReadable = true;
  return (chunk) => {
    if (!isReadable) return;
    try {
      for (const { data } of decoder.push(chunk)) tell(data, types, seen);
    } catch {
      isReadable = false;
    }
  };
}

/** Most events are small parts of an answer, and are not parsed for this. */
function tell(data: string, types: readonly string[], seen: (event: JsonObject) => void): void {
  if (!types.some((type) => data.includes(`"${type}"`))) return;
  const event = parseJson(data);
  if (isObject(event) && types.some((type) => type === event["type"])) seen(event);
}
