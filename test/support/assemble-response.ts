import { ResponseStream } from "openai/lib/responses/ResponseStream";
import type { JsonObject } from "../../runtime/wire/canonical.ts";
import { arrayOf, isObject, numberOf, objectOf, stringOf } from "../../runtime/wire/json.ts";
import { sseDecoder } from "../../runtime/wire/sse.ts";

/** The events of a Responses stream. Throws where an event's name is not its type, or its number not its place. */
export function responseEvents(sse: string): readonly JsonObject[] {
  const decoder = sseDecoder();
  const frames = [...decoder.push(new TextEncoder().encode(sse)), ...decoder.end()];
  return frames.map(({ event, data }, place) => {
    const json: JsonObject = JSON.parse(data);
    if (json["type"] !== event || json["sequence_number"] !== place)
      throw new Error(`event ${place}: ${event} ${data}`);
    return json;
  });
}

/**
 * What the official SDK makes of these events, without the members it adds itself; rejects as it would for users. With
 * `ownOutput` it has to put the output together from the events of the items.
 */
export async function assembleResponse(events: readonly JsonObject[], ownOutput = false): Promise<JsonObject> {
  const lines = events.map((event) => {
    const response = event["type"] === "response.completed" ? objectOf(event["response"]) : undefined;
    return JSON.stringify(
      ownOutput && response !== undefined ? { ...event, response: { ...response, output: null } } : event,
    );
  });
  const stream = ResponseStream.fromReadableStream(new Blob([lines.join("\n")]).stream());
  const { output_text: _text, output_parsed: _parsed, ...response } = await stream.finalResponse();
  const plain: JsonObject = JSON.parse(JSON.stringify(response));
  return { ...plain, output: arrayOf(plain["output"]).filter(isObject).map(withoutParsed) };
}

function withoutParsed(item: JsonObject): JsonObject {
  const { parsed_arguments: _arguments, ...rest } = item;
  if (rest["type"] !== "message") return rest;
  const content = arrayOf(rest["content"]).filter(isObject);
  return { ...rest, content: content.map(({ parsed: _parsed, ...part }) => part) };
}

/** What one item shows: its text, refusal, summary or arguments, and its annotations. */
type Shown = Readonly<{ text: string; annotations: readonly unknown[] }>;

/** What a client shows that reads nothing but deltas, by item. */
export function shownByDeltas(events: readonly JsonObject[]): readonly Shown[] {
  const shown: Shown[] = [];
  for (const event of events) {
    const place = numberOf(event["output_index"]) ?? -1;
    if (event["type"] === "response.output_item.added") shown[place] = { text: "", annotations: [] };
    const { delta, annotation } = event;
    if (delta === undefined && annotation === undefined) continue;
    const { text, annotations } =
      shown[place] ?? fail(`a delta of an item that did not begin: ${JSON.stringify(event)}`);
    const said = annotation === undefined ? annotations : [...annotations, annotation];
    shown[place] = { text: text + (stringOf(delta) ?? ""), annotations: said };
  }
  return shown;
}

function fail(message: string): never {
  throw new Error(message);
}

/** The same of whole items. */
export function shownByItems(output: readonly JsonObject[]): readonly Shown[] {
  return output.map((item) => {
    const parts = [...arrayOf(item["summary"]), ...arrayOf(item["content"])].filter(isObject);
    const texts = parts.map(({ text = "", refusal = "" }) => `${text}${refusal}`);
    return {
      text: [...texts, item["arguments"] ?? "", item["input"] ?? ""].join(""),
      annotations: parts.flatMap(({ annotations }) => arrayOf(annotations)),
    };
  });
}
