import type { JsonObject, Usage, WireError } from "../canonical.ts";
import type { StreamTap } from "../codec.ts";
import { arrayOf, filledString, isObject, objectOf, parseJson } from "../json.ts";
import type { SseEvent } from "../sse.ts";
import { errorOf } from "./error.ts";
import { isReadable } from "./output-reader.ts";
import { decodeUsage } from "./usage.ts";

/** The `type` of a frame whose `event:` line a server left out; the API writes it first. */
const leadingType = /^\s*\{\s*"type"\s*:\s*"([a-z_.]+)"/;
const anyType = /"type"\s*:\s*"((?:response\.[a-z_.]+|error))"/;
/** Quotes inside JSON strings are escaped, so text that talks about errors does not match. */
const errorMember = /"error"\s*:\s*["{]/;

/** Watches a forwarded stream. It runs on every one, so most frames cost one look at their type and no parse. */
export function streamTap(): StreamTap {
  let usage: Usage | undefined;
  let error: WireError | undefined;
  let status: "completed" | "incomplete" | undefined;
  let isSaid = false;
  let id: string | undefined;
  let model: string | undefined;

  function end(response: JsonObject | undefined, as: "completed" | "incomplete"): void {
    status = as;
    usage = decodeUsage(response, searchesIn(response)) ?? usage;
    isSaid ||= arrayOf(response?.["output"]).some((item) => isObject(item) && isContent(item));
  }

  function read(event: SseEvent, type: string): void {
    const json = objectOf(parseJson(event.data));
    if (json === undefined) return;
    const response = objectOf(json["response"]);
    id ??= filledString(response?.["id"]);
    model ??= filledString(response?.["model"]);
    if (type === "response.completed") end(response, "completed");
    else if (type === "response.incomplete") end(response, "incomplete");
    else if (type.startsWith("response.output_item.")) isSaid ||= isContent(objectOf(json["item"]) ?? {});
    else if (failures.has(type) || json["error"]) {
      usage = decodeUsage(response, searchesIn(response)) ?? usage;
      error ??= errorOf(json, response);
    }
  }

  return {
    push(event) {
      const type = typeOf(event);
      if (type.endsWith(".delta")) isSaid = true;
      else if (matters(type, isSaid) || id === undefined || errorMember.test(event.data)) read(event, type);
    },
    complete: () => error === undefined && status !== undefined,
    // The last event is the response itself, so nobody can write it for the upstream.
    missingEnd: () => "",
    usage: () => usage,
    said: () => ({ id, model, stop: status }),
    error: () => error,
    answerId: () => id,
    committed: () => isSaid || status !== undefined,
    empty: () => status === "completed" && !isSaid,
  };
}

function searchesIn(response: JsonObject | undefined): number {
  return arrayOf(response?.["output"]).filter((item) => objectOf(item)?.["type"] === "web_search_call").length;
}

const failures: ReadonlySet<string> = new Set(["response.failed", "response.cancelled", "error"]);

/** Whether a frame must be parsed. Items only count until something was said. */
function matters(type: string, isSaid: boolean): boolean {
  if (type.startsWith("response.output_item.")) return !isSaid;
  return failures.has(type) || type === "response.completed" || type === "response.incomplete";
}

function typeOf({ event, data }: SseEvent): string {
  if (event !== undefined && event !== "message") return event;
  return (leadingType.exec(data) ?? anyType.exec(data))?.[1] ?? "";
}

/** An empty message or reasoning promises nothing yet; every other item is content by itself. */
function isContent(item: JsonObject): boolean {
  if (!isReadable(item)) return typeof item["type"] === "string";
  if (item["type"] !== "message" && item["type"] !== "reasoning") return true;
  const parts = [item["content"], item["summary"]].flatMap(arrayOf).map(objectOf);
  return parts.some(
    (part) => filledString(part?.["text"]) !== undefined || filledString(part?.["refusal"]) !== undefined,
  );
}
