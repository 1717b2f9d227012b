import type { DatabaseSync } from "node:sqlite";
import type { PruneQuery, Store, TraceQuery } from "../store.ts";
import type { AttemptRow, NewTrace, StoredTrace, TraceRow } from "../trace-row.ts";
import { inTransaction } from "./in-transaction.ts";
import { row, rows } from "./rows.ts";
import { savings, usage } from "./usage.ts";
import { type Where, where } from "./where.ts";

/** Traces in a database that `openDatabase` or `openToRead` opened. Every call is done when it returns. */
export function sqliteStore(database: DatabaseSync): Store {
  return {
    append: async (traces) => append(database, traces),
    list: async (query) => list(database, query),
    get: async (id) => withAttempts(database, rows<Found>(database, selectOne, id))[0],
    usage: async (query) => usage(database, query),
    savings: async (query) => savings(database, query),
    prune: async (query) => prune(database, query),
    close: async () => database.close(),
  };
}

type Found = TraceRow & Readonly<{ seq: number }>;
type FoundAttempt = AttemptRow & Readonly<{ trace: number }>;

const traceColumns = [
  "id",
  "time_ms",
  "key",
  "endpoint",
  "model_requested",
  "model_served",
  "provider",
  "rule",
  "decision",
  "status",
  "how",
  "stream",
  "facts",
  "error_type",
  "total_ms",
  "ttft_ms",
  "cost_nanos",
  "requested_nanos",
  "saved_nanos",
  "charged_nanos",
  "byok",
] as const satisfies readonly (keyof TraceRow)[];

const attemptColumns = [
  "n",
  "provider",
  "model",
  "key",
  "billing",
  "hedge",
  "outcome",
  "status",
  "error_type",
  "error_message",
  "quarantined",
  "started_ms",
  "latency_ms",
  "ttft_ms",
  "uncached_input",
  "cache_read",
  "cache_write",
  "cache_write_long",
  "output",
  "reasoning",
  "web_searches",
  "service_tier",
  "is_estimate",
  "cost_nanos",
  "cost_source",
] as const satisfies readonly (keyof AttemptRow)[];

const marks = (count: number) => Array.from({ length: count }, () => "?").join(", ");

const insertTrace = `INSERT OR IGNORE INTO traces (${traceColumns.join(", ")}) VALUES (${marks(traceColumns.length)})`;
const insertAttempt = `INSERT INTO attempts (trace, ${attemptColumns.join(", ")}) VALUES (${marks(attemptColumns.length + 1)})`;

function append(database: DatabaseSync, traces: readonly NewTrace[]): void {
  const newTrace = database.prepare(insertTrace);
  const newAttempt = database.prepare(insertAttempt);
  inTransaction(database, () => {
    for (const trace of traces) {
      const { changes, lastInsertRowid } = newTrace.run(...traceColumns.map((column) => trace[column]));
      if (changes === 0) continue;
      for (const attempt of trace.attempts) {
        newAttempt.run(lastInsertRowid, ...attemptColumns.map((column) => attempt[column]));
      }
    }
  });
}

/** How one trace is looked up. */
export const selectOne = "SELECT t.* FROM traces t WHERE t.id = ?";

/** How a page is looked up; `values` are those of the filter and the limit. */
export function selectPage(query: TraceQuery): Where {
  const { sql, values } = where(query);
  const order = query.after === undefined ? "DESC" : "ASC";
  return {
    sql: `SELECT t.* FROM traces t WHERE ${sql} ORDER BY t.seq ${order} LIMIT ?`,
    values: [...values, query.limit],
  };
}

function list(database: DatabaseSync, query: TraceQuery): readonly StoredTrace[] {
  const { sql, values } = selectPage(query);
  return withAttempts(database, rows<Found>(database, sql, ...values));
}

/** How the attempts of a page are looked up, in one query. */
export const selectAttempts =
  "SELECT a.* FROM attempts a WHERE a.trace IN (SELECT value FROM json_each(?)) ORDER BY a.trace, a.n";

function withAttempts(database: DatabaseSync, traces: readonly Found[]): readonly StoredTrace[] {
  const of = new Map<number, AttemptRow[]>(traces.map(({ seq }) => [seq, []]));
  const found = rows<FoundAttempt>(database, selectAttempts, JSON.stringify([...of.keys()]));
  for (const { trace, ...attempt } of found) of.get(trace)?.push(attempt);
  return traces.map((trace) => ({ ...trace, attempts: of.get(trace.seq) ?? [] }));
}

/** Past this share of the file that nothing uses any more, some of it goes back to the disk. */
const maxFreeShare = 0.25;
const vacuumedPages = 2000;

/** How traces that are too old are found, and those beyond the latest `keep`. */
export const selectOld = "SELECT seq FROM traces WHERE time_ms < ? ORDER BY time_ms LIMIT ?";
export const selectBeyond =
  "SELECT seq FROM traces WHERE seq <= (SELECT max(seq) FROM traces) - ? ORDER BY seq LIMIT ?";

function prune(database: DatabaseSync, { beforeMs, keep, chunk }: PruneQuery): number {
  const remove = (found: string, bound: number) =>
    Number(database.prepare(`DELETE FROM traces WHERE seq IN (${found})`).run(bound, chunk).changes);
  const removed = remove(selectOld, beforeMs) + (keep === undefined ? 0 : remove(selectBeyond, keep));
  const { free, pages } = row<{ free: number; pages: number }>(
    database,
    "SELECT freelist_count AS free, page_count AS pages FROM pragma_freelist_count, pragma_page_count",
  );
  if (free > pages * maxFreeShare) database.exec(`PRAGMA incremental_vacuum(${vacuumedPages})`);
  return removed;
}
