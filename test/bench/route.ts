/**
 * Time of one `route()` as a chain of conditions and as an index, by number of rules; run by hand: `npx bun test/bench/route.ts`.
 * Requests match no rule, so every rule counts. `manyRules` and the index itself rest on this table.
 *
 * Bun 1.4.5, two shared cores, November 2026, in µs a call (chain → index):
 *
 *   rules   model_in         header          tokens_input_gte   everything
 *   64      0.05 → 0.04      0.09 → 0.13     0.16 → 0.07        0.89 → 1.44
 *   128     0.24 → 0.06      1.36 → 0.20     1.61 → 0.12        1.25 → 0.55
 *   1000    2.79 → 0.09      54.5 → 1.02     20.7 → 0.19        76.2 → 1.10
 *   10000   207 → 0.65       731 → 0.58      251 → 1.08         4240 → 2.51
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emitRules } from "../../compiler/emit-rules.ts";
import type { ConditionIR, RuleIR } from "../../compiler/ir.ts";
import { ruleIndex } from "../../compiler/rule-index/rule-index.ts";
import type { RequestFacts } from "../../runtime/contract.ts";
import { requestOf, ruleIR } from "../support/router-ir.ts";

type Mix = (n: number) => readonly ConditionIR[];

/** A header no request has, so that no rule ever matches. */
const never: ConditionIR = { kind: "header", name: "x-never", is: "yes" };

const mixes: Readonly<Record<string, Mix>> = {
  model_in: (n) => [{ kind: "model-in", models: [`model-${n}`] }],
  header: (n) => [{ kind: "header", name: "x-tenant", is: `tenant-${n}` }],
  tokens_input_gte: (n) => [{ kind: "input-tokens", op: ">=", value: n * 7 }, never],
  everything: (n) => [
    ...(n % 2 === 0 ? [{ kind: "model-in" as const, models: [`model-${n}`, "gpt-4o"] }] : []),
    ...(n % 4 === 1 ? [{ kind: "model-glob" as const, globs: [`family-${n}-*`, "gpt-*"] }] : []),
    ...(n % 3 === 0 ? [{ kind: "flag" as const, fact: "hasTools" as const, is: n % 2 === 0 }] : []),
    ...(n % 5 === 0 ? [{ kind: "response-format" as const, is: "json_schema" }] : []),
    ...(n % 7 === 0 ? [{ kind: "max-tokens" as const, op: "<" as const, value: n }] : []),
    { kind: "input-tokens", op: n % 2 === 0 ? "<" : ">", value: n * 3 },
    { kind: "header", name: "x-tenant", is: `tenant-${n}` },
    never,
  ],
};

const requests = Array.from({ length: 1024 }, (_, n) =>
  requestOf({
    model: ["gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5", `model-${n}x`, "o3"][n % 5] ?? "",
    hasTools: n % 3 === 0,
    responseFormat: n % 4 === 0 ? "json_schema" : undefined,
    maxTokens: n % 2 === 0 ? n * 4 : undefined,
    inputTokens: n * 31,
    headers: { "x-tenant": `tenant-${n * 9}x` },
  }),
);

async function chain(rules: readonly RuleIR[]): Promise<(facts: RequestFacts) => unknown> {
  const { declarations, body } = emitRules(rules);
  const folder = await mkdtemp(join(tmpdir(), "arouter-bench-"));
  const file = join(folder, "chain.ts");
  await Bun.write(
    file,
    `type Plan<P> = P & object; type ProviderId = unknown;
${declarations.join("\n")}
export function route(r) {
${body.join("\n")}
}`,
  );
  const { route } = await import(file);
  await rm(folder, { recursive: true });
  return route;
}

/** Microseconds a call: the best of five rounds of at least 50 ms, as other work on the machine only adds. */
function microseconds(route: (facts: RequestFacts) => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const started = performance.now();
    let calls = 0;
    while (performance.now() - started < 50) {
      for (let n = 0; n < 32; n++)
        if (route(requests[(calls + n) & 1023] ?? requestOf()) !== undefined) throw new Error("matched");
      calls += 32;
    }
    best = Math.min(best, ((performance.now() - started) * 1000) / calls);
  }
  return best;
}

console.log("rules    conditions        chain µs   index µs   chain/index   index built in ms");
for (const [name, mix] of Object.entries(mixes)) {
  for (const size of [16, 32, 64, 128, 256, 1000, 10_000]) {
    const rules = Array.from({ length: size }, (_, n) => ruleIR(n + 1, mix(n + 1)));
    const linear = microseconds(await chain(rules));
    const started = performance.now();
    const find = ruleIndex(rules);
    const builtMs = performance.now() - started;
    const indexed = microseconds(find);
    const cells = [linear.toFixed(2), indexed.toFixed(2), (linear / indexed).toFixed(1), builtMs.toFixed(1)];
    console.log(`${String(size).padEnd(9)}${name.padEnd(18)}${cells.map((cell) => cell.padStart(8)).join("   ")}`);
  }
}
