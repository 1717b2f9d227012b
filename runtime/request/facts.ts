import type { Endpoint, Gateway, RequestFacts } from "../contract.ts";
import type { BodyFacts } from "../wire/codec.ts";

/** How many tokens a request has, as far as they were counted: `most` is undefined where nobody knows. */
export type TokenRange = Readonly<{ least: number; most: number | undefined }>;

/** The facts of one request, and how far rules had its tokens counted. */
export type CountedFacts = RequestFacts & Readonly<{ countedTokens(): TokenRange }>;

const notCounted: TokenRange = { least: 0, most: undefined };

/** The facts of one request that rules ask for. Tokens are counted on first read, and once, as far as a rule can tell. */
export function requestFacts(
  input: Readonly<{ endpoint: Endpoint; model: string; body: BodyFacts; headers: Headers }>,
  { tokenBounds, tokenizer }: Pick<Gateway, "tokenBounds" | "tokenizer">,
): CountedFacts {
  const { endpoint, model, body, headers } = input;
  let counted: TokenRange | undefined;
  return {
    endpoint,
    model,
    stream: body.stream,
    hasTools: body.hasTools,
    get hasImage() {
      return body.hasImage;
    },
    responseFormat: body.responseFormat,
    maxTokens: body.maxTokens,
    get inputTokens() {
      if (tokenizer === undefined) throw new Error("a rule asks for tokens, and the gateway has no tokenizer");
      counted ??= tokenizer.count(body.texts(), tokenBounds);
      return counted.least;
    },
    countedTokens: () => counted ?? notCounted,
    header: (name) => headers.get(name) ?? undefined,
  };
}
