import type { Citation, Json, JsonObject } from "../canonical.ts";
import { arrayOf, filledString, isObject, numberOf, objectOf, stringOf } from "../json.ts";
import { sha256Hex } from "../names.ts";

/** What whole answers and stream deltas of Chat servers have in common. */

/** Text of `content`: a string, or with some servers a list of parts. */
export function contentText(content: Json | undefined): string {
  if (typeof content === "string") return content;
  return arrayOf(content)
    .map((part) => stringOf(objectOf(part)?.["text"]) ?? "")
    .join("");
}

/** Mistral puts reasoning into the content list, as parts that hold text parts themselves. */
export function contentThinking(content: Json | undefined): string {
  return arrayOf(content)
    .map((part) => contentText(objectOf(part)?.["thinking"]))
    .join("");
}

/** `annotations` of OpenAI's search models. */
export function decodeCitations(annotations: Json | undefined): readonly Citation[] {
  return arrayOf(annotations).flatMap((annotation) => {
    const source = objectOf(objectOf(annotation)?.["url_citation"]);
    const url = filledString(source?.["url"]);
    if (source === undefined || url === undefined) return [];
    const start = numberOf(source["start_index"]) ?? 0;
    return [{ url, title: stringOf(source["title"]) ?? url, start, end: numberOf(source["end_index"]) ?? start }];
  });
}

/** `tool_calls` entries, with the older `function_call` as one more. */
export function callEntries(message: JsonObject): readonly JsonObject[] {
  const legacy = objectOf(message["function_call"]);
  const entries = arrayOf(message["tool_calls"]).filter(isObject);
  return legacy === undefined ? entries : [...entries, { type: "function", function: legacy }];
}

/** The named part of a call entry or delta, and its raw arguments or input. */
export function callBody(
  entry: JsonObject,
): Readonly<{ custom: boolean; name: string | undefined; args: Json | undefined }> {
  const custom = objectOf(entry["custom"]);
  const body = custom ?? objectOf(entry["function"]);
  return {
    custom: custom !== undefined || entry["type"] === "custom",
    name: filledString(body?.["name"]),
    args: custom === undefined ? body?.["arguments"] : body?.["input"],
  };
}

/** Makes ids unique within one answer: an id that is missing or taken is replaced by one made of `seed` and position. */
export function uniqueIds(seed: string): (id: string | undefined) => string {
  const taken = new Set<string>();
  let position = 0;
  return (id) => {
    position += 1;
    const unique = id !== undefined && !taken.has(id) ? id : `call_${sha256Hex(`${seed}:${position}`).slice(0, 24)}`;
    taken.add(unique);
    return unique;
  };
}

/** What a seed for ids is made of: two answers differ in it, the chunks of one do not. */
export function answerSeed(answer: JsonObject): string {
  return `${stringOf(answer["id"]) ?? ""}:${numberOf(answer["created"]) ?? ""}`;
}
