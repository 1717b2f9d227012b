import { deltasOf } from "../deltas.ts";
import type { JsonObject } from "../json.ts";
import type { Frame } from "../reply.ts";
import type { SaidPart } from "../said.ts";
import type { ChatAnswer } from "./chat-answer.ts";
import { annotations, completionId, finishReason } from "./completion.ts";

/**
 * The streamed answer in the vendor's order (OpenAI SDK 7.55, `ChatCompletionChunk`): role, deltas, finish reason for
 * each choice, then usage when asked for, then `[DONE]`.
 */
export function completionFrames(answer: ChatAnswer): readonly Frame[] {
  const indexes = Array.from({ length: answer.choices }, (_, index) => index);
  const chunks = indexes.flatMap((index) => choiceChunks(answer, index).map((choice) => envelope(answer, choice)));
  if (answer.includeUsage && answer.usage !== undefined) {
    chunks.push({ ...envelope(answer, undefined), usage: answer.usage });
  }
  return [...chunks.map((chunk) => ({ data: JSON.stringify(chunk) })), { data: "[DONE]", terminator: true }];
}

function envelope(answer: ChatAnswer, choice: JsonObject | undefined): JsonObject {
  return {
    id: completionId(answer.prompt),
    object: "chat.completion.chunk",
    created: answer.createdAt,
    model: answer.prompt.model,
    service_tier: "default",
    system_fingerprint: "fp_simulator",
    choices: choice === undefined ? [] : [choice],
    ...(answer.includeUsage ? { usage: null } : {}),
  };
}

function choiceChunks(answer: ChatAnswer, index: number): readonly JsonObject[] {
  const { parts, stop } = answer.said;
  const silent = parts.every((part) => part.kind === "tool-call");
  const deltas: JsonObject[] = [{ role: "assistant", content: silent ? null : "", refusal: null }];
  let callIndex = 0;
  for (const part of parts) {
    deltas.push(...partDeltas(part, callIndex, answer));
    if (part.kind === "tool-call") callIndex += 1;
  }
  return [
    ...deltas.map((delta) => ({ index, delta, logprobs: null, finish_reason: null })),
    { index, delta: {}, logprobs: null, finish_reason: finishReason(stop, answer.legacyFunctions) },
  ];
}

function partDeltas(part: SaidPart, callIndex: number, answer: ChatAnswer): readonly JsonObject[] {
  switch (part.kind) {
    case "text":
      return [
        ...deltasOf(part.text, answer.deltaChars).map((content) => ({ content })),
        ...(part.citations === undefined ? [] : [{ annotations: annotations(part) }]),
      ];
    case "refusal":
      return deltasOf(part.text, answer.deltaChars).map((refusal) => ({ refusal }));
    case "tool-call":
      return callDeltas(part, callIndex, answer);
    case "thinking":
      if (!answer.showsReasoning) return [];
      return deltasOf(part.text, answer.deltaChars).map((reasoning_content) => ({ reasoning_content }));
    case "redacted-thinking":
    case "web-search":
      return [];
  }
}

function callDeltas(
  call: Extract<SaidPart, { kind: "tool-call" }>,
  index: number,
  answer: ChatAnswer,
): readonly JsonObject[] {
  const fragments = deltasOf(call.argumentsText, answer.deltaChars);
  if (answer.legacyFunctions) {
    return [
      { function_call: { name: call.name, arguments: "" } },
      ...fragments.map((fragment) => ({ function_call: { arguments: fragment } })),
    ];
  }
  if (call.type === "free-text") {
    const open = { index, id: call.id, type: "custom", custom: { name: call.name, input: "" } };
    return [{ tool_calls: [open] }, ...fragments.map((input) => ({ tool_calls: [{ index, custom: { input } }] }))];
  }
  const open = { index, id: call.id, type: "function", function: { name: call.name, arguments: "" } };
  return [
    { tool_calls: [open] },
    ...fragments.map((fragment) => ({ tool_calls: [{ index, function: { arguments: fragment } }] })),
  ];
}
