import { expect, test } from "bun:test";
import fc from "fast-check";
import { firstMatches, unmatched } from "../../../compiler/analysis/first-matches.ts";
import { overlaps, subtract } from "../../../compiler/analysis/region.ts";
import { spaceOf } from "../../../compiler/analysis/space.ts";
import type { Diagnostic } from "../../../compiler/diagnostics.ts";
import type { RuleIR } from "../../../compiler/ir.ts";
import { overlappingRules } from "../../../compiler/lint/overlapping-rules.ts";
import { redundantConditions } from "../../../compiler/lint/redundant-conditions.ts";
import { unreachableRules } from "../../../compiler/lint/unreachable-rules.ts";
import { allRequests, matches, matchTable, type SmallWorld, smallWorld } from "./small-world.ts";

/** `BRUTE_FORCE_POLICIES=50000 bun test …` is the long run. */
const policies = Number(process.env["BRUTE_FORCE_POLICIES"] ?? 3000);
const seed = 20_261_121;
const patienceMs = 900_000;

type Found = Readonly<Record<"never" | "unreached" | "implied" | "decided" | "overlap", readonly string[]>>;

/** What there is to find, by trying every request. */
function byTrying(world: SmallWorld): Found {
  const { rules } = world;
  const requests = allRequests(world);
  const table = matchTable(rules, requests);
  const first = requests.map((_, at) => table.findIndex((row) => row[at] === true));
  const indexes = [...rules.keys()];
  const never = indexes.filter((rule) => !table[rule]?.includes(true));
  const unreached = indexes.filter((rule) => !never.includes(rule) && !first.includes(rule));
  const reached = indexes.filter((rule) => first.includes(rule));
  const clauses = reached.flatMap((index) => {
    const rule = rules[index];
    return (rule?.when ?? []).map((_, position) => {
      const wider = { when: rule?.when.filter((_, at) => at !== position) ?? [] };
      const [row = []] = matchTable([wider], requests);
      const added = requests
        .keys()
        .filter((at) => row[at] === true && table[index]?.[at] !== true)
        .toArray();
      const isImplied = added.length === 0;
      const isDecided = added.every((at) => table.slice(0, index).some((earlier) => earlier[at] === true));
      return { place: `${index}.${position}`, isImplied, isDecided };
    });
  });
  const overlap = indexes.flatMap((index) =>
    indexes
      .filter((later) => later > index && first.some((winner, at) => winner === index && table[later]?.[at] === true))
      .map((later) => `${index}-${later}`),
  );
  return {
    never: never.map(String),
    unreached: unreached.map(String),
    implied: clauses.filter(({ isImplied }) => isImplied).map(({ place }) => place),
    decided: clauses.filter(({ isImplied, isDecided }) => isDecided && !isImplied).map(({ place }) => place),
    overlap,
  };
}

/** The same by analysis; throws where a witness does not show what its finding says. */
function byAnalysis({ rules }: SmallWorld): Found {
  const space = spaceOf(rules);
  const found = firstMatches(space, rules);
  const unreachable = unreachableRules(space, found);
  const redundant = redundantConditions(space, found);
  const overlapping = overlappingRules(space, found);
  for (const one of unreachable) if (one.code === "AR301") expectShown(one, rules);
  for (const one of overlapping) expectShown(one, rules);
  for (const { takenBy, wanted, gets } of found) {
    const isTaken = (takers: readonly RuleIR[]) =>
      subtract(
        wanted,
        takers.map((taker) => space.boxOf(taker)),
        1e6,
      ).left?.length === 0;
    if (gets?.length !== 0 || wanted.length === 0) continue;
    expect(isTaken(takenBy)).toBe(true);
    for (const one of takenBy) expect(isTaken(takenBy.filter((other) => other !== one))).toBe(false);
  }
  for (const { rule, gets = [] } of found) for (const box of gets) expect(overlaps(box, space.boxOf(rule))).toBe(true);
  const of = (code: string) => [...unreachable, ...redundant].filter((one) => one.code === code);
  return {
    never: of("AR302").map((one) => String(one.span.start / 100)),
    unreached: of("AR301").map((one) => String(one.span.start / 100)),
    implied: of("AR310").map(placeOf),
    decided: of("AR317").map(placeOf),
    overlap: overlapping.map((one) => `${(one.related?.[0]?.span.start ?? 0) / 100}-${one.span.start / 100}`),
  };
}

function placeOf({ span }: Diagnostic): string {
  return `${Math.floor(span.start / 100)}.${(span.start % 100) - 1}`;
}

/** The request matches the rule that the finding is about, and the first related rule is the first that matches it. */
function expectShown({ witness, span, related }: Diagnostic, rules: readonly RuleIR[]): void {
  if (witness === undefined) throw new Error("no witness");
  const rule = rules.find((one) => one.span.start === span.start);
  expect(rule && matches(rule, witness)).toBe(true);
  const taker = rules.find((one) => matches(one, witness));
  expect(taker?.span.start).not.toBe(span.start);
  if (related?.length === 1) expect(taker?.span.start).toBeLessThanOrEqual(related[0]?.span.start ?? 0);
}

test(
  `the analysis and the trial of every request agree on ${policies} policies`,
  () => {
    const total = { never: 0, unreached: 0, implied: 0, decided: 0, overlap: 0 };
    fc.assert(
      fc.property(smallWorld(6), (world) => {
        const found = byAnalysis(world);
        expect(found).toEqual(byTrying(world));
        for (const kind of Object.keys(total) as (keyof Found)[]) total[kind] += found[kind].length;
      }),
      { numRuns: policies, seed },
    );
    // Every kind was found often: agreement on nothing would prove nothing.
    for (const count of Object.values(total)) expect(count).toBeGreaterThan(policies / 20);
  },
  patienceMs,
);

test(
  "with no work allowed nothing false is said of a rule, and most is still known",
  () => {
    const counts = { known: 0, unknown: 0 };
    fc.assert(
      fc.property(smallWorld(8), ({ rules, axes }) => {
        const requests = allRequests({ rules, axes });
        const table = matchTable(rules, requests);
        const first = new Set(requests.map((_, at) => table.findIndex((row) => row[at] === true)));
        for (const [index, { isReached }] of firstMatches(spaceOf(rules), rules, 0).entries()) {
          counts[isReached === undefined ? "unknown" : "known"]++;
          if (isReached !== undefined) expect(isReached).toBe(first.has(index));
        }
      }),
      { numRuns: Math.ceil(policies / 3), seed },
    );
    expect(counts.known).toBeGreaterThan(20 * counts.unknown);
  },
  patienceMs,
);

test(
  "what no rule takes is what no request's trial finds a rule for",
  () => {
    fc.assert(
      fc.property(smallWorld(5), (world) => {
        const left = unmatched(spaceOf(world.rules), world.rules);
        const requests = allRequests(world);
        const isLeft = requests.some((request) => !world.rules.some((rule) => matches(rule, request)));
        expect(left !== undefined && left.length > 0).toBe(isLeft);
      }),
      { numRuns: 300, seed },
    );
  },
  patienceMs,
);
