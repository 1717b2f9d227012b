import fc from "fast-check";
import type { ResolverIR } from "../../compiler/ir.ts";

const providers = ["anthropic", "open", "openai", "my-host"];
const words = ["gpt-4o", "claude-3", "opus", "Sonnet", "open/gpt-4o", "a*b", "x"];
const globs = ["gpt-*", "*-3", "*", "?pus", "claude-*", "open/*", "a*b", "*o*s*"];

/** Names that meet every kind of entry, and miss them narrowly. */
export const askedNames: readonly string[] = [...words, ...providers, "", "/", "nobody/x", "CLAUDE-opus-9"].flatMap(
  (name) => [name, `${name}/`, `openai/${name}`, `open/${name}`, `${name}-3`],
);

const offer = fc.record(
  {
    provider: fc.constantFrom(...providers),
    model: fc.constantFrom(...words),
    priority: fc.integer({ min: -2, max: 2 }),
    weight: fc.integer({ min: 1, max: 9 }),
    price: fc.record({
      input: fc.constantFrom(0, 150_000_000),
      output: fc.constantFrom(0, 2_500_000_000),
      from: fc.constant("config" as const),
    }),
    supports: fc.array(fc.constantFrom("tools", "seed"), { maxLength: 2 }),
    thinking: fc.boolean(),
  },
  { requiredKeys: ["provider", "model"] },
);

const route = fc
  .record({ model: fc.constantFrom(...words), first: offer, rest: fc.array(offer, { maxLength: 3 }) })
  .map(({ model, first, rest }) => ({ model, offers: [first, ...rest] as const }));

/** Any way in which model names can find what serves them. */
export const arbitraryResolver: fc.Arbitrary<ResolverIR> = fc.record({
  providerIds: fc.subarray(providers),
  models: fc.uniqueArray(route, { maxLength: 4, selector: ({ model }) => model }),
  aliases: fc.array(fc.record({ globs: fc.array(fc.constantFrom(...globs), { minLength: 1, maxLength: 3 }), offer }), {
    maxLength: 4,
  }),
  tiers: fc.array(
    fc
      .record({ glob: fc.constantFrom("*opus*", "sonnet*", "*4", "claude-3", "*-*-?", "*o*s*"), offer })
      .map((tier) => ({ ...tier, keyword: tier.glob })),
    { maxLength: 3 },
  ),
  prefixes: fc.subarray([
    { prefix: "claude-", provider: "anthropic" },
    { prefix: "anthropic.claude-", provider: "open" },
  ]),
  defaultProvider: fc.option(fc.constantFrom(...providers), { nil: undefined }),
});
