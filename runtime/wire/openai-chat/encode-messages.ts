import type { Block, JsonObject, Request, ToolCall, ToolResult, Turn } from "../canonical.ts";
import { wrapCustomInput } from "../custom-tool.ts";
import { shorten } from "../names.ts";
import { encodeHistoryReasoning } from "./encode-history-reasoning.ts";
import { encodeContent, encodeParts, type PartEncoding } from "./encode-parts.ts";

/** OpenAI refuses longer call ids. */
const maxIdChars = 40;

/** `systemRole` is `developer` where the model knows it; `vendor` is OpenAI's own host. */
export type MessageEncoding = PartEncoding &
  Readonly<{
    systemRole: "system" | "developer";
    vendor: boolean;
    /** Custom tools are sent as functions. */
    wrapsCustom: boolean;
    toolName(name: string): string;
  }>;

/** Expects normalised turns: tool results are the first blocks of the user turn behind their calls. */
export function encodeMessages(request: Request, encoding: MessageEncoding): readonly JsonObject[] {
  if (request.turns.at(-1)?.role === "assistant")
    encoding.found.lose("prefill_as_history", "messages", request.turns.at(-1)?.blocks.at(-1));
  return [...encodeSystem(request.system, encoding), ...request.turns.flatMap((turn) => encodeTurn(turn, encoding))];
}

function encodeSystem(blocks: readonly Block[], encoding: MessageEncoding): readonly JsonObject[] {
  const parts = encodeParts(blocks, encoding);
  if (parts.length === 0) return [];
  return [{ role: encoding.systemRole, content: encodeContent(parts, "\n\n", false) }];
}

function encodeTurn(turn: Turn, encoding: MessageEncoding): readonly JsonObject[] {
  switch (turn.role) {
    case "system":
      return encodeSystem(turn.blocks, encoding);
    case "user":
      return encodeUser(turn.blocks, encoding);
    case "assistant":
      return [
        ...turn.blocks.filter(isSummary).flatMap((block) => encodeUser([block], encoding)),
        encodeAssistant(
          turn.blocks.filter((block) => !isSummary(block)),
          encoding,
        ),
      ];
  }
}

/** The Messages API puts its summary of older turns into the assistant's answer; anywhere else it is something told. */
export function isSummary(block: Block): boolean {
  return block.kind === "opaque" && block.type === "compaction";
}

/** One tool message per result, then one user message with the results' media and what the user said. */
function encodeUser(blocks: readonly Block[], encoding: MessageEncoding): readonly JsonObject[] {
  const results = blocks.filter((block) => block.kind === "tool-result");
  const media = results.flatMap((result) => result.blocks.filter(isMedia));
  const parts = encodeParts([...media, ...blocks], encoding);
  const messages = results.map((result) => encodeResult(result, encoding));
  if (parts.length === 0 && results.length > 0) return messages;
  return [...messages, { role: "user", content: encodeContent(parts, "\n\n", encoding.vendor) }];
}

function isMedia(block: Block): boolean {
  return block.kind === "image" || block.kind === "document" || block.kind === "audio";
}

/** Tool messages hold text only, so media are named here and follow in a user message; there is no error flag either. */
function encodeResult(result: ToolResult, encoding: MessageEncoding): JsonObject {
  let mediaCount = 0;
  const texts = result.blocks.map((block) => {
    if (!isMedia(block)) return encodeParts([block], encoding).map((part) => part["text"]);
    mediaCount += 1;
    return `[${block.kind} ${mediaCount} of ${result.callId} follows]`;
  });
  const text = texts.flat().join("\n");
  return {
    role: "tool",
    tool_call_id: shorten(result.callId, maxIdChars),
    content: result.isError ? JSON.stringify({ error: text }) : text,
  };
}

function encodeAssistant(blocks: readonly Block[], encoding: MessageEncoding): JsonObject {
  const calls = blocks.filter((block) => block.kind === "tool-call");
  const refusals = encoding.vendor ? blocks.filter((block) => block.kind === "refusal") : [];
  const spoken = blocks.filter((block) => !(encoding.vendor && block.kind === "refusal"));
  const text = encodeContent(encodeText(spoken, encoding), "", false);
  return {
    role: "assistant",
    content: text === "" && (calls.length > 0 || refusals.length > 0) ? null : text,
    ...(refusals.length === 0 ? {} : { refusal: refusals.map((block) => block.text).join("") }),
    ...(encoding.vendor ? {} : encodeHistoryReasoning(blocks, encoding.dialect)),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => encodeCall(call, encoding)) }),
  };
}

/** Assistant messages hold text only. */
function encodeText(blocks: readonly Block[], encoding: MessageEncoding): readonly JsonObject[] {
  const media = blocks.find(isMedia);
  if (media !== undefined) encoding.found.lose("dropped", "messages", media);
  return encodeParts(
    blocks.filter((block) => !isMedia(block)),
    encoding,
  );
}

function encodeCall(call: ToolCall, encoding: MessageEncoding): JsonObject {
  const id = shorten(call.id, maxIdChars);
  const name = encoding.toolName(call.name);
  const { argumentsText, signature } = call;
  const extra = !encoding.vendor && signature?.from === "openai-chat" ? extraContent(signature.data) : {};
  if (call.tool === "custom" && !encoding.wrapsCustom)
    return { id, type: "custom", custom: { name, input: argumentsText } };
  const text = call.tool === "custom" ? JSON.stringify(wrapCustomInput(argumentsText)) : filledArguments(argumentsText);
  return { id, type: "function", function: { name, arguments: text }, ...extra };
}

export function extraContent(thoughtSignature: string): JsonObject {
  return { extra_content: { google: { thought_signature: thoughtSignature } } };
}

/** No arguments are the empty object: an empty string is no JSON. */
export function filledArguments(text: string): string {
  return text.trim() === "" ? "{}" : text;
}
