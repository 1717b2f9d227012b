import { describe, expect, test } from "bun:test";
import { readGroupQuery, readPageQuery, savingsGroups, usageGroups } from "../../../runtime/store/trace-query.ts";
import { everything } from "./rows.ts";

const nowMs = Date.parse("2026-11-21T10:00:00Z");
const page = { ...everything, limit: 50, before: undefined, after: undefined };

test.each<[string, Partial<ReturnType<typeof asked>>]>([
  ["", {}],
  ["limit=7&before=12", { limit: 7, before: 12 }],
  ["limit=1001&after=0", { limit: 1000, after: 0 }],
  ["model=m&provider=p&rule=r&key=k", { model: "m", provider: "p", rule: "r", key: "k" }],
  ["status=404", { status: { from: 404, to: 404 } }],
  ["status=5xx", { status: { from: 500, to: 599 } }],
  ["status=error", { status: { from: 400, to: 599 } }],
  ["since=90s", { sinceMs: nowMs - 90_000 }],
  ["since=15m&until=2m", { sinceMs: nowMs - 900_000, untilMs: nowMs - 120_000 }],
  ["since=1h", { sinceMs: nowMs - 3_600_000 }],
  ["since=7d", { sinceMs: nowMs - 604_800_000 }],
  ["since=2w", { sinceMs: nowMs - 1_209_600_000 }],
  ["since=2026-11-20", { sinceMs: Date.parse("2026-11-20T00:00:00Z") }],
  ["until=2026-11-20T10:00:00%2B01:00", { untilMs: Date.parse("2026-11-20T09:00:00Z") }],
])("%s", (query, expected) => {
  expect(asked(query)).toEqual({ ...page, ...expected });
});

function asked(query: string) {
  const read = readPageQuery(new URLSearchParams(query), nowMs);
  if (read.kind === "wrong") throw new Error(read.message);
  return read.query;
}

const known = "model, provider, rule, key, status, since, until";
const time = "must be an age (90s, 15m, 1h, 7d, 2w) or a time (2026-11-21, 2026-11-21T10:00:00Z).";
const number = "must be a number that a page gave.";
const limit = "limit must be a whole number from 1 to 1000.";
test.each([
  ["limit=0", limit],
  ["limit=1e3", limit],
  ["limit=", limit],
  ["before=x", `before ${number}`],
  ["after=-1", `after ${number}`],
  ["before=1&after=2", "before and after exclude each other."],
  ["status=6xx", "status must be a status (404), a class (5xx) or error."],
  ["since=1y", `since ${time}`],
  ["until=1", `until ${time}`],
  ["until=2026-13-01", `until ${time}`],
  ["model=", "model must not be empty."],
  ["modle=m", `modle is no parameter here; there are ${known}, limit, before, after.`],
  ["by=model", `by is no parameter here; there are ${known}, limit, before, after.`],
  ["constructor=x", `constructor is no parameter here; there are ${known}, limit, before, after.`],
  ["rule=a&rule=b", "rule may be given once."],
])("%s is wrong", (query, message) => {
  expect(readPageQuery(new URLSearchParams(query), nowMs)).toEqual({ kind: "wrong", message });
});

describe("groups", () => {
  const read = (query: string) => readGroupQuery(new URLSearchParams(query), usageGroups, nowMs);
  test("have a first one, and a filter", () => {
    expect(read("rule=r")).toEqual({ kind: "query", query: { ...everything, rule: "r", by: "model" } });
    expect(read("by=day")).toEqual({ kind: "query", query: { ...everything, by: "day" } });
    expect(readGroupQuery(new URLSearchParams(), savingsGroups, nowMs)).toMatchObject({ query: { by: "rule" } });
  });
  test("are those that there are", () => {
    expect(read("by=user")).toEqual({ kind: "wrong", message: "by must be one of model, provider, key, rule, day." });
    expect(read("limit=1")).toEqual({
      kind: "wrong",
      message: `limit is no parameter here; there are ${known}, by.`,
    });
  });
});
