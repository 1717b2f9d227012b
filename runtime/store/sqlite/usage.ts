import type { DatabaseSync } from "node:sqlite";
import type {
  SavingsGroup,
  SavingsQuery,
  SavingsReport,
  SavingsRow,
  UsageGroup,
  UsageQuery,
  UsageReport,
  UsageRow,
} from "../store.ts";
import { row, rows } from "./rows.ts";
import { where } from "./where.ts";

/** Sums can be larger than a JavaScript number holds exactly, so they come as text. */
type AsText<Row> = { [Column in keyof Row]: Row[Column] extends bigint ? string : Row[Column] };

const total = (column: string) => `coalesce(sum(${column}), 0)`;
const exactTotal = (column: string) => `CAST(${total(column)} AS TEXT)`;

const usageNames = {
  model: "a.model",
  provider: "a.provider",
  key: "t.key",
  rule: "t.rule",
  day: "date(t.time_ms / 1000, 'unixepoch')",
} as const satisfies Record<UsageGroup, string>;

const usageSums = `count(DISTINCT t.seq) AS requests, count(a.n) AS attempts, ${total("a.outcome = 'failed'")} AS failed,
  ${total("a.uncached_input")} AS uncached_input, ${total("a.cache_read")} AS cache_read,
  ${total("a.cache_write")} AS cache_write, ${total("a.output")} AS output, ${total("a.reasoning")} AS reasoning,
  ${total("a.cost_nanos IS NULL AND a.output IS NOT NULL")} AS unpriced, ${exactTotal("a.cost_nanos")} AS cost_nanos,
  ${exactTotal("CASE a.billing WHEN 'byok' THEN 0 ELSE a.cost_nanos END")} AS charged_nanos`;

/** `Store.usage`. Requests that asked nobody count as well. */
export function usage(database: DatabaseSync, { by, ...filter }: UsageQuery): UsageReport {
  const { sql, values } = where(filter);
  const found = rows<AsText<UsageRow>>(
    database,
    `SELECT ${usageNames[by]} AS name, ${usageSums}
FROM traces t LEFT JOIN attempts a ON a.trace = t.seq WHERE ${sql}
GROUP BY 1 ORDER BY ${by === "day" ? "name" : "sum(a.cost_nanos) DESC, requests DESC, name"}`,
    ...values,
  );
  const { requests } = row<{ requests: number }>(
    database,
    `SELECT count(*) AS requests FROM traces t WHERE ${sql}`,
    ...values,
  );
  const groups = found.map(usageRow);
  return { groups, total: { ...groups.reduce(plus, nothing), requests } };
}

const nothing: UsageRow = {
  name: null,
  requests: 0,
  attempts: 0,
  failed: 0,
  uncached_input: 0,
  cache_read: 0,
  cache_write: 0,
  output: 0,
  reasoning: 0,
  unpriced: 0,
  cost_nanos: 0n,
  charged_nanos: 0n,
};

/** Of all that no attempt is in twice; a request may be. */
function plus(sum: UsageRow, group: UsageRow): UsageRow {
  return {
    ...sum,
    attempts: sum.attempts + group.attempts,
    failed: sum.failed + group.failed,
    uncached_input: sum.uncached_input + group.uncached_input,
    cache_read: sum.cache_read + group.cache_read,
    cache_write: sum.cache_write + group.cache_write,
    output: sum.output + group.output,
    reasoning: sum.reasoning + group.reasoning,
    unpriced: sum.unpriced + group.unpriced,
    cost_nanos: sum.cost_nanos + group.cost_nanos,
    charged_nanos: sum.charged_nanos + group.charged_nanos,
  };
}

function usageRow({ cost_nanos, charged_nanos, ...found }: AsText<UsageRow>): UsageRow {
  return { ...found, cost_nanos: BigInt(cost_nanos), charged_nanos: BigInt(charged_nanos) };
}

const savingsNames = {
  rule: "t.rule, NULL AS model_requested, NULL AS model_served",
  model: "NULL AS rule, t.model_requested, t.model_served",
} as const satisfies Record<SavingsGroup, string>;

const savingsSums = `count(*) AS requests, ${exactTotal("t.cost_nanos")} AS cost_nanos,
  ${exactTotal("t.requested_nanos")} AS requested_nanos, ${exactTotal("t.saved_nanos")} AS saved_nanos`;

/** `Store.savings`. */
export function savings(database: DatabaseSync, { by, ...filter }: SavingsQuery): SavingsReport {
  const { sql, values } = where(filter);
  const from = `FROM traces t WHERE ${sql} AND t.saved_nanos IS NOT NULL`;
  const order = "sum(t.saved_nanos) DESC, 1, 2, 3";
  const groups = `SELECT ${savingsNames[by]}, ${savingsSums} ${from} GROUP BY 1, 2, 3 ORDER BY ${order}`;
  const all = `SELECT NULL AS rule, NULL AS model_requested, NULL AS model_served, ${savingsSums} ${from}`;
  return {
    groups: rows<AsText<SavingsRow>>(database, groups, ...values).map(savingsRow),
    total: savingsRow(row<AsText<SavingsRow>>(database, all, ...values)),
  };
}

function savingsRow({ cost_nanos, requested_nanos, saved_nanos, ...found }: AsText<SavingsRow>): SavingsRow {
  return {
    ...found,
    cost_nanos: BigInt(cost_nanos),
    requested_nanos: BigInt(requested_nanos),
    saved_nanos: BigInt(saved_nanos),
  };
}
