import type { TraceFilter, TraceQuery } from "../store.ts";

/** The conditions of a query, and the values of their question marks. `t` is the table of traces. */
export type Where = Readonly<{ sql: string; values: readonly (string | number)[] }>;

type Condition = readonly [sql: string, ...values: (string | number | undefined)[]];

/** Those whose values are there, and-ed. */
export function where(query: TraceFilter & Partial<Pick<TraceQuery, "before" | "after">>): Where {
  const { model, provider, rule, key, status, sinceMs, untilMs, before, after } = query;
  const conditions: readonly Condition[] = [
    ["t.seq < ?", before],
    ["t.seq > ?", after],
    ["t.time_ms >= ?", sinceMs],
    ["t.time_ms < ?", untilMs],
    ["t.rule = ?", rule],
    ["t.provider = ?", provider],
    ["t.key = ?", key],
    ["(t.model_requested = ? OR t.model_served = ?)", model, model],
    ["t.status BETWEEN ? AND ?", status?.from, status?.to],
  ];
  const asked = conditions.filter(([, value]) => value !== undefined);
  return {
    sql: asked.length === 0 ? "TRUE" : asked.map(([sql]) => sql).join(" AND "),
    values: asked.flatMap(([, ...values]) => values.filter((value) => value !== undefined)),
  };
}
