import type { Block, Request, Response, ToolCall, ToolResult, Turn } from "../../runtime/wire/canonical.ts";
import type { ReplyContext, UpstreamTarget } from "../../runtime/wire/codec.ts";

/** Short ways to write canonical values in tests; every member can be overridden. */

export function text(value: string): Block {
  return { kind: "text", text: value };
}

export function user(...blocks: readonly (string | Block)[]): Turn {
  return { role: "user", blocks: blocks.map(asBlock) };
}

export function assistant(...blocks: readonly (string | Block)[]): Turn {
  return { role: "assistant", blocks: blocks.map(asBlock) };
}

export function system(...blocks: readonly (string | Block)[]): Turn {
  return { role: "system", blocks: blocks.map(asBlock) };
}

function asBlock(block: string | Block): Block {
  return typeof block === "string" ? text(block) : block;
}

export function call(id: string, argumentsText = "{}", more: Partial<ToolCall> = {}): ToolCall {
  return { kind: "tool-call", id, name: "lookup", tool: "function", argumentsText, ...more };
}

export function result(callId: string, value: string, more: Partial<ToolResult> = {}): ToolResult {
  return { kind: "tool-result", callId, blocks: [text(value)], isError: false, ...more };
}

export function request(turns: readonly Turn[], more: Partial<Request> = {}): Request {
  return {
    model: "client-model",
    system: [],
    turns,
    tools: [],
    maxTokensCountsReasoning: true,
    stop: [],
    sampling: {},
    reasoning: {},
    stream: false,
    ...more,
  };
}

export function response(blocks: readonly Block[], more: Partial<Response> = {}): Response {
  return { id: "up_1", model: "upstream-model", blocks, stop: { reason: "end" }, usage: undefined, ...more };
}

export function target(model: string, vendor = true): UpstreamTarget {
  return { model, dialect: { vendor, streamOptions: true, maxTokensField: "auto" } };
}

export function replyContext(more: Partial<ReplyContext> = {}): ReplyContext {
  return {
    requestId: "req0123456789abcdefghi",
    createdSeconds: 1_790_000_000,
    model: "my-alias",
    request: {},
    ...more,
  };
}
