import { expect, test } from "bun:test";
import fc from "fast-check";
import { positionsIn } from "../../../compiler/analysis/axis.ts";
import { type Region, subtract } from "../../../compiler/analysis/region.ts";
import { type Space, witnessIn } from "../../../compiler/analysis/space.ts";
import { widened } from "../../../compiler/analysis/widened.ts";
import { type Witness, witnessFacts } from "../../../compiler/analysis/witness.ts";
import { movedRequests } from "../../../compiler/diff/moved-requests.ts";
import { holds } from "../../../compiler/interpret.ts";
import type { RuleIR } from "../../../compiler/ir.ts";
import { routerIR } from "../../support/router-ir.ts";
import { allRequests, matchTable, smallWorld } from "./small-world.ts";

/** `BRUTE_FORCE_POLICIES=50000 bun test …` is the long run. */
const policies = Math.ceil(Number(process.env["BRUTE_FORCE_POLICIES"] ?? 600) / 2);
const seed = 20_261_121;
const patienceMs = 900_000;

/** Whether a request is in a region: in each axis it is in the cell where all conditions answer as they do for it. */
function isIn(region: Region, request: Witness, { axes }: Space, rules: readonly RuleIR[]): boolean {
  const facts = witnessFacts(request);
  const conditions = rules.flatMap((rule) => rule.when);
  return region.some((box) =>
    axes.every((axis, at) =>
      positionsIn(box[at] ?? 0n).some((position) => {
        if (axis.name === "the endpoint") return axis.cells[position]?.put(request).endpoint === request.endpoint;
        const cell = 1n << BigInt(position);
        return conditions
          .filter(axis.asks)
          .every((condition) => ((axis.where(condition) & cell) !== 0n) === holds(condition, facts));
      }),
    ),
  );
}

/** Half of the rules of one are left out of the other, and a half of each is its own. */
const pairs = smallWorld(8).map((world) => {
  const { rules } = world;
  return {
    world,
    before: rules.filter((_, index) => index % 3 !== 0),
    after: rules.filter((_, index) => index % 3 !== 1).toReversed(),
  };
});

test(
  `R47 the difference of two policies is the one that trying every request finds, for ${policies} pairs`,
  () => {
    let found = 0;
    fc.assert(
      fc.property(pairs, ({ world, before, after }) => {
        const { space, moved, undecided, isWhole } = movedRequests(routerIR(before), routerIR(after));
        expect([undecided, isWhole]).toEqual([[], true]);
        const requests = allRequests(world);
        const [old, now] = [before, after].map((rules) => {
          const table = matchTable(rules, requests);
          return requests.map((_, at) => rules[table.findIndex((row) => row[at] === true)]);
        });
        const planOf = (rule: RuleIR | undefined) => rule?.plan.routes[0].model;
        const groups = new Set<string>();
        for (const [at, request] of requests.entries()) {
          const [from, to] = [old?.[at], now?.[at]];
          const group = moved.find((one) => isIn(one.region, request, space, world.rules));
          const isMoved = planOf(from) !== planOf(to);
          expect([group !== undefined, group?.from.rule, group?.to.rule]).toEqual([
            isMoved,
            isMoved ? from : undefined,
            isMoved ? to : undefined,
          ]);
          if (isMoved) groups.add(`${from?.name} ${to?.name}`);
        }
        expect(moved.length).toBe(groups.size);
        found += moved.length;
        for (const { from, to, region } of moved) {
          const witness = witnessIn(space, region);
          if (witness === undefined) throw new Error("a group without a witness");
          const [rule, other] = [before, after].map((rules) => {
            const table = matchTable(rules, [witness]);
            return rules[table.findIndex((row) => row[0] === true)];
          });
          expect([rule, other]).toEqual([from.rule, to.rule]);
          // What is told to people is the same set of requests.
          const told = widened(space, region);
          for (const box of region) expect(subtract([box], told, 1e6).left).toEqual([]);
          for (const request of requests) {
            expect(isIn(told, request, space, world.rules)).toBe(isIn(region, request, space, world.rules));
          }
        }
      }),
      { numRuns: policies, seed },
    );
    expect(found).toBeGreaterThan(policies / 2);
  },
  patienceMs,
);
