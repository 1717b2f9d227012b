import type { ClauseVerdict, Explanation } from "../../compiler/explain.ts";

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

/** `rules` are what there is to see, of any conversation; `explanations` those of all requests for which rules were tried. */
export function coverageOf(
  { rules }: Pick<Explanation, "rules">,
  explanations: readonly Pick<Explanation, "rules">[],
): Coverage {
  const tried = explanations.map(triedOf);
  const points = rules.flatMap(({ rule, place, clauses }, index) => {
    const verdicts = tried.flatMap((one) => one[index] ?? []);
    const isDecided = verdicts.some(({ verdict }) => verdict === "matches");
    return [
      { place, what: `rule ${rule} never decides`, isSeen: isDecided },
      ...clauses.flatMap((clause, position) => {
        const isSeen = (verdict: ClauseVerdict["verdict"]) =>
          verdicts.some((one) => one.clauses[position]?.verdict === verdict);
        const about = `rule ${rule}: ${JSON.stringify(clause.condition)}`;
        return [
          { place: clause.place, what: `${about} never holds`, isSeen: isSeen("holds") },
          { place: clause.place, what: `${about} never fails`, isSeen: isSeen("fails") },
        ];
      }),
    ];
  });
  const missing = points.filter(({ isSeen }) => !isSeen).map(({ place, what }) => ({ place, what }));
  return { seen: points.length - missing.length, total: points.length, missing };
}

/** What rules said up to the one that decided: the others were not asked. */
function triedOf({ rules }: Pick<Explanation, "rules">): Explanation["rules"] {
  const decided = rules.findIndex(({ verdict }) => verdict === "matches");
  return decided < 0 ? rules : rules.slice(0, decided + 1);
}

/** Of several configurations together; 100 where there is nothing to see. Rounded down, so that 100 means all of it. */
export function coveragePercent(all: readonly Coverage[]): number {
  const total = all.reduce((sum, one) => sum + one.total, 0);
  const seen = all.reduce((sum, one) => sum + one.seen, 0);
  return total === 0 ? 100 : Math.floor((seen / total) * 1000) / 10;
}
