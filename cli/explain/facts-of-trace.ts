import type { ForgettableFact, KnownFacts } from "../../compiler/known-facts.ts";
import type { Endpoint } from "../../runtime/contract.ts";
import type { TraceJson } from "../../runtime/store/trace-json.ts";

/** What is known of a past request; `model` is the one it asked for, without a routing suffix. Headers are never kept. */
export function factsOfTrace(
  { facts, stream }: Pick<TraceJson, "facts" | "stream">,
  endpoint: Endpoint,
  model: string,
): KnownFacts {
  return {
    facts: {
      endpoint,
      model,
      stream,
      hasTools: facts?.tools ?? false,
      hasImage: facts?.image ?? false,
      responseFormat: facts?.response_format ?? undefined,
      maxTokens: facts?.max_tokens ?? undefined,
      inputTokens: facts?.input_tokens.least ?? 0,
      header: () => undefined,
    },
    unknown: facts === null ? everything : headersOnly,
    maxInputTokens: () => facts?.input_tokens.most ?? Number.POSITIVE_INFINITY,
  };
}

const headersOnly: ReadonlySet<ForgettableFact> = new Set(["header"]);
const everything: ReadonlySet<ForgettableFact> = new Set([
  "hasTools",
  "hasImage",
  "responseFormat",
  "maxTokens",
  "header",
]);
