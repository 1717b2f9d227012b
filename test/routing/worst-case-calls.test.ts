import { afterEach, expect, test } from "bun:test";
import type { Behaviour } from "../../cli/sim/script/behaviour.ts";
import { firstMatches } from "../../compiler/analysis/first-matches.ts";
import { spaceOf } from "../../compiler/analysis/space.ts";
import { subjectsOf } from "../../compiler/lint/subject.ts";
import { worstCost } from "../../compiler/lint/worst-cost.ts";
import { compileSources } from "../compiler/compile-case.ts";
import { sourcesOf } from "../compiler/sources-of.ts";
import { catalogTerms, providerTerms } from "../support/terms.ts";
import { type Routed, startRouted } from "./routed.ts";

let routed: Routed | undefined;
afterEach(async () => {
  await routed?.stop();
  routed = undefined;
});

const down: Behaviour = { status: 503 };
const badKey: Behaviour = { status: 401 };

/** How many calls `arouter check --costs` counts for the same rule. */
function countedCalls(maxAttempts: number): number {
  const provider = (id: string, keys: string) =>
    `[providers.${id}]\ntype = "openai"\nbase_url = "http://127.0.0.1:9000/v1"\nkeys = [${keys}]\n[[models]]\nname = "${id}-model"\nprovider = "${id}"\nprice = { prompt = "1", completion = "1" }\ncontext = 1000\n`;
  const config = `router = { policy_file = "policies.yaml" }\nfailover = { max_attempts = ${maxAttempts} }\n${provider("first", '{ key = "env.A" }, { key = "env.B" }')}${provider("second", '{ key = "env.C" }')}`;
  const policies =
    "rules: [{ name: r, then: { model: first-model, fallback_chain: [second-model], fallback_on: [error] } }]";
  const { ir, diagnostics } = compileSources(sourcesOf(config, policies));
  if (ir === undefined) throw new Error(JSON.stringify(diagnostics));
  const space = spaceOf(ir.rules);
  const [subject] = subjectsOf(ir, space, firstMatches(space, ir.rules));
  if (subject === undefined) throw new Error("the rule gets nothing");
  return worstCost(subject).calls;
}

test.each([10, 3])(
  "the worst case of a cost counts as many calls as can happen, max_attempts %d",
  async (maxAttempts) => {
    const settings = {
      breaker: { ...providerTerms.breaker, enabled: false },
      retry: { ...providerTerms.retry, initialBackoffMs: 1, maxBackoffMs: 5 },
    };
    routed = await startRouted({
      upstreams: {
        // The last of three tries fails for its key, so that the other key is tried besides.
        first: { keys: ["a", "b"], first: [down, down, badKey], always: down, settings },
        second: { always: down, settings },
      },
      models: { one: ["first"], two: ["second"] },
      catalog: {
        failover: { ...catalogTerms.failover, maxAttempts },
        retryBudget: { percent: 100, minPerSecond: 100 },
      },
      plan: (route) => ({ rule: "r", routes: [route("one"), route("two")], validate: [], fallbackOn: ["error"] }),
    });
    await routed.ask();
    expect(routed.hits()).toHaveLength(countedCalls(maxAttempts));
  },
);
