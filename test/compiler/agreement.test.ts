import { expect, test } from "bun:test";
import fc from "fast-check";
import { manyRules } from "../../compiler/emit-router.ts";
import { interpretResolve, interpretRoute, matches, matchingRule } from "../../compiler/interpret.ts";
import type { RouterIR, RuleIR } from "../../compiler/ir.ts";
import { resolveModel } from "../../compiler/resolve.ts";
import type { RequestFacts } from "../../runtime/contract.ts";
import { everyCell, type FactChoice, factOf, factValues, policy, requestFrom } from "../support/arbitrary-policy.ts";
import { arbitraryResolver, askedNames } from "../support/arbitrary-resolver.ts";
import { type LoadedRouter, loadRouter } from "../support/load-router.ts";
import { routerIR } from "../support/router-ir.ts";

const seed = 20_261_121;
const randomRequests = 100_000;
/** Of them, those that are put to the interpreter as they are. */
const wholeInterpreter = 1000;
const patienceMs = 180_000;

/** A small generator of its own (Mulberry32): fast-check would take longer to draw the requests than the routers to route them. */
function random(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Fact = keyof FactChoice;
const factNames = Object.keys(factValues) as readonly Fact[];

/** Which of a fact's values each request has, by fact: the same requests for every policy. */
type Columns = Readonly<Record<Fact, Uint8Array>>;

function columns(count: number): Columns {
  const next = random(seed);
  const column = (fact: Fact) => Uint8Array.from({ length: count }, () => next() * factValues[fact].length);
  return Object.fromEntries(factNames.map((fact) => [fact, column(fact)])) as Columns;
}

const drawn = columns(randomRequests);
const facts = Array.from(drawn.model, (_, n) =>
  requestFrom(Object.fromEntries(factNames.map((fact) => [fact, factValues[fact][drawn[fact][n] ?? 0]])) as FactChoice),
);

/** A request like any other but for one fact. */
function requestWith(fact: Fact, value: unknown): RequestFacts {
  const first = Object.fromEntries(factNames.map((name) => [name, factValues[name][0]]));
  return requestFrom({ ...first, [fact]: value } as FactChoice);
}

/**
 * The number of the first rule that the interpreter finds for each request; -1 for none. Conditions ask about one fact each
 * and all must hold, so it is asked once for each rule and value of a fact, not once for each rule and request.
 */
function meantRules(rules: readonly RuleIR[]): Int32Array {
  const meant = new Int32Array(randomRequests).fill(-1);
  for (const [n, rule] of rules.entries()) {
    const asked = factNames.flatMap((fact) => {
      const own = { when: rule.when.filter((condition) => factOf(condition) === fact) };
      if (own.when.length === 0 && fact !== "endpoint") return [];
      const values: readonly unknown[] = factValues[fact];
      const fits = Uint8Array.from(values.map((value) => (matches(own, requestWith(fact, value)) ? 1 : 0)));
      return [{ column: drawn[fact], fits }];
    });
    for (let request = 0; request < randomRequests; request++) {
      if (meant[request] !== -1) continue;
      let isMatch = true;
      for (const { column, fits } of asked) {
        if (fits[column[request] ?? 0] === 0) {
          isMatch = false;
          break;
        }
      }
      if (isMatch) meant[request] = n;
    }
  }
  return meant;
}

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

/** The same for all random requests at once; a few are put to the whole interpreter as well. */
async function expectAgreementOnAll(rules: readonly RuleIR[]): Promise<void> {
  const ir = routerIR(rules);
  const router = await loadRouter(ir);
  const meant = meantRules(rules);
  const wrong = facts.findIndex((request, n) => router.route(request)?.rule !== rules[meant[n] ?? -1]?.name);
  expect(wrong < 0 ? undefined : { request: facts[wrong], meant: meant[wrong], rules }).toBeUndefined();
  expect(difference(ir, router, facts.slice(0, wholeInterpreter))).toBeUndefined();
}

const batches = Array.from({ length: 20 }, (_, batch) => batch);

// Ten policies a batch, one of them large enough for the index: 200 policies on the same 100,000 requests.
test.each(batches)(
  "R26 R46 R47 the emitted route and the interpreter agree, batch %d",
  async (batch) => {
    const few = fc.sample(policy(1, 12), { seed: seed + batch, numRuns: 9 });
    const many = fc.sample(policy(manyRules + 1, manyRules + 30), { seed: seed + batch, numRuns: 1 });
    for (const rules of [...few, ...many]) await expectAgreementOnAll(rules);
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
