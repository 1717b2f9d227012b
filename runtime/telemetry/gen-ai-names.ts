import {
  GEN_AI_OPERATION_NAME_VALUE_CHAT as chat,
  GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS as embeddings,
  GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT as generateContent,
  GEN_AI_OPERATION_NAME_VALUE_TEXT_COMPLETION as textCompletion,
} from "@opentelemetry/semantic-conventions/incubating";
import type { Endpoint } from "../contract.ts";

/** The words of the GenAI conventions of OpenTelemetry, version 1.45.0 of the constants: they still change. */

/** `gen_ai.operation.name` of a request, by the API it came in on. */
export const operationNames = {
  chat_completions: chat,
  responses: chat,
  messages: chat,
  generate_content: generateContent,
  completions: textCompletion,
  embeddings,
} as const satisfies Record<Endpoint, string>;

/**
 * `gen_ai.response.finish_reasons`: the conventions leave the words to vendors; these are those of Chat Completions. Keys
 * are the canonical reasons and, in lower case, the vendors' own words.
 */
const finishReasons: Readonly<Record<string, string>> = {
  end: "stop",
  end_turn: "stop",
  completed: "stop",
  "stop-sequence": "stop",
  stop_sequence: "stop",
  "context-full": "length",
  model_context_window_exceeded: "length",
  max_tokens: "length",
  incomplete: "length",
  "tool-calls": "tool_calls",
  tool_use: "tool_calls",
  function_call: "tool_calls",
  refusal: "content_filter",
  filtered: "content_filter",
  safety: "content_filter",
  prohibited_content: "content_filter",
  pause_turn: "pause",
};

/** A word that has no other stays as it is. */
export function finishReason(stop: string): string {
  const word = stop.toLowerCase();
  return finishReasons[word] ?? word;
}

/** `gen_ai.provider.name` by the end of a host's name. */
const vendors: readonly (readonly [host: string, name: string])[] = [
  ["api.openai.com", "openai"],
  ["api.anthropic.com", "anthropic"],
  ["generativelanguage.googleapis.com", "gcp.gemini"],
  ["aiplatform.googleapis.com", "gcp.vertex_ai"],
  [".openai.azure.com", "azure.ai.openai"],
  [".services.ai.azure.com", "azure.ai.inference"],
  [".amazonaws.com", "aws.bedrock"],
  ["api.deepseek.com", "deepseek"],
  ["api.groq.com", "groq"],
  ["api.mistral.ai", "mistral_ai"],
  ["api.x.ai", "x_ai"],
  ["api.perplexity.ai", "perplexity"],
  [".cohere.com", "cohere"],
  [".cohere.ai", "cohere"],
];

/** The vendor's name in the conventions; the provider's own name in the configuration where they have none for it. */
export function providerName(provider: string, host: string | undefined): string {
  if (host === undefined) return provider;
  return vendors.find(([end]) => host.endsWith(end))?.[1] ?? provider;
}
