import type { Block, Json, JsonObject, Request, ToolCall, ToolResult, Turn } from "../canonical.ts";
import { isObject } from "../json.ts";
import { shorten } from "../names.ts";
import { encodeParts, type PartEncoding } from "./encode-parts.ts";

const native = "openai-responses";
/** OpenAI refuses longer call ids. */
const maxIdChars = 64;

export type ItemEncoding = PartEncoding & Readonly<{ toolName(name: string): string }>;

/** `input`, and `instructions` where no part of them is marked for the prompt cache. Expects normalised turns. */
export function encodeInput(request: Request, encoding: ItemEncoding): JsonObject {
  if (request.turns.at(-1)?.role === "assistant") encoding.found.lose("prefill_as_history", "messages");
  const calls = new Map(request.turns.flatMap(({ blocks }) => blocks).flatMap(callEntry));
  const items = request.turns.flatMap((turn) => encodeTurn(turn, calls, encoding));
  const isMarked =
    encoding.breakpoints && request.system.some((block) => "cache" in block && block.cache !== undefined);
  if (isMarked)
    return { input: [...message("developer", encodeParts(request.system, "input_text", encoding)), ...items] };
  const instructions = request.system.flatMap((block) => (block.kind === "text" ? [block.text] : [])).join("\n\n");
  return { ...(instructions === "" ? {} : { instructions }), input: items };
}

function callEntry(block: Block): readonly (readonly [string, ToolCall])[] {
  return block.kind === "tool-call" ? [[block.id, block]] : [];
}

function encodeTurn(turn: Turn, calls: ReadonlyMap<string, ToolCall>, encoding: ItemEncoding): readonly JsonObject[] {
  switch (turn.role) {
    case "system":
      return message("developer", encodeParts(turn.blocks, "input_text", encoding));
    case "user": {
      const results = turn.blocks.filter((block) => block.kind === "tool-result");
      const rest = turn.blocks.filter((block) => block.kind !== "tool-result");
      return [
        ...results.map((result) => encodeResult(result, calls.get(result.callId), encoding)),
        ...message("user", encodeParts(rest, "input_text", encoding)),
      ];
    }
    case "assistant":
      return encodeAssistant(turn.blocks, encoding);
  }
}

function message(role: "developer" | "user" | "assistant", content: readonly JsonObject[]): readonly JsonObject[] {
  return content.length === 0 ? [] : [{ type: "message", role, content }];
}

/** An output is text, or a list of parts where it holds more; there is no error flag. */
function encodeResult(result: ToolResult, call: ToolCall | undefined, encoding: ItemEncoding): JsonObject {
  const parts = encodeParts(result.blocks, "input_text", encoding);
  const isText = parts.every((part) => part["type"] === "input_text");
  const text = parts.map((part) => part["text"]).join("\n");
  const output: Json = result.isError ? JSON.stringify({ error: text }) : isText ? text : parts;
  const type = call?.tool === "custom" ? "custom_tool_call_output" : "function_call_output";
  return { type, call_id: shorten(result.callId, maxIdChars), output };
}

/** Items in the order of the blocks; pieces of text that follow each other are one message. */
function encodeAssistant(blocks: readonly Block[], encoding: ItemEncoding): readonly JsonObject[] {
  const items: JsonObject[] = [];
  let said: Block[] = [];
  const finishMessage = (): void => {
    items.push(...message("assistant", encodeParts(said, "output_text", encoding)));
    said = [];
  };
  for (const block of blocks) {
    const item = encodeItem(block, encoding);
    if (item === "said") said.push(block);
    else if (item !== undefined) {
      finishMessage();
      items.push(item);
    }
  }
  finishMessage();
  return withoutLooseReasoning(items, encoding);
}

/** `said`: a part of a message. Undefined: left out. */
function encodeItem(block: Block, { found, toolName }: ItemEncoding): JsonObject | "said" | undefined {
  switch (block.kind) {
    case "tool-call":
      return encodeCall(block, toolName);
    case "thinking":
    case "redacted-thinking": {
      const state = block.kind === "thinking" ? block.signature : block.data;
      const text = block.kind === "thinking" ? block.text : "";
      if (state?.from === native) {
        const summary = text === "" ? [] : [{ type: "summary_text", text }];
        return { type: "reasoning", summary, encrypted_content: state.data };
      }
      if (state !== undefined) found.lose("reasoning_dropped", "messages");
      return undefined;
    }
    case "web-search":
      // Made at the upstream: it takes none that it did not make.
      found.lose("dropped", "web_search_call");
      return undefined;
    case "opaque":
      return block.from === native && isObject(block.json) ? block.json : "said";
    default:
      return "said";
  }
}

function encodeCall(call: ToolCall, toolName: (name: string) => string): JsonObject {
  const call_id = shorten(call.id, maxIdChars);
  const name = toolName(call.name);
  if (call.tool === "custom") return { type: "custom_tool_call", call_id, name, input: call.argumentsText };
  const isEmpty = call.argumentsText.trim() === "";
  return { type: "function_call", call_id, name, arguments: isEmpty ? "{}" : call.argumentsText };
}

/** The API refuses reasoning that nothing follows. */
function withoutLooseReasoning(items: readonly JsonObject[], { found }: ItemEncoding): readonly JsonObject[] {
  const last = items.findLastIndex((item) => item["type"] !== "reasoning");
  if (last === items.length - 1) return items;
  found.lose("reasoning_dropped", "messages");
  return items.slice(0, last + 1);
}
