import type { Endpoint, RequestFacts } from "./contract.ts";
import { countTokens } from "./tokens.ts";
import type { BodyFacts } from "./wire/codec.ts";

/** How many tokens a request has, as far as they were counted: `most` is undefined where nobody knows. */
export type TokenRange = Readonly<{ least: number; most: number | undefined }>;

/** The facts of one request, and how far rules had its tokens counted. */
export type CountedFacts = RequestFacts & Readonly<{ countedTokens(): TokenRange }>;

const notCounted: TokenRange = { least: 0, most: undefined };

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
): CountedFacts {
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
    countedTokens: () => {
      if (inputTokens === undefined) return notCounted;
      return { least: inputTokens, most: inputTokens < tokenCeiling ? inputTokens : undefined };
    },
    header: (name) => headers.get(name) ?? undefined,
  };
}
