import type { Block, Citation, JsonObject, Opaque, Response } from "../canonical.ts";
import { packOpaque } from "../carrier.ts";
import type { ReplyContext } from "../codec.ts";
import { arrayOf } from "../json.ts";
import { extraContent, filledArguments } from "./encode-messages.ts";
import { encodeReasoning } from "./reply-reasoning.ts";
import { encodeFinish, refusalOf } from "./stop.ts";
import { encodeUsage } from "./usage.ts";

/** A whole answer (openai 7.55.0 `ChatCompletion`): one choice, `refusal` always there. */
export function encodeResponse(response: Response, context: ReplyContext): JsonObject {
  const legacy = isLegacy(context.request);
  const hasRefusalText = response.blocks.some((block) => block.kind === "refusal");
  return {
    id: replyId(context),
    object: "chat.completion",
    created: context.createdSeconds,
    model: context.model,
    choices: [
      {
        index: 0,
        message: encodeMessage(response, legacy),
        logprobs: null,
        finish_reason: encodeFinish(response.stop, hasRefusalText, legacy),
      },
    ],
    ...(response.usage === undefined ? {} : { usage: encodeUsage(response.usage) }),
    ...(response.serviceTier === undefined ? {} : { service_tier: serviceTiers[response.serviceTier] }),
  };
}

export function replyId(context: ReplyContext): string {
  return `chatcmpl-${context.requestId}`;
}

/** Clients of the API before tools sent `functions`, and look for `function_call` in the answer. */
export function isLegacy(request: JsonObject): boolean {
  return arrayOf(request["functions"]).length > 0 && arrayOf(request["tools"]).length === 0;
}

const serviceTiers = {
  standard: "default",
  priority: "priority",
  flex: "flex",
  batch: "default",
} as const satisfies Record<NonNullable<Response["serviceTier"]>, string>;

function encodeMessage(response: Response, legacy: boolean): JsonObject {
  const { blocks, stop } = response;
  const text = joined(blocks, "text");
  const refusal = joined(blocks, "refusal") || refusalOf(stop);
  const citations = blocks.flatMap((block) => (block.kind === "text" ? (block.citations ?? []) : []));
  const calls = encodeCalls(blocks, legacy);
  return {
    role: "assistant",
    content: text === "" && (refusal !== undefined || Object.keys(calls).length > 0) ? null : text,
    refusal: refusal ?? null,
    ...(citations.length === 0 ? {} : { annotations: citations.map(encodeCitation) }),
    ...encodeReasoning(blocks),
    ...calls,
  };
}

function joined(blocks: readonly Block[], kind: "text" | "refusal"): string {
  return blocks.map((block) => (block.kind === kind ? block.text : "")).join("");
}

export function encodeCitation(citation: Citation): JsonObject {
  const { url, title, start, end } = citation;
  return { type: "url_citation", url_citation: { url, title, start_index: start, end_index: end } };
}

/** The signature of a call as Google's own OpenAI-compatible API has it (ai.google.dev, "OpenAI compatibility"). */
export function callExtra(signature: Opaque | undefined): JsonObject {
  return signature === undefined ? {} : extraContent(packOpaque(signature));
}

function encodeCalls(blocks: readonly Block[], legacy: boolean): JsonObject {
  const calls = blocks.filter((block) => block.kind === "tool-call");
  const [first] = calls;
  if (first === undefined) return {};
  if (legacy) return { function_call: { name: first.name, arguments: filledArguments(first.argumentsText) } };
  return {
    tool_calls: calls.map(({ id, name, tool, argumentsText, signature }) => ({
      id,
      ...(tool === "custom"
        ? { type: "custom", custom: { name, input: argumentsText } }
        : { type: "function", function: { name, arguments: filledArguments(argumentsText) } }),
      ...callExtra(signature),
    })),
  };
}
