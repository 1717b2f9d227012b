import { hash } from "../hash.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Prompt } from "../prompt.ts";
import type { SaidPart, Stop } from "../said.ts";
import type { ChatAnswer } from "./chat-answer.ts";
import { reasoningOf } from "./reasoned-call-id.ts";

/** The non-streamed answer (OpenAI SDK 7.55, `ChatCompletion`). */
export function completion(answer: ChatAnswer): JsonObject {
  const { prompt, said } = answer;
  const choice = (index: number): JsonObject => ({
    index,
    message: message(answer),
    logprobs: null,
    finish_reason: finishReason(said.stop, answer.legacyFunctions),
  });
  return {
    id: completionId(prompt),
    object: "chat.completion",
    created: answer.createdAt,
    model: prompt.model,
    choices: Array.from({ length: answer.choices }, (_, index) => choice(index)),
    ...(answer.usage === undefined ? {} : { usage: answer.usage }),
    service_tier: "default",
    system_fingerprint: "fp_simulator",
  };
}

/** The id of a completion; the same for the streamed and the whole form of one request. */
export function completionId(prompt: Prompt): string {
  return `chatcmpl-${hash(prompt.seed)}`;
}

/** `finish_reason` of a choice. */
export function finishReason(stop: Stop, legacyFunctions: boolean): string | null {
  switch (stop.kind) {
    case "end":
    case "stop-sequence":
    case "refusal":
      return "stop";
    case "length":
      return "length";
    case "tool-calls":
      return legacyFunctions ? "function_call" : "tool_calls";
    case "word":
      return stop.word;
  }
}

function message({ said, legacyFunctions, showsReasoning }: ChatAnswer): JsonObject {
  const reasoning = showsReasoning ? reasoningOf(said) : "";
  const text = said.parts.flatMap((part) => (part.kind === "text" ? [part.text] : []));
  const refusal = said.parts.flatMap((part) => (part.kind === "refusal" ? [part.text] : []));
  const calls = said.parts.filter((part) => part.kind === "tool-call");
  return {
    role: "assistant",
    content: text.length > 0 ? text.join("") : null,
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
    refusal: refusal.length > 0 ? refusal.join("") : null,
    annotations: said.parts.flatMap((part) => (part.kind === "text" ? annotations(part) : [])),
    ...(calls.length === 0 ? {} : callFields(calls, legacyFunctions)),
  };
}

/** `annotations` of a text that cites the web. */
export function annotations(text: Extract<SaidPart, { kind: "text" }>): readonly JsonObject[] {
  return (text.citations ?? []).map(({ url, title, start, end }) => ({
    type: "url_citation",
    url_citation: { url, title, start_index: start, end_index: end },
  }));
}

type Call = Extract<SaidPart, { kind: "tool-call" }>;

function callFields(calls: readonly Call[], legacyFunctions: boolean): JsonObject {
  const [first] = calls;
  if (legacyFunctions && first !== undefined) {
    return { function_call: { name: first.name, arguments: first.argumentsText } };
  }
  return { tool_calls: calls.map(toolCall) };
}

function toolCall(call: Call): Json {
  return call.type === "json"
    ? { id: call.id, type: "function", function: { name: call.name, arguments: call.argumentsText } }
    : { id: call.id, type: "custom", custom: { name: call.name, input: call.argumentsText } };
}
