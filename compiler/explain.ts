import type { RequestFacts } from "../runtime/contract.ts";
import { type Candidates, candidatesOf } from "./candidates.ts";
import { describeCondition } from "./describe.ts";
import { namesEmbeddings } from "./interpret.ts";
import type { ConditionIR, RuleIR } from "./ir.ts";
import { type KnownFacts, knownToHold } from "./known-facts.ts";
import type { Span } from "./span.ts";

/** What the rules say of one request. */
export type Explanation = Readonly<{
  /** All of them, in file order. */
  rules: readonly RuleVerdict[];
  candidates: Candidates;
}>;

export type RuleVerdict = Readonly<{
  rule: string;
  /** `file:line:column`, as that of each clause. */
  place: string;
  /** `too_late`: it would match, but an earlier one does. */
  verdict: "matches" | "does_not_match" | "unknown" | "too_late";
  /** In the order they are written; none where the rule asks nothing. */
  clauses: readonly ClauseVerdict[];
}>;

export type ClauseVerdict = Readonly<{
  condition: string;
  place: string;
  verdict: "holds" | "fails" | "unknown";
  /** What the request has; null where that is not known. */
  actual: string | null;
}>;

/** Tries the rules on a request as the gateway would, and says of each clause whether it holds. */
export function explain(
  { rules }: Readonly<{ rules: readonly RuleIR[] }>,
  known: KnownFacts,
  placeOf: (span: Span) => string,
): Explanation {
  let isTaken = false;
  const verdicts = rules.map((rule): RuleVerdict => {
    const clauses = clausesOf(rule, known, placeOf);
    const verdict = verdictOn(clauses, isTaken);
    if (verdict === "matches") isTaken = true;
    return { rule: rule.name, place: placeOf(rule.span), verdict, clauses };
  });
  return { rules: verdicts, candidates: candidatesOf(rules, known) };
}

function verdictOn(clauses: readonly ClauseVerdict[], isTaken: boolean): RuleVerdict["verdict"] {
  if (clauses.some(({ verdict }) => verdict === "fails")) return "does_not_match";
  if (clauses.some(({ verdict }) => verdict === "unknown")) return "unknown";
  return isTaken ? "too_late" : "matches";
}

function clausesOf(rule: RuleIR, known: KnownFacts, placeOf: (span: Span) => string): readonly ClauseVerdict[] {
  const written = rule.when.map((condition, position): ClauseVerdict => {
    const holds = knownToHold(condition, known);
    return {
      condition: describeCondition(condition),
      place: placeOf(rule.whenSpans?.[position] ?? rule.span),
      verdict: holds === undefined ? "unknown" : holds ? "holds" : "fails",
      actual: actual(condition, known),
    };
  });
  const isSkipped = known.facts.endpoint === "embeddings" && !namesEmbeddings(rule);
  return isSkipped ? [...written, { ...unnamed, place: placeOf(rule.span) }] : written;
}

/** The models of rules that speak of all endpoints converse, and make no embeddings. */
const unnamed = {
  condition: "endpoint embeddings",
  verdict: "fails",
  actual: "an endpoint for which only rules count that name it",
} as const;

/** What the request has, in words. */
function actual(condition: ConditionIR, known: KnownFacts): string | null {
  const { facts, maxInputTokens } = known;
  if (condition.kind !== "input-tokens" && knownToHold(condition, known) === undefined) return null;
  switch (condition.kind) {
    case "input-tokens":
      return tokenWords(facts.inputTokens, maxInputTokens());
    case "max-tokens":
      return facts.maxTokens === undefined ? "no output limit" : `an output limit of ${facts.maxTokens}`;
    case "flag":
      return flagWords[condition.fact][facts[condition.fact] ? "yes" : "no"];
    case "response-format":
      return facts.responseFormat === undefined ? "no response format" : `response format ${facts.responseFormat}`;
    case "endpoint":
      return `endpoint ${facts.endpoint}`;
    case "model-in":
    case "model-glob":
      return `model ${facts.model}`;
    case "header":
      return headerWords(condition.name, facts);
  }
}

function tokenWords(least: number, most: number): string | null {
  if (least === most) return least === 1 ? "1 input token" : `${least} input tokens`;
  if (most !== Number.POSITIVE_INFINITY) return `${least} to ${most} input tokens`;
  return least === 0 ? null : `at least ${least} input tokens`;
}

const flagWords = {
  hasTools: { yes: "tools", no: "no tools" },
  hasImage: { yes: "an image", no: "no image" },
  stream: { yes: "stream", no: "no stream" },
} as const;

function headerWords(name: string, { header }: RequestFacts): string {
  const value = header(name);
  return value === undefined ? `no header ${name}` : `header ${name} = ${value}`;
}
