import { expect, test } from "bun:test";
import fc from "fast-check";
import { manyRules } from "../../compiler/emit-router.ts";
import { interpretResolve, interpretRoute, matchingRule } from "../../compiler/interpret.ts";
import type { RouterIR, RuleIR } from "../../compiler/ir.ts";
import { resolveModel } from "../../compiler/resolve.ts";
import type { RequestFacts } from "../../runtime/contract.ts";
import { everyCell, factValues, policy, requestFrom } from "../support/arbitrary-policy.ts";
import { arbitraryResolver, askedNames } from "../support/arbitrary-resolver.ts";
import { type LoadedRouter, loadRouter } from "../support/load-router.ts";
import { routerIR } from "../support/router-ir.ts";

const seed = 20_261_121;
const randomRequests = 100_000;
/** A batch takes two seconds; a loaded machine may take ten times that. */
const patienceMs = 60_000;

/** A small generator of its own (Mulberry32): fast-check would take longer to draw the requests than the routers to route them. */
function random(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function requests(count: number): readonly RequestFacts[] {
  const next = random(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
  return Array.from({ length: count }, () =>
    requestFrom({
      endpoint: pick(factValues.endpoint),
      model: pick(factValues.model),
      stream: pick(factValues.stream),
      hasTools: pick(factValues.hasTools),
      hasImage: pick(factValues.hasImage),
      responseFormat: pick(factValues.responseFormat),
      maxTokens: pick(factValues.maxTokens),
      inputTokens: pick(factValues.inputTokens),
      team: pick(factValues.team),
      tier: pick(factValues.tier),
    }),
  );
}

const facts = requests(randomRequests);

/** The first request on which the two evaluators differ; plans are compared in full once for each rule. */
function difference(ir: RouterIR, { route }: LoadedRouter, asked: readonly RequestFacts[]): unknown {
  const compared = new Set<string | undefined>();
  for (const request of asked) {
    const said = route(request);
    const meant = matchingRule(ir, request);
    const isSame =
      said?.rule === meant?.name &&
      (compared.has(said?.rule) || Bun.deepEquals(said, interpretRoute(ir, request), true));
    if (!isSame) return { request, said, meant };
    compared.add(said?.rule);
  }
  return undefined;
}

async function expectAgreement(rules: readonly RuleIR[], asked: readonly RequestFacts[]): Promise<void> {
  const ir = routerIR(rules);
  expect(difference(ir, await loadRouter(ir), asked)).toBeUndefined();
}

const batches = Array.from({ length: 20 }, (_, batch) => batch);

// Ten policies a batch, one of them large enough for the index: 200 policies on the same 100,000 requests.
test.each(batches)(
  "R26 R46 R47 the emitted route and the interpreter agree, batch %d",
  async (batch) => {
    const few = fc.sample(policy(1, 12), { seed: seed + batch, numRuns: 9 });
    const many = fc.sample(policy(manyRules + 1, manyRules + 30), { seed: seed + batch, numRuns: 1 });
    for (const rules of [...few, ...many]) await expectAgreement(rules, facts);
  },
  patienceMs,
);

test(
  "the two agree on a policy so large that its sets are kept in every form",
  async () => {
    const rules = fc.sample(policy(3000, 3000), { seed, numRuns: 1 })[0] ?? [];
    await expectAgreement(
      rules.filter(({ when }) => when.length > 2),
      facts.slice(0, 3000),
    );
  },
  patienceMs,
);

test("R22 R23 R24 R25 R61 the two agree on a witness of every cell that the constants cut", async () => {
  const kinds = [
    ...new Map(fc.sample(policy(1, 1), { seed, numRuns: 400 }).map(([rule]) => [JSON.stringify(rule?.when), rule])),
  ];
  for (const [, rule] of kinds.slice(0, 60)) if (rule !== undefined) await expectAgreement([rule], everyCell(rule));
});

test("an alias is a glob over the name, and all that match serve it", () => {
  const resolver = {
    ...routerIR([]).resolver,
    aliases: [
      { globs: ["claude-*-4"], offer: { provider: "anthropic", model: "claude-x-4" } },
      { globs: ["*-4"], offer: { provider: "openai", model: "four" } },
    ],
  };
  expect(resolveModel(resolver, "claude-y-4")?.offers.map(({ model }) => model)).toEqual(["claude-x-4", "four"]);
  expect(resolveModel(resolver, "z-4")?.offers.map(({ model }) => model)).toEqual(["four"]);
  expect(resolveModel(resolver, "z-5")?.offers).toEqual([{ provider: "openai", model: "z-5" }]);
});

test("the emitted resolve and the interpreter agree", async () => {
  const ids = ["anthropic", "openai", "my-host", "open"];
  const ir = routerIR([], {
    resolver: {
      providerIds: [...ids].sort(),
      models: [
        {
          model: "gpt-4o",
          offers: [
            { provider: "openai", model: "gpt-4o" },
            { provider: "open", model: "gpt-4o-2", weight: 2 },
          ],
        },
        { model: "open/both", offers: [{ provider: "anthropic", model: "both" }] },
      ],
      aliases: [
        { globs: ["claude-*-4"], offer: { provider: "anthropic", model: "claude-x-4" } },
        { globs: ["*-4"], offer: { provider: "my-host", model: "four", priority: 3 } },
      ],
      tiers: [
        { keyword: "opus", glob: "*opus*", offer: { provider: "open", model: "o" } },
        { keyword: "sonnet", glob: "sonnet*", offer: { provider: "openai", model: "s" } },
      ],
      prefixes: [
        { prefix: "claude-", provider: "anthropic" },
        { prefix: "anthropic.claude-", provider: "anthropic" },
      ],
      defaultProvider: "my-host",
    },
  });
  const without = { ...ir, resolver: { ...ir.resolver, defaultProvider: undefined } };
  const names = [
    ...ids,
    "claude-",
    "claude-3",
    "anthropic.claude-3",
    "gpt-4o",
    "",
    "/",
    "nobody/x",
    "claude-y-4",
    "z-4",
    "My-OPUS-sonnet",
    "sonnet",
    "both",
  ].flatMap((name) => [name, `${name}/`, `${name}/gpt-4o`, `${name}/claude-3/x`, `x${name}/y`]);
  for (const one of [ir, without]) {
    const { resolve } = await loadRouter(one);
    expect(names.map((name) => resolve(name))).toEqual(names.map((name) => interpretResolve(one, name)));
  }
});

test(
  "R336 the two resolve every name alike, whatever serves it",
  async () => {
    for (const resolver of fc.sample(arbitraryResolver, { seed, numRuns: 100 })) {
      const ir = routerIR([], { resolver });
      const { resolve } = await loadRouter(ir);
      expect(askedNames.map((name) => resolve(name))).toEqual(askedNames.map((name) => interpretResolve(ir, name)));
    }
  },
  patienceMs,
);
