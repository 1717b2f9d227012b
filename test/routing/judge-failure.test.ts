import { describe, expect, test } from "bun:test";
import type { Failover } from "../../runtime/contract.ts";
import { failure } from "../../runtime/errors.ts";
import { type Judgement, judgeFailure } from "../../runtime/routing/judge-failure.ts";
import type { Failed } from "../../runtime/upstream/attempt.ts";
import type { ErrorClass } from "../../runtime/wire/canonical.ts";
import { catalogTerms, providerTerms } from "../support/terms.ts";

const rules = { failover: catalogTerms.failover, retry: providerTerms.retry };

function failed(of: ErrorClass, status: number | undefined, waitMs?: number): Failed {
  const error = failure(of, "words", status === undefined ? {} : { status });
  return { kind: "failed", error, status, waitMs, verbatim: undefined, upstream: undefined };
}

/** The judgement in one line: whose fault, what the key and the breaker are told, and what may follow. */
function told({ scope, key, breaker, failover, retry }: Judgement): string {
  const follows = [failover ? "failover" : "", retry ? "retry" : ""].filter(Boolean).join("+") || "end";
  return [scope, `key ${key.kind}`, `breaker ${breaker}`, follows].join(", ");
}

const rejected = "key, key rejected, breaker neutral, failover";
const denied = "key, key model-denied, breaker neutral, failover";
const spent = "key, key spent, breaker neutral, failover";
const limited = "key, key rate-limited, breaker neutral, failover+retry";
const down = "offer, key neutral, breaker failure, failover+retry";
const downForGood = "offer, key neutral, breaker failure, failover";
const unlisted = "offer, key neutral, breaker failure, end";
const noModel = "offer, key neutral, breaker neutral, failover";
const client = "client, key neutral, breaker neutral, end";
const ended = "gateway, key neutral, breaker neutral, end";

const table: readonly (readonly [status: number | undefined, of: ErrorClass, expected: string])[] = [
  [400, "invalid-request", client],
  [400, "context-too-long", client],
  [400, "content-policy", client],
  [400, "billing", spent],
  [400, "rate-limited", limited],
  [401, "upstream-auth", rejected],
  [402, "billing", spent],
  [403, "permission", denied],
  [403, "content-policy", client],
  [403, "upstream-auth", rejected],
  [403, "billing", spent],
  [404, "not-found", noModel],
  [404, "invalid-request", "client, key neutral, breaker neutral, failover"],
  [404, "content-policy", client],
  [405, "invalid-request", client],
  [408, "timeout", down],
  [409, "conflict", client],
  [413, "too-large", client],
  [413, "context-too-long", client],
  [415, "unsupported-media", client],
  [418, "invalid-request", client],
  [421, "invalid-request", client],
  [422, "invalid-request", client],
  [425, "invalid-request", down],
  [429, "rate-limited", limited],
  [429, "billing", spent],
  [429, "overloaded", down],
  [451, "invalid-request", client],
  [499, "invalid-request", client],
  [500, "server-error", down],
  [500, "overloaded", down],
  [500, "rate-limited", limited],
  [501, "unimplemented", unlisted],
  [502, "server-error", down],
  [503, "overloaded", down],
  [504, "timeout", down],
  [505, "server-error", unlisted],
  [520, "server-error", downForGood],
  [524, "server-error", downForGood],
  [529, "overloaded", down],
  [599, "server-error", unlisted],
  [600, "bad-upstream-answer", down],
  [999, "bad-upstream-answer", down],
  [304, "bad-upstream-answer", down],
  [307, "bad-upstream-answer", down],
  [undefined, "upstream-unreachable", down],
  [undefined, "timeout", down],
  [undefined, "bad-upstream-answer", down],
  [undefined, "internal", ended],
];

describe("R93 R94 R95 what a failure means", () => {
  test.each(table)("status %p, %s: %s", (status, of, expected) => {
    expect(told(judgeFailure(failed(of, status), rules))).toBe(expected);
  });

  test("an error inside a 200 counts as the status that it stands for", () => {
    const inside = (of: ErrorClass) => told(judgeFailure({ ...failed(of, undefined) }, rules));
    expect(inside("overloaded")).toBe(down);
    expect(inside("rate-limited")).toBe(limited);
    expect(inside("billing")).toBe(spent);
    expect(inside("invalid-request")).toBe(client);
    expect(inside("server-error")).toBe(down);
  });

  test("is named for metrics, and says how long the upstream wants to be left alone", () => {
    expect(judgeFailure(failed("rate-limited", 429, 5000), rules)).toMatchObject({
      reason: "rate_limited",
      waitMs: 5000,
      key: { kind: "rate-limited", retryAfterMs: 5000 },
    });
    expect(judgeFailure(failed("billing", 402, 9000), rules).key).toEqual({ kind: "spent", retryAfterMs: 9000 });
    expect(judgeFailure(failed("upstream-auth", 401, 9000), rules).key).toEqual({ kind: "rejected" });
    expect(judgeFailure(failed("overloaded", 503, 700), rules)).toMatchObject({ reason: "overloaded", waitMs: 700 });
    expect(judgeFailure(failed("rate-limited", 429), rules)).toMatchObject({
      waitMs: undefined,
      key: { kind: "rate-limited" },
    });
  });
});

describe("C6 the configuration decides which statuses go on", () => {
  const judge = (status: number, of: ErrorClass, failover: Partial<Failover>) =>
    judgeFailure(failed(of, status), { ...rules, failover: { ...rules.failover, ...failover } }).failover;

  test.each([
    [400, "invalid-request", true],
    [403, "content-policy", true],
    [413, "context-too-long", true],
    [422, "invalid-request", true],
    [501, "unimplemented", false],
  ] as const)("with include_4xx %d %s goes on: %p", (status, of, expected) => {
    expect(judge(status, of, { include4xx: true })).toBe(expected);
  });

  test.each([
    [422, "invalid-request", [422], true],
    [501, "unimplemented", [501], true],
    [500, "server-error", [], false],
    [429, "rate-limited", [500], false],
    [401, "upstream-auth", [], false],
    [400, "content-policy", [400], false],
  ] as const)("%d %s with statuses %p goes on: %p", (status, of, statuses, expected) => {
    expect(judge(status, of, { statuses })).toBe(expected);
  });

  test.each(["upstream-unreachable", "timeout", "bad-upstream-answer"] as const)("%s always does", (of) => {
    const { failover } = judgeFailure(failed(of, undefined), {
      ...rules,
      failover: { ...rules.failover, statuses: [] },
    });
    expect(failover).toBe(true);
  });
});

describe("R282 the provider decides which statuses are retried", () => {
  const judge = (status: number, of: ErrorClass, statuses: readonly number[]) =>
    judgeFailure(failed(of, status), { ...rules, retry: { ...rules.retry, statuses } }).retry;

  test.each([
    [409, "conflict", [409], true],
    [400, "invalid-request", [400], true],
    [500, "server-error", [], false],
    [401, "upstream-auth", [401], true],
    [429, "billing", [429], false],
    [402, "billing", [402], false],
    [429, "overloaded", [503], true],
  ] as const)("%d %s with statuses %p: %p", (status, of, statuses, expected) => {
    expect(judge(status, of, statuses)).toBe(expected);
  });
});
