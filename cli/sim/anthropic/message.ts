import { alphanumericHash } from "../hash.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../json.ts";
import type { SaidPart, Stop } from "../said.ts";
import { sign } from "../signature.ts";
import type { MessageAnswer } from "./message-answer.ts";

/** The non-streamed answer (Anthropic SDK 1.11, `Message`). */
export function message(answer: MessageAnswer): JsonObject {
  const { said } = answer;
  return {
    ...messageHead(answer),
    content: said.parts.flatMap(contentBlocks),
    ...stopFields(said.stop),
    ...(answer.usage === undefined ? {} : { usage: answer.usage }),
  };
}

/** The fields known before the first token. */
export function messageHead(answer: MessageAnswer): JsonObject {
  return {
    model: answer.prompt.model,
    id: `msg_01${alphanumericHash(answer.prompt.seed).slice(0, 22)}`,
    type: "message",
    role: "assistant",
    container: null,
    diagnostics: null,
  };
}

/** `stop_reason`, `stop_sequence` and `stop_details`. */
export function stopFields(stop: Stop): JsonObject {
  const sequence = stop.kind === "stop-sequence" ? stop.sequence : null;
  const details = stop.kind === "refusal" ? { type: "refusal", category: null, explanation: refusalText } : null;
  return { stop_reason: stopReason(stop), stop_sequence: sequence, stop_details: details };
}

const refusalText = "The simulated model declined to answer.";

function stopReason(stop: Stop): string | null {
  switch (stop.kind) {
    case "end":
      return "end_turn";
    case "length":
      return "max_tokens";
    case "tool-calls":
      return "tool_use";
    case "refusal":
      return "refusal";
    case "stop-sequence":
      return "stop_sequence";
    case "word":
      return stop.word;
  }
}

/** Content blocks of a part; none for a refusal, which Anthropic tells by `stop_reason` alone. */
function contentBlocks(part: SaidPart): readonly JsonObject[] {
  switch (part.kind) {
    case "text":
      return [{ citations: citations(part), type: "text", text: part.text }];
    case "thinking":
      return [{ type: "thinking", thinking: part.text, signature: part.signature }];
    case "redacted-thinking":
      return [{ type: "redacted_thinking", data: part.data }];
    case "tool-call": {
      const { id, name } = part;
      return [{ type: "tool_use", id, name, input: toolInput(part.argumentsText), caller: { type: "direct" } }];
    }
    case "web-search":
      return [{ ...searchCall(part), input: { query: part.query } }, searchResult(part)];
    case "refusal":
      return [];
  }
}

type Search = Extract<SaidPart, { kind: "web-search" }>;

/** The block of a search before its input (Anthropic SDK 1.11, `ServerToolUseBlock`). */
export function searchCall({ id }: Search): JsonObject {
  return { type: "server_tool_use", id: serverToolId(id), name: "web_search", input: {}, caller: { type: "direct" } };
}

/** What a search found (Anthropic SDK 1.11, `WebSearchToolResultBlock`). */
export function searchResult({ id, url, title }: Search): JsonObject {
  const found = { type: "web_search_result", url, title, encrypted_content: sign("", url), page_age: null };
  const caller = { type: "direct" };
  return { type: "web_search_tool_result", tool_use_id: serverToolId(id), content: [found], caller };
}

function serverToolId(id: string): string {
  return `srv${id}`;
}

/** `citations` of a text; null where it cites nothing. */
export function citations(part: Extract<SaidPart, { kind: "text" }>): readonly JsonObject[] | null {
  const list = (part.citations ?? []).map(({ url, title, start, end }) => ({
    type: "web_search_result_location",
    url,
    title,
    encrypted_index: sign("", url),
    cited_text: part.text.slice(start, end),
  }));
  return list.length === 0 ? null : list;
}

/** The parsed input; text that is not a JSON object (cut by `max_tokens`, or scripted) is the empty object. */
function toolInput(argumentsText: string): Json {
  const input = parseJson(argumentsText);
  return isObject(input) ? input : {};
}
