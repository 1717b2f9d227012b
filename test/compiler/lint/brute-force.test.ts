import { expect, test } from "bun:test";
import fc from "fast-check";
import { firstMatches } from "../../../compiler/analysis/first-matches.ts";
import { spaceOf } from "../../../compiler/analysis/space.ts";
import type { Witness } from "../../../compiler/analysis/witness.ts";
import type { PlanIR, RuleIR } from "../../../compiler/ir.ts";
import { findings } from "../../../compiler/lint.ts";
import type { Offer } from "../../../runtime/contract.ts";
import { routerIR } from "../../support/router-ir.ts";
import { allRequests, matches, type SmallWorld, smallWorld } from "../analysis/small-world.ts";

/** A model that can do next to nothing. */
const weak: Offer = {
  provider: "openai",
  model: "weak",
  contextTokens: 3,
  supports: [],
  card: { maxOutputTokens: 2, inputModalities: ["text"], outputModalities: ["text"] },
};
const plan: PlanIR = { routes: [{ model: "weak", offers: [weak] }], validate: ["json_schema"], hedge: undefined };

type Law = (gets: readonly Witness[], rule: RuleIR) => boolean;

/** What each finding says of a rule with this plan, as a law about all requests that the rule gets. */
const laws: Readonly<Record<string, Law>> = {
  AR313: (gets) => !gets.some(hasSchema),
  AR321: (gets, { when }) => {
    const isBounded = when.some((one) => one.kind === "input-tokens" && one.op.startsWith("<"));
    return (
      gets.every(({ inputTokens }) => inputTokens >= 3) ||
      (isBounded && gets.some(({ inputTokens }) => inputTokens > 3))
    );
  },
  AR322: (gets) => gets.every(({ hasTools }) => hasTools),
  AR323: (gets) => gets.every(({ hasImage }) => hasImage),
  AR325: (gets) => gets.every(({ maxTokens = 0 }) => maxTokens > 2),
  AR328: (gets) => gets.some(({ endpoint }) => endpoint === "embeddings"),
};

function hasSchema({ endpoint, responseFormat, hasTools }: Witness): boolean {
  if (endpoint === "embeddings" || endpoint === "completions") return false;
  return responseFormat === "json_schema" || (endpoint === "messages" && hasTools);
}

/** Every request of the world, also by the facts that a check depends on and no rule asks about. */
function requestsOf(world: SmallWorld): readonly Witness[] {
  const further = (["hasTools", "responseFormat"] as const).filter((axis) => !world.axes.includes(axis));
  return allRequests({ ...world, axes: [...world.axes, ...further] });
}

function byTrying(rules: readonly RuleIR[], requests: readonly Witness[]): readonly string[] {
  const first = Map.groupBy(requests, (request) => rules.find((rule) => matches(rule, request)));
  return rules.flatMap((rule) => {
    const gets = first.get(rule) ?? [];
    const broken = Object.entries(laws).filter(([, law]) => gets.length > 0 && law(gets, rule));
    return broken.map(([code]) => `${code} ${rule.name}`);
  });
}

function byAnalysis(rules: readonly RuleIR[]): readonly string[] {
  const space = spaceOf(rules);
  const found = findings(routerIR(rules), space, firstMatches(space, rules), { overlaps: false });
  for (const { code, span, witness } of found) {
    // The witness of a rule that is never reached is a request that another one takes.
    if (witness === undefined || code === "AR301") continue;
    expect(rules.find((rule) => matches(rule, witness))?.span, code).toEqual(span);
    if (code !== "AR313") continue;
    expect(hasSchema(witness)).toBe(false);
  }
  return found.map(({ code, span }) => `${code} r${span.start / 100}`).filter((one) => one.slice(0, 5) in laws);
}

test("findings about models and checks agree with the trial of every request", () => {
  const times = new Map(Object.keys(laws).map((code) => [code, 0]));
  fc.assert(
    fc.property(smallWorld(5), (world) => {
      const rules = world.rules.map((rule) => ({ ...rule, plan }));
      const found = byAnalysis(rules);
      expect(found.toSorted()).toEqual(byTrying(rules, requestsOf(world)).toSorted());
      for (const one of found) times.set(one.slice(0, 5), (times.get(one.slice(0, 5)) ?? 0) + 1);
    }),
    { numRuns: 800, seed: 20_261_121 },
  );
  for (const [code, count] of times) expect(count, code).toBeGreaterThan(10);
}, 180_000);
