/**
 * A store of 1,000,001 requests, two attempts each; run by hand: `npx bun test/bench/traces.ts`. Prints what it costs to
 * fill it, how large it becomes, and how long the operator's questions take, each the median of seven.
 *
 * Bun 1.4.5, two shared and busy cores, November 2026: 17 to 22 µs a request, 398 MB;
 *
 *   the newest 50                    0.9 to 1.8 ms
 *   one id                           0.06 ms
 *   50 of a rule, last hour          0.4 ms
 *   the 21 that failed, of all       211 ms
 *   usage by model, last day         206 ms
 *   usage by model, all              2400 ms
 *   savings by rule, all             760 ms
 *   1000 too old, deleted            4 ms
 *
 * In a gateway all of it happens in the store's own thread.
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../runtime/store/sqlite/open-database.ts";
import { sqliteStore } from "../../runtime/store/sqlite/sqlite-store.ts";
import type { TraceQuery } from "../../runtime/store/store.ts";
import { traceJson } from "../../runtime/store/trace-json.ts";
import { writeBehindLimits } from "../../runtime/store/write-behind.ts";
import { attemptRow, everything, newTrace } from "../runtime/store/rows.ts";

const count = 1_000_001;
const firstMs = Date.parse("2026-11-01");
const betweenMs = 2000;
const lastMs = firstMs + count * betweenMs;
const dayMs = 86_400_000;

const folder = await mkdtemp(join(tmpdir(), "arouter-bench-"));
const path = join(folder, "traces.db");
const database = await openDatabase(path);
const store = sqliteStore(database);

function row(n: number) {
  const cost_nanos = (n * 7919) % 10_000_000;
  const model = `model-${n % 17}`;
  return newTrace(`request${String(n).padStart(17, "0")}`, {
    time_ms: firstMs + n * betweenMs,
    key: `client-key-${n % 5}`,
    model_requested: "gpt-4o",
    model_served: model,
    provider: `provider-${n % 4}`,
    rule: `rule-${n % 9}`,
    status: n % 50_000 === 0 ? 500 : 200,
    cost_nanos,
    requested_nanos: 2 * cost_nanos,
    saved_nanos: cost_nanos,
    charged_nanos: cost_nanos,
    attempts: [
      attemptRow(1, { outcome: "failed", status: 503, error_type: "overloaded", output: null }),
      attemptRow(2, { provider: `provider-${n % 4}`, model, cost_nanos }),
    ],
  });
}

const started = performance.now();
for (let first = 0; first < count; first += writeBehindLimits.batch) {
  const length = Math.min(writeBehindLimits.batch, count - first);
  await store.append(Array.from({ length }, (_, n) => row(first + n)));
}
const seconds = (performance.now() - started) / 1000;
console.log(`${count} requests in ${seconds.toFixed(1)} s: ${((seconds * 1e6) / count).toFixed(1)} µs each`);
console.log(`${Math.round((await stat(path)).size / 1e6)} MB`);

const page: TraceQuery = { ...everything, limit: 50, before: undefined, after: undefined };
const questions: Readonly<Record<string, () => Promise<unknown>>> = {
  "the newest 50": async () => (await store.list(page)).map(traceJson),
  "the newest 1000": async () => (await store.list({ ...page, limit: 1000 })).map(traceJson),
  "50 in the middle": () => store.list({ ...page, before: 500_000 }),
  "one id": () => store.get(row(123_456).id),
  "an id that is not there": () => store.get("nobody"),
  "50 of a rule": () => store.list({ ...page, rule: "rule-3" }),
  "50 of a rule, last hour": () => store.list({ ...page, rule: "rule-3", sinceMs: lastMs - 3_600_000 }),
  "50 since a week ago": () => store.list({ ...page, sinceMs: lastMs - 7 * dayMs }),
  "the 21 that failed, of all": () => store.list({ ...page, status: { from: 500, to: 599 } }),
  "usage by model, last day": () => store.usage({ ...everything, by: "model", sinceMs: lastMs - dayMs }),
  "usage by model, all": () => store.usage({ ...everything, by: "model" }),
  "usage by day, all": () => store.usage({ ...everything, by: "day" }),
  "savings by rule, all": () => store.savings({ ...everything, by: "rule" }),
  "1000 too old, deleted": () => store.prune({ beforeMs: firstMs + 500_000 * betweenMs, keep: undefined, chunk: 1000 }),
};
for (const [name, ask] of Object.entries(questions)) {
  const times: number[] = [];
  for (let run = 0; run < 7; run++) {
    const beganMs = performance.now();
    await ask();
    times.push(performance.now() - beganMs);
  }
  const median = times.sort((one, other) => one - other)[3] ?? 0;
  console.log(`${name.padEnd(28)}${median.toFixed(2).padStart(10)} ms`);
}
await store.close();
await rm(folder, { recursive: true });
