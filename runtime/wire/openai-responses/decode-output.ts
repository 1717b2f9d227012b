import type { Block, Json, JsonObject, Opaque, WebSearch } from "../canonical.ts";
import { codePoints } from "../code-points.ts";
import type { AnswerMap } from "../codec.ts";
import { unwrapCustomText } from "../custom-tool.ts";
import { arrayOf, filledString, isObject, objectOf, stringOf } from "../json.ts";
import type { Notes } from "../notes.ts";
import { decodeAnnotations } from "./decode-parts.ts";

const native = "openai-responses";

/** What reading one answer's items needs to know. `model` is the upstream's name for what made it. */
export type OutputReading = Readonly<{ answer: AnswerMap; model: string; found: Notes }>;

/** The blocks of `output`, in the order of its items. */
export function decodeOutput(items: readonly Json[], reading: OutputReading): readonly Block[] {
  const blocks: Block[] = [];
  let textLength = 0;
  for (const [index, value] of items.entries()) {
    const item = objectOf(value);
    if (item === undefined) continue;
    for (const block of decodeOutputItem(item, `output[${index}]`, textLength, reading)) {
      if (block.kind === "text") textLength += codePoints(block.text);
      blocks.push(block);
    }
  }
  return blocks;
}

function decodeOutputItem(
  item: JsonObject,
  path: string,
  textLength: number,
  { answer, model, found }: OutputReading,
): readonly Block[] {
  switch (item["type"]) {
    case "message":
      return decodeMessage(item, textLength);
    case "reasoning": {
      const text = reasoningText(item);
      const signature = reasoningState(item, model);
      return text === "" && signature === undefined ? [] : [{ kind: "thinking", text, signature }];
    }
    case "function_call":
    case "custom_tool_call": {
      const call = decodeCall(item, answer);
      return call === undefined ? [] : [call];
    }
    case "web_search_call": {
      const search = decodeSearch(item);
      if (search === undefined) found.lose("dropped", path);
      return search === undefined ? [] : [search];
    }
    default:
      found.lose("dropped", path);
      return [];
  }
}

function decodeMessage(item: JsonObject, textLength: number): readonly Block[] {
  let offset = textLength;
  return arrayOf(item["content"])
    .filter(isObject)
    .flatMap((part): Block[] => {
      const refusal = filledString(part["refusal"]);
      if (refusal !== undefined) return [{ kind: "refusal", text: refusal }];
      const text = filledString(part["text"]);
      if (text === undefined) return [];
      const citations = decodeAnnotations(part["annotations"], offset);
      offset += codePoints(text);
      return [{ kind: "text", text, ...(citations.length === 0 ? {} : { citations }) }];
    });
}

/** Parts of a summary are paragraphs; models that show their reasoning itself have it in `content`. */
export function reasoningText(item: JsonObject): string {
  const texts = [item["summary"], item["content"]].map((parts) =>
    arrayOf(parts)
      .flatMap((part) => filledString(objectOf(part)?.["text"]) ?? [])
      .join("\n\n"),
  );
  return texts.find((text) => text !== "") ?? "";
}

export function reasoningState(item: JsonObject, model: string): Opaque | undefined {
  const data = filledString(item["encrypted_content"]);
  if (data === undefined) return undefined;
  return model === "" ? { from: native, data } : { from: native, data, model };
}

/** Undefined for a call without a name. */
function decodeCall(item: JsonObject, answer: AnswerMap): Block | undefined {
  const name = filledString(item["name"]);
  if (name === undefined) return undefined;
  const isCustom = item["type"] === "custom_tool_call";
  const isWrapped = answer.customTools.has(name);
  const text = callText(item);
  return {
    kind: "tool-call",
    id: filledString(item["call_id"]) ?? filledString(item["id"]) ?? "",
    name: answer.toolNames.get(name) ?? name,
    tool: isCustom || isWrapped ? "custom" : "function",
    argumentsText: isWrapped ? unwrapCustomText(text) : text,
  };
}

/** Arguments of a function, or the input of a custom tool. */
export function callText(item: JsonObject): string {
  const value = item["type"] === "custom_tool_call" ? item["input"] : item["arguments"];
  if (typeof value === "string") return value;
  return isObject(value) ? JSON.stringify(value) : "";
}

/** Only a search has results that another vendor's client can show; opened pages leave their text in the answer. */
export function decodeSearch(item: JsonObject): WebSearch | undefined {
  const action = objectOf(item["action"]);
  const query = filledString(action?.["query"]) ?? filledString(arrayOf(action?.["queries"])[0]);
  if (action === undefined || action["type"] !== "search" || query === undefined) return undefined;
  const sources = arrayOf(action["sources"]).flatMap((source) => {
    const url = filledString(objectOf(source)?.["url"]);
    return url === undefined ? [] : [{ url, title: stringOf(objectOf(source)?.["title"]) ?? url }];
  });
  return {
    kind: "web-search",
    id: filledString(item["id"]) ?? "",
    query,
    sources,
    failed: item["status"] === "failed",
  };
}
