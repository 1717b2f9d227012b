import type { Endpoint } from "../runtime/contract.ts";
import type { Witness } from "./analysis/witness.ts";

const paths = {
  chat_completions: "/v1/chat/completions",
  responses: "/v1/responses",
  messages: "/v1/messages",
  generate_content: "/v1beta/models/…:generateContent",
  completions: "/v1/completions",
  embeddings: "/v1/embeddings",
} as const satisfies Record<Endpoint, string>;

/** A witness in one line, such as `model "gpt-4o", 250 input tokens, tools, POST /v1/chat/completions`. */
export function describeWitness(witness: Witness): string {
  const { endpoint, model, inputTokens, maxTokens, responseFormat, headers } = witness;
  const parts = [
    `model ${JSON.stringify(model)}`,
    `${inputTokens} input token${inputTokens === 1 ? "" : "s"}`,
    maxTokens === undefined ? "" : `max_tokens ${maxTokens}`,
    witness.hasTools ? "tools" : "",
    witness.hasImage ? "an image" : "",
    witness.stream ? "streamed" : "",
    responseFormat === undefined ? "" : `response format ${responseFormat}`,
    ...Object.entries(headers).map(([name, value]) => `header ${name}: ${value}`),
    `POST ${paths[endpoint]}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}
