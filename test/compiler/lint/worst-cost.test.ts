import { expect, test } from "bun:test";
import { firstMatches } from "../../../compiler/analysis/first-matches.ts";
import { spaceOf } from "../../../compiler/analysis/space.ts";
import { subjectsOf } from "../../../compiler/lint/subject.ts";
import { type Amount, type WorstCost, worstCost } from "../../../compiler/lint/worst-cost.ts";
import { compileSources } from "../compile-case.ts";
import { sourcesOf } from "../sources-of.ts";

/** Input costs $1 per million tokens, output $10; the other one costs ten times that, and tokens written to caches more. */
const config = `
[router]
policy_file = "policies.yaml"

[providers.a]
type = "openai"
base_url = "http://127.0.0.1:9000/v1"
keys = [{ key = "env.A" }, { key = "env.B" }]

[providers.b]
type = "openai"
base_url = "http://127.0.0.1:9001/v1"
api_key = "env.C"
retry = { max_attempts = 2 }

[[models]]
name = "small"
provider = "a"
context = 32_000
price = { prompt = "1", completion = "10" }
metadata = { max_output = 4_000 }

[[models]]
name = "large"
provider = "b"
context = 200_000
price = { prompt = "10", completion = "100", cache_write = "12", tiers = [{ above = 100_000, prompt = "20", completion = "200" }] }

[[models]]
name = "unpriced"
provider = "a"
context = 32_000

[[models]]
name = "endless"
provider = "b"
price = { prompt = "1", completion = "1" }
`;

function costOf(when: string, then: string, more = ""): WorstCost {
  const policies = `rules: [{ name: r, when: { ${when} }, then: { ${then} } }]`;
  const { ir, diagnostics } = compileSources(sourcesOf(config + more, policies));
  if (ir === undefined) throw new Error(JSON.stringify(diagnostics));
  const space = spaceOf(ir.rules);
  const [subject] = subjectsOf(ir, space, firstMatches(space, ir.rules));
  if (subject === undefined) throw new Error("the rule gets nothing");
  return worstCost(subject);
}

const nanos = (amount: Amount) => (amount.kind === "bounded" ? amount.nanos : amount.why);
const bounded = "tokens_input_lt: 1001, max_tokens_lt: 101";

test.each([
  // 1,000 x $1 + 100 x $10 per million; 3 tries, and one more key.
  ["retries and keys", bounded, "model: small", "", 2_000_000n, 4, 8_000_000n],
  // 1,000 x $12 + 100 x $100 per million, twice, besides.
  ["a chain", bounded, "model: small, fallback_chain: [large]", "", 2_000_000n, 6, 52_000_000n],
  ["a hedge, once", bounded, "model: small, hedge: { after_ms: 1, with_model: large }", "", 2_000_000n, 5, 30_000_000n],
  [
    "no more calls than failover allows, the dearest ones",
    bounded,
    "model: small, fallback_chain: [large]",
    "[failover]\nmax_attempts = 3\n",
    2_000_000n,
    3,
    46_000_000n,
  ],
  ["the model's own limits", "stream: true", "model: small", "", 72_000_000n, 4, 288_000_000n],
  // 150,000 x $20 + 10 x $200 per million.
  [
    "rates of long prompts",
    "tokens_input_lt: 150001, max_tokens_lt: 11",
    "model: large",
    "",
    3_002_000_000n,
    2,
    6_004_000_000n,
  ],
])("the worst case counts %s", (_, when, then, more, once, calls, total) => {
  const found = costOf(when, then, more);
  expect([nanos(found.once), found.calls, nanos(found.total)]).toEqual([once, calls, total]);
});

test("a request without a limit, or without a price, has no bound, and it is said why", () => {
  expect(nanos(costOf(bounded, "model: small, fallback_chain: [unpriced]").total)).toBe(
    "the price of a/unpriced is not known",
  );
  expect(nanos(costOf("max_tokens_lt: 5", "model: endless").total)).toBe(
    "neither the rule nor b/endless is known to limit the input",
  );
  expect(nanos(costOf("tokens_input_lt: 5", "model: endless").total)).toBe(
    "neither the rule nor b/endless is known to limit the output",
  );
});

test("what bounds a bounded cost is said", () => {
  expect(costOf(bounded, "model: small").total).toMatchObject({
    why: "4 calls, input 1,000 of the rule, output 100 of the rule",
  });
  expect(costOf("stream: true", "model: small").once).toMatchObject({
    why: "input 32,000 of a/small, output 4,000 of a/small",
  });
});
