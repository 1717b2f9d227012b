import type { RequestFacts } from "../runtime/contract.ts";
import { holds } from "./interpret.ts";
import type { ConditionIR } from "./ir.ts";

/** What a rule can ask about a request that may have been forgotten. The other facts are always there. */
export type ForgettableFact = "hasTools" | "hasImage" | "responseFormat" | "maxTokens" | "header";

/** The facts of a request as far as they are known, such as those of a past one. */
export type KnownFacts = Readonly<{
  /** The fewest input tokens that it may have had, and anything where a fact is `unknown`. */
  facts: RequestFacts;
  unknown: ReadonlySet<ForgettableFact>;
  /** The most input tokens that it may have had; as many as `facts` has where they were counted. */
  maxInputTokens: () => number;
}>;

/** All of them. Tokens are counted when they are asked for. */
export function allKnown(facts: RequestFacts): KnownFacts {
  return { facts, unknown: new Set(), maxInputTokens: () => facts.inputTokens };
}

/** Whether one condition holds; undefined where what is known does not tell. */
export function knownToHold(
  condition: ConditionIR,
  { facts, unknown, maxInputTokens }: KnownFacts,
): boolean | undefined {
  if (condition.kind === "input-tokens") {
    const atLeast = holds(condition, facts);
    // A comparison that holds at both ends holds between them.
    return atLeast === holds(condition, withTokens(facts, maxInputTokens())) ? atLeast : undefined;
  }
  const fact = forgettable(condition);
  return fact !== undefined && unknown.has(fact) ? undefined : holds(condition, facts);
}

function withTokens(facts: RequestFacts, inputTokens: number): RequestFacts {
  return { ...facts, inputTokens };
}

function forgettable(condition: Exclude<ConditionIR, { kind: "input-tokens" }>): ForgettableFact | undefined {
  switch (condition.kind) {
    case "max-tokens":
      return "maxTokens";
    case "flag":
      return condition.fact === "stream" ? undefined : condition.fact;
    case "response-format":
      return "responseFormat";
    case "header":
      return "header";
    case "endpoint":
    case "model-in":
    case "model-glob":
      return undefined;
  }
}
