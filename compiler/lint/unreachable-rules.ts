import type { FirstMatch } from "../analysis/first-matches.ts";
import { within } from "../analysis/region.ts";
import { cellsOf, type Space, witnessIn } from "../analysis/space.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import type { RuleIR } from "../ir.ts";

/** Covering rules that are named; more would not be read. */
const maxNamed = 5;

/** AR301 and AR302: rules that no request ever gets to. The witness is a request that an earlier rule takes instead. */
export function unreachableRules(space: Space, matches: readonly FirstMatch[]): readonly Diagnostic[] {
  return matches.flatMap((match) => {
    const { rule, wanted, gets, takenBy } = match;
    if (space.open.has(rule)) return [];
    if (wanted.length === 0) return [neverMatches(space, rule)];
    if (gets === undefined || gets.length > 0) return [];
    const [first] = takenBy;
    const taken = first && within(wanted, space.boxOf(first));
    const related = takenBy.slice(0, maxNamed).map(({ name, span }) => ({ message: `Rule ${quoted(name)}.`, span }));
    return [
      diagnostic("AR301", rule.span, `Rule ${quoted(rule.name)} is never reached: ${takers(takenBy)}.`, {
        hint: "Move it up, or remove it.",
        related,
        witness: taken && witnessIn(space, taken),
      }),
    ];
  });
}

function takers(rules: readonly RuleIR[]): string {
  const [first] = rules;
  if (rules.length === 1) return `rule ${quoted(first?.name)} takes every request that it matches`;
  const named = rules.slice(0, maxNamed).map(({ name }) => quoted(name));
  const more = rules.length - named.length;
  const who =
    more > 0 ? `${named.join(", ")} and ${more} more` : `${named.slice(0, -1).join(", ")} and ${named.at(-1)}`;
  return `the earlier rules ${who} together take every request that it matches`;
}

function neverMatches(space: Space, rule: RuleIR): Diagnostic {
  const axis = space.axes.find((one) => cellsOf(one, rule) === 0n);
  const why =
    axis === undefined
      ? "no request to the endpoints that it names can have what it asks for"
      : `its conditions on ${axis.name} exclude every value`;
  return diagnostic("AR302", rule.span, `Rule ${quoted(rule.name)} can never match: ${why}.`);
}

function quoted(name: string | undefined): string {
  return JSON.stringify(name);
}
