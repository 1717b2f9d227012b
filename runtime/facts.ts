import type { Endpoint, RequestFacts } from "./contract.ts";
import { countTokens } from "./tokens.ts";
import type { BodyFacts } from "./wire/codec.ts";

/**
 * The facts of one request that rules ask for. Tokens are counted on first read, and once: most policies never ask.
 * `tokenCeiling` is `Gateway.tokenCeiling`, where counting stops.
 */
export function requestFacts(
  input: Readonly<{
    endpoint: Endpoint;
    model: string;
    body: BodyFacts;
    headers: Headers;
    tokenCeiling: number;
  }>,
): RequestFacts {
  const { endpoint, model, body, headers, tokenCeiling } = input;
  let inputTokens: number | undefined;
  return {
    endpoint,
    model,
    stream: body.stream,
    hasTools: body.hasTools,
    hasImage: body.hasImage,
    responseFormat: body.responseFormat,
    maxTokens: body.maxTokens,
    get inputTokens() {
      inputTokens ??= countTokens(body.texts(), tokenCeiling);
      return inputTokens;
    },
    header: (name) => headers.get(name) ?? undefined,
  };
}
