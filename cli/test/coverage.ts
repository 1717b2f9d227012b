import { describeCondition } from "../../compiler/describe.ts";
import { holds, matches, namesEmbeddings } from "../../compiler/interpret.ts";
import type { RuleIR } from "../../compiler/ir.ts";
import type { Span } from "../../compiler/span.ts";
import type { RequestFacts } from "../../runtime/contract.ts";

/**
 * What the tests of a configuration have seen of its policy: of each rule that it decided, of each clause of its `when` that
 * it held and that it failed while the rule was tried. All of it can be seen unless `arouter check` finds a rule or a clause
 * without effect.
 */
export type Coverage = Readonly<{
  seen: number;
  total: number;
  /** In file order; `place` is `file:line:column`. */
  missing: readonly Readonly<{ place: string; what: string }>[];
}>;

/** `requests` are the facts of all for which rules were tried; `placeOf` says `file:line:column`. */
export function coverageOf(
  rules: readonly RuleIR[],
  requests: readonly RequestFacts[],
  placeOf: (span: Span) => string,
): Coverage {
  const all = rules.map(unseen);
  for (const facts of requests) look(all, facts);
  const points = all.flatMap((rule) => pointsOf(rule, placeOf));
  const missing = points.filter(({ isSeen }) => !isSeen).map(({ place, what }) => ({ place, what }));
  return { seen: points.length - missing.length, total: points.length, missing };
}

/** What was seen of one rule so far; clauses by their position. */
type Seen = { readonly rule: RuleIR; hasDecided: boolean; readonly held: Set<number>; readonly failed: Set<number> };

function unseen(rule: RuleIR): Seen {
  return { rule, hasDecided: false, held: new Set(), failed: new Set() };
}

/** Tries the rules on one request, as far as a gateway would. */
function look(all: readonly Seen[], facts: RequestFacts): void {
  const tried = all.filter(({ rule }) => facts.endpoint !== "embeddings" || namesEmbeddings(rule));
  for (const seen of tried) {
    for (const [position, condition] of seen.rule.when.entries()) {
      (holds(condition, facts) ? seen.held : seen.failed).add(position);
    }
    if (!matches(seen.rule, facts)) continue;
    seen.hasDecided = true;
    return;
  }
}

type Point = Readonly<{ place: string; what: string; isSeen: boolean }>;

function pointsOf({ rule, hasDecided, held, failed }: Seen, placeOf: (span: Span) => string): readonly Point[] {
  const clauses = rule.when.flatMap((condition, position) => {
    const place = placeOf(rule.whenSpans?.[position] ?? rule.span);
    const about = `rule ${rule.name}: ${JSON.stringify(describeCondition(condition))}`;
    return [
      { place, what: `${about} never holds`, isSeen: held.has(position) },
      { place, what: `${about} never fails`, isSeen: failed.has(position) },
    ];
  });
  return [{ place: placeOf(rule.span), what: `rule ${rule.name} never decides`, isSeen: hasDecided }, ...clauses];
}

/** Of several configurations together; 100 where there is nothing to see. Rounded down, so that 100 means all of it. */
export function coveragePercent(all: readonly Coverage[]): number {
  const total = all.reduce((sum, one) => sum + one.total, 0);
  const seen = all.reduce((sum, one) => sum + one.seen, 0);
  return total === 0 ? 100 : Math.floor((seen / total) * 1000) / 10;
}
