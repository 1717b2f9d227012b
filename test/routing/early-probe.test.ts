import { expect, test } from "bun:test";
import { createBreakers } from "../../runtime/routing/circuit-breaker.ts";
import { providerTerms } from "../support/terms.ts";

test("R6 F186 a breaker may be probed early where nobody else is left: a second after it opened, one call at a time", () => {
  let nowMs = 0;
  const policy = { ...providerTerms.breaker, failureThreshold: 1, cooldownMs: 30_000 };
  const breaker = createBreakers({ now: () => nowMs, random: () => 0 }).of("a", "m", policy);
  const enter = (early: boolean) => breaker.enter(early);
  breaker.settle("failure", undefined);
  nowMs = 999;
  expect([enter(true).kind, enter(false).kind]).toEqual(["open", "open"]);
  nowMs = 1000;
  expect(enter(false)).toEqual({ kind: "open", retryAfterMs: 29_000 });
  const probe = enter(true);
  expect([probe.kind, enter(true).kind, enter(false).kind]).toEqual(["pass", "open", "open"]);
  if (probe.kind === "pass") breaker.settle("failure", probe.probe);
  nowMs = 1999;
  expect(enter(true).kind).toBe("open");
  nowMs = 2000;
  const next = enter(true);
  if (next.kind === "pass") breaker.settle("success", next.probe);
  expect(enter(false)).toEqual({ kind: "pass", probe: undefined });
});

test("R6 R37 a run of failures opens a breaker, but among many successes only a long one: chance makes short ones", () => {
  const policy = { ...providerTerms.breaker, failureThreshold: 5, minRequests: 20 };
  const breakers = createBreakers({ now: () => 0, random: () => 0 });
  const settle = (model: string, result: "success" | "failure", times: number) => {
    for (let n = 0; n < times; n++) breakers.of("a", model, policy).settle(result, undefined);
  };
  const isOpen = (model: string) => breakers.of("a", model, policy).enter().kind === "open";
  settle("idle", "failure", 4);
  expect(isOpen("idle")).toBe(false);
  settle("idle", "failure", 1);
  expect(isOpen("idle")).toBe(true);
  settle("busy", "success", 100);
  settle("busy", "failure", 19);
  expect(isOpen("busy")).toBe(false);
  settle("busy", "failure", 1);
  expect(isOpen("busy")).toBe(true);
});
