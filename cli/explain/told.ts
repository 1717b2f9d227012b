import { type Explanation, explain } from "../../compiler/explain.ts";
import type { RuleIR } from "../../compiler/ir.ts";
import type { Span } from "../../compiler/span.ts";
import { epochMs } from "../../runtime/clock.ts";
import type { Endpoint } from "../../runtime/contract.ts";
import { explainRanking, type RankingExplanation } from "../../runtime/routing/explain-ranking.ts";
import { type InterpretedGateway, restedRanking } from "../interpreted-gateway.ts";
import type { OverrideText } from "./override-texts.ts";
import type { Subject, Unexplainable } from "./subject.ts";

/** What is explained, as `--format json` prints it: rules as they are tried, then where the request goes. */
export type Told = Readonly<{
  version: 1;
  endpoint: Endpoint;
  model: string;
  /** What became of a past request. */
  trace: Readonly<{ id: string; time: string; rule: string; decision: string; provider: string; model: string }> | null;
  overrides: readonly OverrideText[];
  rules: Explanation["rules"];
  /** `none` when no rule matches; null while that depends on what is not known. */
  rule: string | null;
  /** The rules it may be, where that is not decided. */
  candidates: readonly string[];
  /** The rest is empty where no rule is decided on. */
  routes: readonly RankingExplanation[];
  validate: readonly string[];
  fallback_on: readonly string[];
  hedge: (RankingExplanation & Readonly<{ after_ms: number }>) | null;
}>;

/** Tells all rules when `isWhole`, else those up to the one that matches. */
export function tell(
  subject: Subject,
  {
    gateway,
    rules,
    placeOf,
    isWhole,
  }: Readonly<{
    gateway: InterpretedGateway;
    rules: readonly RuleIR[];
    placeOf: (span: Span) => string;
    isWhole: boolean;
  }>,
): Told | Unexplainable {
  const tried = subject.isWithoutRules ? [] : rules;
  const explained = explain({ rules: tried }, subject.known, placeOf);
  const [candidate, ...others] = explained.candidates;
  const way = others.length > 0 ? undecided : wayOf(subject, candidate, gateway);
  if ("problem" in way) return way;
  const matched = explained.rules.findIndex(({ verdict }) => verdict === "matches");
  return {
    version: 1,
    endpoint: subject.known.facts.endpoint,
    model: subject.model,
    trace: traceOf(subject),
    overrides: subject.overrides,
    rules: isWhole || matched < 0 ? explained.rules : explained.rules.slice(0, matched + 1),
    candidates: others.length === 0 ? [] : explained.candidates.map((rule) => rule?.name ?? "none"),
    ...way,
  };
}

type Way = Pick<Told, "rule" | "routes" | "validate" | "fallback_on" | "hedge">;

const undecided: Way = { rule: null, routes: [], validate: [], fallback_on: [], hedge: null };

function wayOf(subject: Subject, rule: RuleIR | undefined, gateway: InterpretedGateway): Way | Unexplainable {
  const itinerary = subject.itinerary(rule);
  if ("class" in itinerary) return { problem: itinerary.message };
  const { routes, validate, fallbackOn, hedge } = itinerary;
  const ask = restedRanking(gateway, subject.ranking, epochMs());
  return {
    rule: itinerary.rule,
    routes: routes.map((route) => explainRanking(route, ask)),
    validate,
    fallback_on: fallbackOn,
    hedge: hedge === undefined ? null : { after_ms: hedge.afterMs, ...explainRanking(hedge.route, ask) },
  };
}

function traceOf({ trace }: Subject): Told["trace"] {
  if (trace === undefined) return null;
  const { id, time, rule, decision, provider, model_served: model } = trace;
  return { id, time, rule, decision, provider, model };
}
