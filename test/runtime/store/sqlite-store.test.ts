import { afterAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { memoryPath, openDatabase, openToRead } from "../../../runtime/store/sqlite/open-database.ts";
import {
  selectAttempts,
  selectBeyond,
  selectOld,
  selectOne,
  selectPage,
  sqliteStore,
} from "../../../runtime/store/sqlite/sqlite-store.ts";
import type { Store, TraceQuery } from "../../../runtime/store/store.ts";
import type { NewTrace } from "../../../runtime/store/trace-row.ts";
import { attemptRow, everything, newTrace } from "./rows.ts";

const folder = await mkdtemp(join(tmpdir(), "arouter-store-"));
afterAll(() => rm(folder, { recursive: true }));

async function storeOf(traces: readonly NewTrace[]): Promise<Store> {
  const store = sqliteStore(await openDatabase(memoryPath));
  await store.append(traces);
  return store;
}

const page = { ...everything, limit: 100, before: undefined, after: undefined };
const idsOf = async (store: Store, query: Partial<TraceQuery>) =>
  (await store.list({ ...page, ...query })).map(({ id }) => id).join("");

describe("R101 R111 what is stored", () => {
  const whole = newTrace("a", {
    key: "client-1",
    cost_nanos: 3,
    requested_nanos: 10,
    saved_nanos: 7,
    charged_nanos: 0,
    byok: 1,
    attempts: [
      attemptRow(1, { outcome: "failed", status: 500, error_type: "server_error", error_message: "ü", output: null }),
      attemptRow(2, { billing: "byok", cost_nanos: 3, cache_write_long: 2, web_searches: 1, hedge: 1 }),
    ],
  });

  test("comes back as it was, attempts in their order, and under its own id", async () => {
    const store = await storeOf([newTrace("b", { attempts: [] }), whole]);
    expect(await store.get("a")).toEqual({ ...whole, seq: 2 });
    expect(await store.list(page)).toEqual([
      { ...whole, seq: 2 },
      { ...newTrace("b", { attempts: [] }), seq: 1 },
    ]);
    expect(await store.get("c")).toBeUndefined();
  });

  test("is there once, however often it is stored", async () => {
    const store = await storeOf([whole, whole]);
    await store.append([whole, newTrace("b")]);
    expect(await idsOf(store, {})).toBe("ba");
    expect((await store.get("a"))?.attempts).toHaveLength(2);
  });

  test("is all of a batch or none of it", async () => {
    const store = await storeOf([]);
    const twice = newTrace("b", { attempts: [attemptRow(1), attemptRow(1)] });
    await expect(store.append([newTrace("a"), twice])).rejects.toThrow("UNIQUE constraint failed");
    expect(await idsOf(store, {})).toBe("");
    await store.append([newTrace("a")]);
    expect(await idsOf(store, {})).toBe("a");
  });
});

describe("which requests", () => {
  const traces = [
    newTrace("a", { time_ms: 10, model_requested: "m1", status: 200 }),
    newTrace("b", { time_ms: 20, model_served: "m1", provider: "p", status: 404 }),
    newTrace("c", { time_ms: 30, rule: "r", key: "k", status: 500 }),
    newTrace("d", { time_ms: 40, rule: "r", provider: "p", status: 599 }),
  ];
  test.each<[string, Partial<TraceQuery>, string]>([
    ["all, newest first", {}, "dcba"],
    ["a limit", { limit: 2 }, "dc"],
    ["before a cursor", { before: 3 }, "ba"],
    ["after a cursor, oldest first", { after: 2, limit: 1 }, "c"],
    ["a model, asked for or served", { model: "m1" }, "ba"],
    ["a provider", { provider: "p" }, "db"],
    ["a rule", { rule: "r" }, "dc"],
    ["a key", { key: "k" }, "c"],
    ["a status", { status: { from: 404, to: 404 } }, "b"],
    ["a class of statuses", { status: { from: 500, to: 599 } }, "dc"],
    ["since, which counts", { sinceMs: 20 }, "dcb"],
    ["until, which does not", { untilMs: 20 }, "a"],
    ["all of it together", { rule: "r", provider: "p", sinceMs: 35, before: 9 }, "d"],
    ["nothing", { rule: "r' OR 1 --" }, ""],
  ])("%s", async (_name, query, ids) => {
    expect(await idsOf(await storeOf(traces), query)).toBe(ids);
  });
});

const nanos = fc.option(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), { nil: null });
const tokens = fc.integer({ min: 0, max: 1_000_000 });
const name = fc.constantFrom("a", "b", "c");
const arbitraryAttempt = fc.record({
  provider: name,
  model: name,
  billing: fc.constantFrom("platform", "byok"),
  outcome: fc.constantFrom("ok", "failed", "cancelled"),
  uncached_input: tokens,
  cache_read: tokens,
  output: fc.option(tokens, { nil: null }),
  cost_nanos: nanos,
});
const arbitraryTrace = fc.record({
  time_ms: fc.integer({ min: 0, max: 10 * 86_400_000 }),
  key: fc.option(name, { nil: null }),
  rule: name,
  model_requested: name,
  model_served: name,
  cost_nanos: nanos,
  requested_nanos: nanos,
  saved_nanos: fc.option(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), { nil: null }),
  attempts: fc.array(arbitraryAttempt, { maxLength: 3 }),
});
const arbitraryTraces = fc
  .array(arbitraryTrace, { maxLength: 40 })
  .map((all) =>
    all.map(({ attempts, ...rest }, at) =>
      newTrace(`t${at}`, { ...rest, attempts: attempts.map((attempt, n) => attemptRow(n + 1, attempt)) }),
    ),
  );
const sum = (amounts: readonly (number | null)[]) => amounts.reduce((total, one) => total + BigInt(one ?? 0), 0n);

describe("sums are those of the traces, to the nano-dollar", () => {
  test("R186 usage, whatever it is grouped by", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryTraces, fc.constantFrom("model", "provider", "key", "rule", "day"), async (all, by) => {
        const { groups, total } = await (await storeOf(all)).usage({ ...everything, by });
        const attempts = all.flatMap((trace) => trace.attempts);
        expect(total).toEqual({
          name: null,
          requests: all.length,
          attempts: attempts.length,
          failed: attempts.filter(({ outcome }) => outcome === "failed").length,
          uncached_input: Number(sum(attempts.map((one) => one.uncached_input))),
          cache_read: Number(sum(attempts.map((one) => one.cache_read))),
          cache_write: 0,
          output: Number(sum(attempts.map((one) => one.output))),
          reasoning: 0,
          unpriced: attempts.filter(({ cost_nanos, output }) => cost_nanos === null && output !== null).length,
          cost_nanos: sum(attempts.map((one) => one.cost_nanos)),
          charged_nanos: sum(attempts.map((one) => (one.billing === "byok" ? 0 : one.cost_nanos))),
        });
        for (const column of ["attempts", "failed", "output", "unpriced"] as const) {
          expect(groups.reduce((count, group) => count + group[column], 0)).toBe(total[column]);
        }
        expect(groups.reduce((cost, group) => cost + group.cost_nanos, 0n)).toBe(total.cost_nanos);
        expect(groups.reduce((cost, group) => cost + group.charged_nanos, 0n)).toBe(total.charged_nanos);
        expect(new Set(groups.map((group) => group.name)).size).toBe(groups.length);
      }),
      { numRuns: 60 },
    );
  });

  test("R45 savings by rule and by model", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryTraces, fc.constantFrom("rule", "model"), async (all, by) => {
        const { groups, total } = await (await storeOf(all)).savings({ ...everything, by });
        const counted = all.filter(({ saved_nanos }) => saved_nanos !== null);
        expect(total).toMatchObject({
          requests: counted.length,
          cost_nanos: sum(counted.map((one) => one.cost_nanos)),
          requested_nanos: sum(counted.map((one) => one.requested_nanos)),
          saved_nanos: sum(counted.map((one) => one.saved_nanos)),
        });
        for (const group of groups) {
          const members = counted.filter((one) =>
            by === "rule"
              ? one.rule === group.rule
              : one.model_requested === group.model_requested && one.model_served === group.model_served,
          );
          expect(group.requests).toBe(members.length);
          expect(group.saved_nanos).toBe(sum(members.map((one) => one.saved_nanos)));
        }
        expect(groups.reduce((count, group) => count + group.requests, 0)).toBe(total.requests);
      }),
      { numRuns: 60 },
    );
  });

  test("days are those of UTC, in their order; the rest begins with what costs most", async () => {
    const at = (time: string) => ({ time_ms: Date.parse(time) });
    const cost = (cost_nanos: number, model: string) => ({ attempts: [attemptRow(1, { cost_nanos, model })] });
    const store = await storeOf([
      newTrace("a", { ...at("2026-11-21T23:59:59.999Z"), ...cost(1, "cheap") }),
      newTrace("b", { ...at("2026-11-22T00:00:00Z"), ...cost(9, "dear") }),
      newTrace("c", { ...at("2026-11-20T00:00:00Z"), attempts: [] }),
    ]);
    const names = async (by: "day" | "model") =>
      (await store.usage({ ...everything, by })).groups.map((group) => group.name);
    expect(await names("day")).toEqual(["2026-11-20", "2026-11-21", "2026-11-22"]);
    expect(await names("model")).toEqual(["dear", "cheap", null]);
  });
});

describe("what is too old, or too much", () => {
  const traces = Array.from({ length: 10 }, (_, n) => newTrace(String(n), { time_ms: 100 * n }));
  test.each([
    ["by age", { beforeMs: 300, keep: undefined, chunk: 100 }, 3, "9876543"],
    ["by age, in chunks", { beforeMs: 900, keep: undefined, chunk: 2 }, 2, "98765432"],
    ["by number", { beforeMs: 0, keep: 4, chunk: 100 }, 6, "9876"],
    ["none", { beforeMs: 0, keep: undefined, chunk: 100 }, 0, "9876543210"],
  ])("goes: %s", async (_name, query, removed, left) => {
    const database = await openDatabase(memoryPath);
    const store = sqliteStore(database);
    await store.append(traces);
    expect(await store.prune(query)).toBe(removed);
    expect(await idsOf(store, {})).toBe(left);
    expect(database.prepare("SELECT count(*) AS n FROM attempts").get()?.["n"]).toBe(left.length);
  });

  test("the file becomes smaller", async () => {
    const path = join(folder, "pruned.db");
    const store = sqliteStore(await openDatabase(path));
    const many = Array.from({ length: 5000 }, (_, n) => newTrace(`${"x".repeat(200)}${n}`));
    await store.append(many);
    await store.prune({ beforeMs: 2_000_000, keep: undefined, chunk: 10_000 });
    await store.prune({ beforeMs: 2_000_000, keep: undefined, chunk: 10_000 });
    await store.close();
    expect((await stat(path)).size).toBeLessThan(100_000);
  });
});

describe("the questions use indexes", () => {
  const plan = async (sql: string, values: readonly (string | number)[]) => {
    const database = await openDatabase(memoryPath);
    return database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...values)
      .map((step) => String(step["detail"]))
      .join("; ");
  };
  test.each<[string, string, readonly (string | number)[], string]>([
    ["one id", selectOne, ["a"], "SEARCH t USING INDEX sqlite_autoindex_traces_1 (id=?)"],
    ["the newest page", selectPage(page).sql, [50], "SCAN t"],
    ["older pages", selectPage({ ...page, before: 9 }).sql, [9, 50], "SEARCH t USING INTEGER PRIMARY KEY (rowid<?)"],
    ["what is new", selectPage({ ...page, after: 9 }).sql, [9, 50], "SEARCH t USING INTEGER PRIMARY KEY (rowid>?)"],
    ["what is too old", selectOld, [1, 50], "SEARCH traces USING COVERING INDEX traces_by_time (time_ms<?)"],
  ])("%s", async (_name, sql, values, expected) => {
    expect(await plan(sql, values)).toBe(expected);
  });

  test("the attempts of a page, and what is too much", async () => {
    expect(await plan(selectAttempts, ["[1]"])).toStartWith("SEARCH a USING PRIMARY KEY (trace=?)");
    expect(await plan(selectBeyond, [1, 50])).toStartWith("SEARCH traces USING INTEGER PRIMARY KEY (rowid<?)");
  });
});

describe("the file", () => {
  test("is its owner's alone, with the folder that is made for it and what lies beside it", async () => {
    const path = join(folder, ".hidden/deep/traces.db");
    const database = await openDatabase(path);
    await sqliteStore(database).append([newTrace("a")]);
    const modes = ["traces.db", "traces.db-wal", "traces.db-shm", "."].map(
      async (name) => (await stat(join(folder, ".hidden/deep", name))).mode & 0o777,
    );
    expect(await Promise.all(modes)).toEqual([0o600, 0o600, 0o600, 0o700]);
    database.close();
  });

  test("stays out of repositories when its folder is a hidden one", async () => {
    (await openDatabase(join(folder, ".arouter/traces.db"))).close();
    expect(await Bun.file(join(folder, ".arouter/.gitignore")).text()).toBe("*\n");
  });

  test("is read while it is written, and after", async () => {
    const path = join(folder, "shared.db");
    const writer = sqliteStore(await openDatabase(path));
    await writer.append([newTrace("a")]);
    const reader = sqliteStore(await openToRead(path));
    await writer.append([newTrace("b")]);
    expect(await idsOf(reader, {})).toBe("ba");
    await reader.close();
    await writer.close();
    const later = sqliteStore(await openToRead(path));
    expect(await idsOf(later, {})).toBe("ba");
    await later.close();
  });

  test("that does not fit is left alone, and the reason is told", async () => {
    const newer = join(folder, "newer.db");
    const database = new DatabaseSync(newer);
    database.exec("PRAGMA user_version = 99");
    database.close();
    await expect(openDatabase(newer)).rejects.toThrow(
      "it was written by a newer version (schema 99; this one knows 3)",
    );
    await expect(openToRead(newer)).rejects.toThrow("it was written by a newer version");
    await Bun.write(join(folder, "text.db"), "this is no database, but a text that is long enough to be read as one");
    await expect(openDatabase(join(folder, "text.db"))).rejects.toThrow("file is not a database");
    await expect(openToRead(join(folder, "none.db"))).rejects.toThrow("there is no such file");
    await Bun.write(join(folder, "empty.db"), "");
    await expect(openToRead(join(folder, "empty.db"))).rejects.toThrow("it is not a store of this version");
  });
});
