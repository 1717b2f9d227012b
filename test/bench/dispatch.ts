/**
 * Time of one dispatch by number of rules, in the worst case: no rule matches, so every rule counts. Then what it takes to
 * compile the largest of these policies, type check included. Run by hand: `npx bun test/bench/dispatch.ts`. `manyRules`
 * and the index itself rest on these tables.
 *
 * Bun 1.4.5, two shared cores, November 2026, in µs a call:
 *
 *   rules   emitted   interpreter   if-chain   index
 *   1       0.005     0.027         0.005      0.079
 *   10      0.061     0.815         0.068      0.231
 *   40      0.218     8.249         0.205      0.223
 *   50      0.240     9.250         0.272      0.222
 *   100     0.254     19.14         0.609      0.234
 *   1000    0.271     189.2         10.30      0.233
 *   10000   0.433     6861          265.2      0.347
 *
 * 10,000 rules of one kind take 0.09 to 0.5 µs; mixed ones 2.9 µs for a model name that was never seen. They compile in 6.3 s, 945 MiB at most.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "../../compiler/check.ts";
import { compile } from "../../compiler/compile.ts";
import { emit } from "../../compiler/emit.ts";
import { matchesGlobSource } from "../../compiler/emit-many-rules.ts";
import { emitRules } from "../../compiler/emit-rules.ts";
import { matchingRule } from "../../compiler/interpret.ts";
import type { RouterIR, RuleIR } from "../../compiler/ir.ts";
import { load } from "../../compiler/load.ts";
import { lower } from "../../compiler/lower.ts";
import { parse } from "../../compiler/parse.ts";
import { ruleIndex } from "../../compiler/rule-index/rule-index.ts";
import type { RequestFacts } from "../../runtime/contract.ts";
import { mixedConfig, mixedPolicy, type OwnCondition, ownConditions } from "../support/mixed-policy.ts";
import { requestOf } from "../support/router-ir.ts";

const most = 10_000;

/** Every model and header is one that rules ask about, or as good as one. */
const requests = Array.from({ length: 1024 }, (_, n) => {
  const headers = new Headers({ "x-tenant": `tenant-${n * 9}x`, "x-team": `team-${n % 200}`, accept: "*/*" });
  return {
    ...requestOf({
      endpoint: (["chat_completions", "messages", "responses", "generate_content"] as const)[n % 4] ?? "messages",
      model: ["gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5", `model-${n}x`, "o3"][n % 5] ?? "",
      stream: n % 2 === 0,
      hasTools: n % 3 === 0,
      hasImage: n % 7 === 0,
      responseFormat: n % 4 === 0 ? "json_schema" : undefined,
      maxTokens: n % 2 === 0 ? n * 4 : undefined,
      inputTokens: n * 31,
    }),
    header: (name: string) => headers.get(name) ?? undefined,
  };
});

type Dispatch = (facts: RequestFacts) => unknown;

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "arouter-bench-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The policy written to a folder, as the path of its configuration. */
async function written(folder: string, policy: string): Promise<string> {
  await Bun.write(join(folder, "policies.yaml"), policy);
  const config = join(folder, "arouter.toml");
  await Bun.write(config, mixedConfig);
  return config;
}

function irOf(policy: string): Promise<RouterIR> {
  return inFolder(async (folder) => {
    const loaded = await load(await written(folder, policy));
    const parsed = loaded.ok ? parse(loaded.value) : loaded;
    if (!loaded.ok || !parsed.ok) throw new Error("the policy does not parse");
    const checked = check(parsed.value, loaded.value);
    if (!checked.ok) throw new Error(checked.diagnostics[0]?.message);
    return lower(checked.value, loaded.value);
  });
}

function imported(files: readonly Readonly<{ path: string; text: string }>[]): Promise<Dispatch> {
  return inFolder(async (folder) => {
    for (const { path, text } of files) await Bun.write(join(folder, path), text);
    const { route } = await import(join(folder, "router.gen.ts"));
    return route;
  });
}

function emitted(ir: RouterIR): Promise<Dispatch> {
  return imported(emit(ir, { tokenBounds: [500_000], models: [] }, "arouter.toml"));
}

/** One function with a condition for every rule. */
function naive(rules: readonly RuleIR[]): Promise<Dispatch> {
  const { declarations, body } = emitRules(rules);
  const before = ["type Plan<P> = P & object; type ProviderId = unknown;", ...declarations, matchesGlobSource()];
  const text = `${before.join("\n")}\nexport function route(r) {\n${body.join("\n")}\n}`;
  return imported([{ path: "router.gen.ts", text }]);
}

/** Microseconds a call: the best of many short rounds, as other work on the machine only adds. */
function microseconds(dispatch: Dispatch): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 100; round++) {
    const started = performance.now();
    let calls = 0;
    while (performance.now() - started < 5) {
      for (let n = 0; n < 32; n++)
        if (dispatch(requests[(calls + n) & 1023] ?? requestOf()) !== undefined) throw new Error("matched");
      calls += 32;
    }
    best = Math.min(best, ((performance.now() - started) * 1000) / calls);
  }
  return best;
}

function row(name: string, cells: readonly number[]): void {
  console.log(name.padEnd(20), cells.map((cell) => cell.toFixed(3).padStart(12)).join(""));
}

async function compareDispatch(): Promise<void> {
  console.log("mixed rules, µs         emitted interpreter    if-chain       index");
  for (const count of [1, 10, 20, 30, 40, 50, 64, 100, 1000, most]) {
    const ir = await irOf(mixedPolicy(count));
    const interpreted = microseconds((facts) => matchingRule(ir, facts));
    const index = microseconds(ruleIndex(ir.rules));
    row(String(count), [microseconds(await emitted(ir)), interpreted, microseconds(await naive(ir.rules)), index]);
  }
  await dispatchNewNames();
  console.log(`\n${most} rules of one kind, µs\n                         index  built in ms`);
  for (const kind of Object.keys(ownConditions) as readonly OwnCondition[]) {
    const { rules } = await irOf(mixedPolicy(most, [kind]));
    const started = performance.now();
    const find = ruleIndex(rules);
    const builtMs = performance.now() - started;
    row(kind, [microseconds(find), builtMs]);
  }
}

/** What follows from a model's name is remembered; clients may make up new ones. */
async function dispatchNewNames(): Promise<void> {
  const find = ruleIndex((await irOf(mixedPolicy(most))).rules);
  let count = 0;
  const asNew = (facts: RequestFacts) => find({ ...facts, model: `new-${count++}`, header: facts.header });
  row("names never seen", [microseconds(asNew)]);
}

/** In a process of its own: nothing before it counts. */
async function compileMost(): Promise<void> {
  await inFolder(async (folder) => {
    const config = await written(folder, mixedPolicy(most));
    const started = performance.now();
    const compiled = await compile(config, { outDir: join(folder, "gateway") });
    if (!compiled.ok) throw new Error("the policy does not compile");
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const peak = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(`\n${most} mixed rules compiled and type-checked in ${seconds} s, peak memory ${peak} MiB`);
  });
}

if (process.argv.includes("compile")) await compileMost();
else {
  await compareDispatch();
  Bun.spawnSync([process.execPath, import.meta.path, "compile"], { stdio: ["ignore", "inherit", "inherit"] });
}
