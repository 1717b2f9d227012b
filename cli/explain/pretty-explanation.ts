import type { ClauseVerdict, RuleVerdict } from "../../compiler/explain.ts";
import type { RankingExplanation } from "../../runtime/routing/explain-ranking.ts";
import { describeRanking } from "../../runtime/routing/explain-ranking-text.ts";
import { printable } from "../table.ts";
import { timeText } from "../trace-texts.ts";
import type { Told } from "./told.ts";

/**
 * A paragraph for each rule: its place, and what each of its clauses makes of the request. Then where that goes, and a table
 * for every model that several offers serve. `note` stands behind the name of the endpoint.
 */
export function prettyExplanation(told: Told, note: string | undefined): string {
  const title = `${told.model} on ${told.endpoint}${note === undefined ? "" : ` (${note})`}`;
  const overrides = told.overrides.map(({ header, value, effect }) => `${header}: ${value ?? "not kept"} (${effect})`);
  const first = told.rules.find(({ verdict }) => verdict === "matches");
  const rules = told.rules.flatMap((rule) => ruleLines(rule, first?.rule));
  const lines = [title, ...traceLines(told), ...overrides, ...rules, `=> ${outcome(told)}`];
  const tables = told.routes.filter(({ offers }) => offers.length > 1).map((route) => `\n${describeRanking(route)}`);
  return `${lines.map(printable).join("\n")}\n${tables.join("")}`;
}

function traceLines({ trace, rule }: Told): readonly string[] {
  if (trace === null) return [];
  const then = `${timeText(trace.time)} UTC: ${ruleWords(trace.rule)} (${trace.decision})`;
  return [`${then}, served by ${trace.provider}/${trace.model}${nowWords(trace.rule, rule)}`];
}

/** Nothing while it is not decided. */
function nowWords(then: string, now: string | null): string {
  if (now === null) return "";
  if (then !== now) return `; now ${ruleWords(now)}`;
  return now === "none" ? "; no rule now, either" : "; the same rule now";
}

function ruleWords(rule: string): string {
  return rule === "none" ? "no rule" : `rule ${rule}`;
}

function ruleLines({ rule, place, verdict, clauses }: RuleVerdict, first: string | undefined): readonly string[] {
  const verdicts = {
    matches: clauses.length === 0 ? "matches: it asks nothing" : "matches",
    does_not_match: "does not match",
    unknown: "may match: what is known of the request does not tell",
    too_late: `would match, but rule ${first} comes first`,
  } as const;
  return [`${place}: rule ${rule} ${verdicts[verdict]}`, ...clauses.map(clauseLine)];
}

function clauseLine({ condition, place, verdict, actual }: ClauseVerdict): string {
  const words = { holds: "holds", fails: "fails", unknown: "open" } as const;
  return `  ${place}: ${words[verdict]}: ${condition}; ${actual === null ? "not known of the request" : `the request has ${actual}`}`;
}

function outcome({ rule, candidates, routes, validate, hedge }: Told): string {
  if (rule === null) return `One of these decides: ${candidates.map(ruleWords).join(", ")}`;
  const chain = routes.map(pricedOffers).join(", then ");
  const checks = validate.length === 0 ? "" : `; validate ${validate.join(", ")}`;
  const race = hedge === null ? "" : `; hedge ${offersOf(hedge)} after ${hedge.after_ms} ms`;
  return `${rule === "none" ? "No rule matches: " : ""}${chain}${checks}${race}`;
}

/** Where only one offer is asked, no table says what it costs. */
function pricedOffers(route: RankingExplanation): string {
  const [first, ...more] = route.offers;
  const price = more.length === 0 ? first?.price : undefined;
  return price ? `${offersOf(route)} ($${price.prompt}/$${price.completion} per million tokens)` : offersOf(route);
}

/** Those that are asked, best first. */
function offersOf({ offers }: RankingExplanation): string {
  const asked = offers.filter(({ place }) => place !== null);
  return asked.length === 0 ? "nobody" : asked.map(({ provider, model }) => `${provider}/${model}`).join(" or ");
}
