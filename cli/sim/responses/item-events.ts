import { deltasOf } from "../deltas.ts";
import { hash } from "../hash.ts";
import { isArray, isObject, type JsonObject } from "../json.ts";

/** The events that build one output item, in the vendor's order (OpenAI SDK 7.55, `ResponseStreamEvent`). */
export function itemEvents(item: JsonObject, outputIndex: number, chars: number | undefined): readonly JsonObject[] {
  const at = { item_id: item["id"] ?? "", output_index: outputIndex };
  return [
    event("response.output_item.added", { output_index: outputIndex, item: started(item) }),
    ...contentEvents(item, at, chars),
    event("response.output_item.done", { output_index: outputIndex, item }),
  ];
}

function event(type: string, fields: JsonObject): JsonObject {
  return { type, ...fields };
}

/** The item as it is when it appears: nothing in it yet. */
function started(item: JsonObject): JsonObject {
  const empty: JsonObject = { content: [], summary: [], arguments: "", input: "" };
  const fields = Object.entries(item).map(([name, value]) => [name, empty[name] ?? value] as const);
  const open = Object.fromEntries(fields);
  return item["status"] === undefined ? open : { ...open, status: "in_progress" };
}

function contentEvents(item: JsonObject, at: JsonObject, chars: number | undefined): readonly JsonObject[] {
  switch (item["type"]) {
    case "message":
      return objects(item["content"]).flatMap((part, index) =>
        partEvents(part, { ...at, content_index: index }, chars),
      );
    case "reasoning":
      return objects(item["summary"]).flatMap((part, index) =>
        summaryEvents(String(part["text"]), { ...at, summary_index: index }, chars),
      );
    case "function_call":
      return callEvents("function_call_arguments", "arguments", String(item["arguments"]), at, chars);
    case "custom_tool_call":
      return callEvents("custom_tool_call_input", "input", String(item["input"]), at, chars);
    case "web_search_call":
      return ["in_progress", "searching", "completed"].map((step) => event(`response.web_search_call.${step}`, at));
    default:
      return [];
  }
}

function partEvents(part: JsonObject, at: JsonObject, chars: number | undefined): readonly JsonObject[] {
  const refusal = part["type"] === "refusal";
  const name = refusal ? "refusal" : "output_text";
  const text = String(refusal ? part["refusal"] : part["text"]);
  const logprobs = refusal ? {} : { logprobs: [] };
  const empty = refusal ? { ...part, refusal: "" } : { ...part, text: "", annotations: [] };
  return [
    event("response.content_part.added", { ...at, part: empty }),
    ...deltas(`response.${name}.delta`, text, { ...at, ...logprobs }, chars),
    ...objects(part["annotations"]).map((annotation, annotation_index) =>
      event("response.output_text.annotation.added", { ...at, annotation_index, annotation }),
    ),
    event(`response.${name}.done`, refusal ? { ...at, refusal: text } : { ...at, text, logprobs: [] }),
    event("response.content_part.done", { ...at, part }),
  ];
}

function summaryEvents(text: string, at: JsonObject, chars: number | undefined): readonly JsonObject[] {
  return [
    event("response.reasoning_summary_part.added", { ...at, part: { type: "summary_text", text: "" } }),
    ...deltas("response.reasoning_summary_text.delta", text, at, chars),
    event("response.reasoning_summary_text.done", { ...at, text }),
    event("response.reasoning_summary_part.done", { ...at, part: { type: "summary_text", text } }),
  ];
}

function callEvents(
  name: string,
  field: string,
  text: string,
  at: JsonObject,
  chars: number | undefined,
): readonly JsonObject[] {
  return [
    ...deltas(`response.${name}.delta`, text, at, chars),
    event(`response.${name}.done`, { ...at, [field]: text }),
  ];
}

/** Each delta carries noise that hides its length from who can only see the traffic. */
function deltas(type: string, text: string, at: JsonObject, chars: number | undefined): readonly JsonObject[] {
  return deltasOf(text, chars).map((delta) =>
    event(type, { ...at, delta, obfuscation: hash(delta).slice(delta.length) }),
  );
}

function objects(list: JsonObject[string] | undefined): readonly JsonObject[] {
  return isArray(list) ? list.filter(isObject) : [];
}
