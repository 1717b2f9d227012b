import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { resolveModel } from "../../compiler/resolve.ts";
import { compileSources } from "./compile-case.ts";
import { sourcesOf } from "./sources-of.ts";

const providers = `[providers.one]
type = "openai"
[providers.two]
type = "anthropic"
[providers.three]
type = "openai"
`;

function compiled(config: string) {
  const { ir, facts, diagnostics } = compileSources(sourcesOf(config));
  if (ir === undefined || facts === undefined) throw new Error(JSON.stringify(diagnostics));
  return { ...ir, facts };
}

/** `provider/model` of everything that serves a name, in order. */
function servers(config: string, name: string): readonly string[] | undefined {
  return resolveModel(compiled(config).resolver, name)?.offers.map(({ provider, model }) => `${provider}/${model}`);
}

const entry = (name: string, provider: string, more = "") =>
  `[[models]]\nname = "${name}"\nprovider = "${provider}"\n${more}\n`;

describe("R281 R286 the static order of what serves a model", () => {
  test.each([
    ["priority before weight", "priority = 1\nweight = 99", "priority = 0", ["two", "one"]],
    ["no priority is 0", "", "priority = -1", ["two", "one"]],
    ["the larger weight", "weight = 2", "weight = 3", ["two", "one"]],
    ["no weight is 1, and so is 0", "weight = 0", "", ["one", "two"]],
    [
      "then the lower price",
      'price = { prompt = "2", completion = 8 }',
      "price = { prompt = 3, completion = 6.5 }",
      ["two", "one"],
    ],
    ["an unknown price is last", "", 'price = { prompt = "100", completion = "100" }', ["two", "one"]],
    [
      "else the order of the file",
      'price = { prompt = "1", completion = "2" }',
      "price = { prompt = 2, completion = 1 }",
      ["one", "two"],
    ],
  ])("%s", (_, first, second, expected) => {
    const config = `${providers}${entry("m", "one", first)}${entry("m", "two", second)}`;
    expect<readonly string[] | undefined>(servers(config, "m")).toEqual(expected.map((id) => `${id}/m`));
  });

  test("any number of entries comes out sorted, and none is lost", () => {
    const terms = fc.record({ priority: fc.integer({ min: -2, max: 2 }), weight: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(terms, { minLength: 1, maxLength: 8 }), (all) => {
        const config = all.map(({ priority, weight }, place) =>
          entry("m", "one", `upstream_model = "${place}"\npriority = ${priority}\nweight = ${weight}`),
        );
        const meant = all
          .map(({ priority, weight }, place) => ({ priority, weight: weight === 0 ? 1 : weight, place }))
          .sort((a, b) => a.priority - b.priority || b.weight - a.weight || a.place - b.place);
        expect(servers(providers + config.join(""), "m")).toEqual(meant.map(({ place }) => `one/${place}`));
      }),
    );
  });
});

test("R82 an offer says what its entry says, and nothing that it does not", () => {
  const full = `upstream_model = "m-2024"
context = 200_000
thinking = true
price = { prompt = "0.15", completion = 0.6 }
supports = ["tools"]
quantization = "fp8"
priority = 3
weight = 5`;
  expect(compiled(providers + entry("m", "one", full) + entry("plain", "two", "weight = 0")).resolver.models).toEqual([
    {
      model: "m",
      offers: [
        {
          provider: "one",
          model: "m-2024",
          priority: 3,
          weight: 5,
          price: { input: 150_000_000, output: 600_000_000, from: "config" },
          contextTokens: 200_000,
          thinking: true,
          supports: ["tools"],
          quantization: "fp8",
        },
      ],
    },
    { model: "plain", offers: [{ provider: "two", model: "plain" }] },
  ]);
});

describe("R79 R336 how a name finds what serves it", () => {
  const config = `${providers}${entry("sonnet-4", "two", 'alias = ["sonnet-*", "claude-*"]\nupstream_model = "s4"\nweight = 2')}
${entry("gpt", "one", 'alias = "*-mini"')}${entry("other", "three", 'alias = ["sonnet-*-mini", "one/x"]')}
[tiers.opus]
provider = "three"
model = "deep"
[tiers.haiku]
provider = "one"
model = "small"
`;
  test.each([
    ["its own name", "gpt", ["one/gpt"]],
    ["its own name, under another upstream name", "sonnet-4", ["two/s4"]],
    ["a provider's name before it", "two/sonnet-4", ["two/s4"]],
    ["a provider without terms for it", "three/sonnet-4", ["three/sonnet-4"]],
    ["a provider's name comes before an alias", "one/x", ["one/x"]],
    ["an alias", "claude-next", ["two/s4"]],
    ["all aliases that match, in static order", "sonnet-5-mini", ["two/s4", "one/gpt", "three/other"]],
    ["an alias comes before a tier", "claude-opus-4", ["two/s4"]],
    ["R400 a keyword anywhere", "my-opus-4", ["three/deep"]],
    ["R400 a keyword in any case of letters", "HAIKU", ["one/small"]],
    ["R400 the first keyword of the file", "haiku-or-opus", ["three/deep"]],
    ["R401 nothing", "gpt-4", undefined],
    ["aliases tell upper from lower case", "Sonnet-5", undefined],
  ])("%s", (_, name, expected) => {
    expect<readonly string[] | undefined>(servers(config, name)).toEqual(expected);
  });

  test.each([
    ["an alias with several wildcards", "xx-a-b-mini", ["two/ab"]],
    ["each of its wildcards may stand for nothing", "ab-mini", ["two/ab"]],
    ["its parts come in its order", "b-a-mini", ["one/mini"]],
    ["and it has an end", "x-a-b-minim", ["one/x-a-b-minim"]],
    ["? is one character", "gpt-4x", ["one/four"]],
    ["not none", "gpt-4", ["one/gpt-4"]],
    ["a configured name with wildcards in it is that name", "*-odd", ["three/*-odd"]],
  ])("C1 %s", (_, name, expected) => {
    const globs = `${entry("ab", "two", 'alias = "*a*b*-mini"')}${entry("mini", "one", 'alias = "?-*-mini"')}${entry("four", "one", 'alias = "gpt-4?"')}${entry("*-odd", "three")}`;
    expect<readonly string[] | undefined>(servers(providers + globs, name)).toEqual(expected);
  });

  test.each([
    ["contains", "my-opus-4", "three/deep"],
    ["prefix", "Opus-4", "three/deep"],
    ["prefix", "my-opus-4", undefined],
    ["prefix", "gpt-opus", "one/gpt"],
    ["glob", "OPUS", "three/deep"],
    ["glob", "opus-4", undefined],
    ["glob", "a-b-mini", "one/small"],
    ["glob", "a-b-minim", undefined],
    ["glob", "sonnet-mini", "two/s4"],
  ])("R400 with tiers.match = %s, %s goes to %s", (match, name, expected) => {
    const small = match === "glob" ? '"*-*-mini"' : "haiku";
    const some = `${providers}${entry("sonnet-4", "two", 'alias = "sonnet-*"\nupstream_model = "s4"')}${entry("gpt", "one", 'alias = "gpt-*"')}
[tiers]
match = "${match}"
opus = { provider = "three", model = "deep" }
${small} = { provider = "one", model = "small" }
`;
    expect(servers(some, name)).toEqual(expected === undefined ? undefined : [expected]);
    expect(servers(`${some.replace(/match = .*/, "")}[routing]\ntier_match = "${match}"\n`, name)).toEqual(
      expected === undefined ? undefined : [expected],
    );
  });

  test("a tier may be named match, and globs are no models that one can ask for", () => {
    const tiers = '[tiers.match]\nprovider = "one"\nmodel = "m"\n';
    expect(servers(providers + tiers, "a-match")).toEqual(["one/m"]);
    const globs =
      '[tiers]\nmatch = "glob"\n"*-mini" = { provider = "one", model = "m" }\nbig = { provider = "one", model = "b" }\n';
    expect(compiled(providers + globs).facts.models).toEqual(["big"]);
  });

  test("two aliases of one upstream model are one way to serve it", () => {
    const twice = `${providers}${entry("a", "one", 'upstream_model = "m"\nalias = "x*"')}${entry("b", "one", 'upstream_model = "m"\nalias = ["*y", "x*"]')}`;
    expect(servers(twice, "xy")).toEqual(["one/m"]);
    expect(servers(twice, "zy")).toEqual(["one/m"]);
  });
});

describe("name inference", () => {
  const tiers = '[tiers.opus]\nprovider = "two"\nmodel = "deep"\n';
  test.each([
    ["is on", providers, ["two", "one", 404]],
    ["is off with tiers", providers + tiers, [undefined, undefined, 400]],
    [
      "but a default provider that is written serves the rest",
      `[router]\ndefault_provider = "one"\n${providers}${tiers}`,
      ["one", "one", 404],
    ],
    ["can be switched on beside tiers", `${providers}${tiers}[routing]\nname_inference = true\n`, ["two", "one", 404]],
    ["can be switched off", `${providers}[routing]\nname_inference = false\n`, [undefined, undefined, 404]],
    [
      "switched off, the default provider still serves",
      `[router]\ndefault_provider = "three"\n${providers}[routing]\nname_inference = false\n`,
      ["three", "three", 404],
    ],
    [
      "the status can be chosen",
      `${providers}${tiers}[routing]\nunknown_model_status = 502\n`,
      [undefined, undefined, 502],
    ],
  ] as const)("%s", (_, config, [claude, other, status]) => {
    const { resolver, catalog } = compiled(config);
    const providerOf = (name: string) => resolveModel(resolver, name)?.offers[0].provider;
    expect([providerOf("claude-x"), providerOf("x"), catalog.unknownModelStatus]).toEqual([claude, other, status]);
  });
});

test("R379 health knows the tiers by keyword, in lower case and file order", () => {
  const { catalog, facts } = compiled(
    `${providers}[tiers.Sonnet]\nprovider = "two"\nmodel = "s"\n[tiers.opus]\nprovider = "one"\nmodel = "o"\n`,
  );
  expect(Object.entries(catalog.tiers)).toEqual([
    ["sonnet", { provider: "two" }],
    ["opus", { provider: "one" }],
  ]);
  expect(facts.models).toEqual(["opus", "sonnet"]);
});

test("R239 the models of the configuration are listed under the names that clients use", () => {
  const config =
    providers + entry("fast", "one", 'upstream_model = "gpt-4o-mini"\nalias = "f*"') + entry("fast", "two");
  expect(compiled(config).facts).toEqual({ tokenBounds: [], models: ["fast"], unusedProviders: ["three"] });
});

test("a prefix that looks misspelt is none where an entry or an alias has it", () => {
  const policies =
    "rules:\n  - name: a\n    then: { model: onee/x, fallback_chain: [twoo/y, tow/z], fallback_on: [error] }\n";
  const config = providers + entry("onee/x", "one") + entry("m", "two", 'alias = "twoo/*"');
  const { diagnostics } = compileSources(sourcesOf(config, policies));
  const told = diagnostics.filter(({ severity }) => severity !== "note");
  expect(told.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'AR308 No provider is named "tow", so "one" gets the whole name.',
  ]);
});
