import { type SavingsJson, savingsJson, type TraceJson, traceJson, type UsageJson, usageJson } from "./trace-json.ts";
import { readGroupQuery, readPageQuery, savingsGroups, usageGroups } from "./trace-query.ts";
import type { TraceReader } from "./traces.ts";

/** `older` and `newer` are what to pass on as `before` and `after` for the traces beyond this page. */
export type TracesPage = Readonly<{ traces: readonly TraceJson[]; older: number | null; newer: number | null }>;
export type UsagePage = Readonly<{ by: string; usage: readonly UsageJson[]; total: UsageJson }>;
export type SavingsPage = Readonly<{ by: string; savings: readonly SavingsJson[]; total: SavingsJson }>;

/** What a question about requests comes to. `wrong` says what is wrong with the question; `none`: there is no such request. */
export type Page<Body> =
  | Readonly<{ kind: "page"; body: Body }>
  | Readonly<{ kind: "wrong"; message: string }>
  | Readonly<{ kind: "none" }>;

/** Newest first, whichever side of a cursor was asked for. */
export async function tracesPage(
  reader: TraceReader,
  asked: URLSearchParams,
  nowMs: number,
): Promise<Page<TracesPage>> {
  const read = readPageQuery(asked, nowMs);
  if (read.kind === "wrong") return read;
  const { limit, after } = read.query;
  const found = await reader.list(read.query);
  const traces = after === undefined ? found : found.toReversed();
  const isLast = after === undefined && found.length < limit;
  return {
    kind: "page",
    body: {
      traces: traces.map(traceJson),
      older: isLast ? null : (traces.at(-1)?.seq ?? null),
      newer: traces[0]?.seq ?? after ?? null,
    },
  };
}

export async function tracePage(reader: TraceReader, id: string): Promise<Page<TraceJson>> {
  const trace = await reader.get(id);
  return trace === undefined ? { kind: "none" } : { kind: "page", body: traceJson(trace) };
}

export async function usagePage(reader: TraceReader, asked: URLSearchParams, nowMs: number): Promise<Page<UsagePage>> {
  const read = readGroupQuery(asked, usageGroups, nowMs);
  if (read.kind === "wrong") return read;
  const { groups, total } = await reader.usage(read.query);
  return { kind: "page", body: { by: read.query.by, usage: groups.map(usageJson), total: usageJson(total) } };
}

export async function savingsPage(
  reader: TraceReader,
  asked: URLSearchParams,
  nowMs: number,
): Promise<Page<SavingsPage>> {
  const read = readGroupQuery(asked, savingsGroups, nowMs);
  if (read.kind === "wrong") return read;
  const { groups, total } = await reader.savings(read.query);
  return { kind: "page", body: { by: read.query.by, savings: groups.map(savingsJson), total: savingsJson(total) } };
}
