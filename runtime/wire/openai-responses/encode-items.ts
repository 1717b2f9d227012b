import type { Block, Json, JsonObject, Request, ToolCall, ToolResult, Turn } from "../canonical.ts";
import { wrapCustomInput } from "../custom-tool.ts";
import { shorten } from "../names.ts";
import { filledArguments, isSummary } from "../openai-chat/encode-messages.ts";
import type { PartEncoding } from "../openai-chat/encode-parts.ts";
import { encodeAnswer } from "./encode-answer.ts";
import { encodeParts } from "./encode-parts.ts";

/** OpenAI refuses longer call ids. */
const maxIdChars = 64;

export type ItemEncoding = PartEncoding &
  Readonly<{
    systemRole: "system" | "developer";
    /** Custom tools are sent as functions. */
    wrapsCustom: boolean;
    toolName(name: string): string;
  }>;

/**
 * `input`, and `instructions` where no part of them is marked for the prompt cache: marks can only stand in items. A request
 * of instructions alone has them as items as well, as the API wants some. Expects normalised turns.
 */
export function encodeInput(request: Request, encoding: ItemEncoding): JsonObject {
  const { breakpoints, found, systemRole } = encoding;
  if (request.turns.at(-1)?.role === "assistant")
    found.lose("prefill_as_history", "messages", request.turns.at(-1)?.blocks.at(-1));
  const custom = new Set(request.turns.flatMap(({ blocks }) => blocks.flatMap(customCallId)));
  const items = request.turns.flatMap((turn) => encodeTurn(turn, custom, encoding));
  const isMarked = breakpoints && request.system.some((block) => "cache" in block && block.cache !== undefined);
  if (isMarked || items.length === 0) {
    return { input: [...message(systemRole, encodeParts(request.system, "input_text", encoding)), ...items] };
  }
  const texts = encodeParts(request.system, "input_text", encoding).map((part) => part["text"]);
  return { ...(texts.length === 0 ? {} : { instructions: texts.join("\n\n") }), input: items };
}

function customCallId(block: Block): readonly string[] {
  return block.kind === "tool-call" && block.tool === "custom" ? [block.id] : [];
}

/** `custom`: ids of calls of custom tools, whose outputs have a type of their own. */
function encodeTurn(turn: Turn, custom: ReadonlySet<string>, encoding: ItemEncoding): readonly JsonObject[] {
  switch (turn.role) {
    case "system":
      return message(encoding.systemRole, encodeParts(turn.blocks, "input_text", encoding));
    case "user": {
      const results = turn.blocks.filter((block) => block.kind === "tool-result");
      const rest = turn.blocks.filter((block) => block.kind !== "tool-result");
      return [
        ...results.map((result) => encodeResult(result, custom.has(result.callId), encoding)),
        ...message("user", encodeParts(rest, "input_text", encoding)),
      ];
    }
    case "assistant":
      return [
        ...message("user", encodeParts(turn.blocks.filter(isSummary), "input_text", encoding)),
        ...encodeAnswer(
          turn.blocks.filter((block) => !isSummary(block)),
          encoding,
          {
            message: (blocks) => message("assistant", encodeParts(blocks, "output_text", encoding)),
            call: (call) => encodeCall(call, encoding),
          },
        ),
      ];
  }
}

function message(role: "system" | "developer" | "user" | "assistant", content: readonly JsonObject[]) {
  return content.length === 0 ? [] : [{ type: "message", role, content }];
}

/** An output is text, or a list of parts where it holds more; there is no error flag. */
function encodeResult(result: ToolResult, isCustom: boolean, encoding: ItemEncoding): JsonObject {
  const parts = encodeParts(result.blocks, "input_text", encoding);
  const media = parts.filter((part) => part["type"] !== "input_text");
  const joined = parts.flatMap((part) => (part["type"] === "input_text" ? [part["text"]] : [])).join("\n");
  const text = result.isError ? JSON.stringify({ error: joined }) : joined;
  // The form does not depend on marks of the prompt cache: they move on every turn, and what is cached must not change.
  const told: Json = result.isError ? [{ type: "input_text", text }, ...media] : parts;
  return {
    type: isCustom && !encoding.wrapsCustom ? "custom_tool_call_output" : "function_call_output",
    call_id: shorten(result.callId, maxIdChars),
    output: media.length === 0 ? text : told,
  };
}

function encodeCall(call: ToolCall, { toolName, wrapsCustom }: ItemEncoding): JsonObject {
  const call_id = shorten(call.id, maxIdChars);
  const name = toolName(call.name);
  const { argumentsText, tool } = call;
  if (tool === "custom" && !wrapsCustom) return { type: "custom_tool_call", call_id, name, input: argumentsText };
  const text = tool === "custom" ? JSON.stringify(wrapCustomInput(argumentsText)) : filledArguments(argumentsText);
  return { type: "function_call", call_id, name, arguments: text };
}
