import type { SavingsGroup, TraceFilter, TraceQuery, UsageGroup } from "./store.ts";

/** What a URL's query asks for, or what is wrong with it: a sentence that begins with a parameter's name. */
export type Read<Query> = Readonly<{ kind: "query"; query: Query }> | Readonly<{ kind: "wrong"; message: string }>;

export const usageGroups = ["model", "provider", "key", "rule", "day"] as const satisfies readonly UsageGroup[];
export const savingsGroups = ["rule", "model"] as const satisfies readonly SavingsGroup[];

const defaultLimit = 50;
const maxLimit = 1000;

/** Reads what GET /api/v1/traces is asked. */
export function readPageQuery(query: URLSearchParams, nowMs: number): Read<TraceQuery> {
  const message = problemOf(query, [...filters, "limit", "before", "after"]);
  if (message !== undefined) return { kind: "wrong", message };
  if (query.has("before") && query.has("after"))
    return { kind: "wrong", message: "before and after exclude each other." };
  return {
    kind: "query",
    query: {
      ...filterOf(query, nowMs),
      limit: Math.min(numberOf(query, "limit") ?? defaultLimit, maxLimit),
      before: numberOf(query, "before"),
      after: numberOf(query, "after"),
    },
  };
}

/** Reads what GET /api/v1/usage and /savings are asked; by the first of `groups` unless the query says otherwise. */
export function readGroupQuery<Group extends string>(
  query: URLSearchParams,
  groups: readonly [Group, ...Group[]],
  nowMs: number,
): Read<TraceFilter & Readonly<{ by: Group }>> {
  const message = problemOf(query, [...filters, "by"]);
  if (message !== undefined) return { kind: "wrong", message };
  const written = query.get("by") ?? groups[0];
  const by = groups.find((group) => group === written);
  if (by === undefined) return { kind: "wrong", message: `by must be one of ${groups.join(", ")}.` };
  return { kind: "query", query: { ...filterOf(query, nowMs), by } };
}

const filters = ["model", "provider", "rule", "key", "status", "since", "until"] as const;

type Check = Readonly<{ accepts: (written: string) => boolean; must: string }>;
const something: Check = { accepts: (written) => written !== "", must: "must not be empty" };
const cursor: Check = { accepts: (written) => /^\d{1,15}$/.test(written), must: "must be a number that a page gave" };
const time: Check = {
  accepts: (written) => timeOf(written, 0) !== undefined,
  must: "must be an age (90s, 15m, 1h, 7d, 2w) or a time (2026-11-21, 2026-11-21T10:00:00Z)",
};
const checks: Readonly<Record<string, Check>> = {
  model: something,
  provider: something,
  rule: something,
  key: something,
  status: {
    accepts: (written) => statusOf(written) !== undefined,
    must: "must be a status (404), a class (5xx) or error",
  },
  since: time,
  until: time,
  limit: {
    accepts: (written) => /^[1-9]\d{0,14}$/.test(written),
    must: `must be a whole number from 1 to ${maxLimit}`,
  },
  before: cursor,
  after: cursor,
  by: something,
};

function problemOf(query: URLSearchParams, known: readonly string[]): string | undefined {
  for (const [name, written] of query) {
    const check = known.includes(name) ? checks[name] : undefined;
    if (check === undefined) return `${name} is no parameter here; there are ${known.join(", ")}.`;
    if (query.getAll(name).length > 1) return `${name} may be given once.`;
    if (!check.accepts(written)) return `${name} ${check.must}.`;
  }
  return undefined;
}

function filterOf(query: URLSearchParams, nowMs: number): TraceFilter {
  const read = <Value>(name: string, of: (written: string) => Value): Value | undefined => {
    const written = query.get(name);
    return written === null ? undefined : of(written);
  };
  return {
    model: query.get("model") ?? undefined,
    provider: query.get("provider") ?? undefined,
    rule: query.get("rule") ?? undefined,
    key: query.get("key") ?? undefined,
    status: read("status", statusOf),
    sinceMs: read("since", (written) => timeOf(written, nowMs)),
    untilMs: read("until", (written) => timeOf(written, nowMs)),
  };
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const written = query.get(name);
  return written === null ? undefined : Number(written);
}

/** `404`, `5xx`, or `error` for all that are no success. */
function statusOf(written: string): TraceFilter["status"] {
  if (written === "error") return { from: 400, to: 599 };
  if (/^[1-5]xx$/.test(written)) return { from: Number(`${written[0]}00`), to: Number(`${written[0]}99`) };
  return /^[1-5]\d\d$/.test(written) ? { from: Number(written), to: Number(written) } : undefined;
}

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A moment (RFC 3339, or a day in UTC), or how long ago it was. */
function timeOf(written: string, nowMs: number): number | undefined {
  const [, count, unit = ""] = /^(\d{1,6})([smhdw])$/.exec(written) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (unitsMs[unit] ?? 0);
  const ms = /^\d{4}-\d\d-\d\d(T|$)/.test(written) ? Date.parse(written) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
