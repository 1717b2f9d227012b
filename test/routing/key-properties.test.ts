import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { KeyOutcome, Lease } from "../../runtime/routing/key-state.ts";
import { pooledKey, poolFixture, seededRandom } from "./key-fixture.ts";

type Step =
  | Readonly<{ kind: "take"; lastResort: boolean }>
  | Readonly<{ kind: "settle"; which: number; outcome: KeyOutcome }>
  | Readonly<{ kind: "pass"; ms: number }>;

const retryAfterMs = fc.option(fc.integer({ min: 0, max: 200_000 }), { nil: undefined });
const outcome: fc.Arbitrary<KeyOutcome> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: "ok" as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: "neutral" as const }, { kind: "rejected" as const }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom("rate-limited" as const, "spent" as const), retryAfterMs }),
  },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("take" as const), lastResort: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("settle" as const), which: fc.nat(50), outcome }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 10_000, max: 900_000 })),
    }),
  },
);
const strategy = fc.constantFrom("round_robin", "fallback", "weighted", "random", "least_used");
const probeLeaseMs = 60_000;

describe("properties", () => {
  test("F185 R127 at most one probe of a key is under way, and no key is lent before its time but as a last resort", () => {
    const seen = { probes: 0, early: 0 };
    fc.assert(
      fc.property(strategy, fc.array(step, { maxLength: 150, size: "max" }), fc.integer(), (strategy, steps, seed) => {
        const fixture = poolFixture([pooledKey("a"), pooledKey("b")], {
          strategy,
          random: seededRandom(seed),
          probeLeaseMs,
        });
        let nowMs = 0;
        const open: { lease: Lease; startedMs: number }[] = [];
        for (const step of steps) {
          switch (step.kind) {
            case "pass":
              fixture.pass(step.ms);
              nowMs += step.ms;
              break;
            case "settle":
              open.splice(step.which % (open.length || 1), 1)[0]?.lease.settle(step.outcome);
              break;
            case "take": {
              const before = new Map(fixture.reports().map((report) => [report.id, report]));
              const taken = fixture.take({ lastResort: step.lastResort });
              if (taken.kind === "none") break;
              const { lease } = taken;
              const { state } = before.get(lease.key.id) ?? {};
              // In service: an ordinary call. Over: its probe. Before its time: only a last resort.
              expect(lease.probe).toBe(state !== "ok");
              if (state === "quarantined") expect(step.lastResort).toBe(true);
              if (state === "quarantined") seen.early++;
              if (lease.probe) {
                seen.probes++;
                const rivals = open.filter(
                  (other) =>
                    other.lease.probe && other.lease.key.id === lease.key.id && nowMs - other.startedMs < probeLeaseMs,
                );
                expect(rivals).toEqual([]);
              }
              open.push({ lease, startedMs: nowMs });
            }
          }
        }
      }),
      { numRuns: 2000, seed: 20_261_121 },
    );
    expect(seen.probes).toBeGreaterThan(1000);
    expect(seen.early).toBeGreaterThan(200);
  });

  test("R124 no 60 seconds hold more requests of a key than its limit, and it is never refused for long in vain", () => {
    const limit = fc.integer({ min: 1, max: 12 });
    const gaps = fc.array(fc.oneof(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 20_000 })), {
      minLength: 1,
      maxLength: 200,
      size: "max",
    });
    fc.assert(
      fc.property(limit, gaps, (requestsPerMinute, gaps) => {
        const fixture = poolFixture([pooledKey("a", { requestsPerMinute })]);
        const startedMs: number[] = [];
        let nowMs = 0;
        for (const gapMs of gaps) {
          fixture.pass(gapMs);
          nowMs += gapMs;
          const taken = fixture.take();
          const inLastMinute = (spanMs: number) => startedMs.filter((ms) => nowMs - ms < spanMs).length;
          if (taken.kind === "key") {
            expect(inLastMinute(60_000)).toBeLessThan(requestsPerMinute);
            startedMs.push(nowMs);
          } else {
            expect(inLastMinute(61_000)).toBeGreaterThanOrEqual(requestsPerMinute);
            expect(taken.retryAfterMs).toBeGreaterThan(0);
            expect(taken.retryAfterMs).toBeLessThanOrEqual(60_000);
          }
        }
      }),
      { numRuns: 500, seed: 20_261_121 },
    );
  });

  test("tokens used in 60 seconds stay within the limit, but for one request that is larger than it", () => {
    const calls = fc.array(
      fc.record({ gapMs: fc.integer({ min: 0, max: 15_000 }), tokens: fc.integer({ min: 1, max: 700 }) }),
      {
        maxLength: 150,
        size: "max",
      },
    );
    fc.assert(
      fc.property(calls, (calls) => {
        const fixture = poolFixture([pooledKey("a", { tokensPerMinute: 500 })]);
        const started: { ms: number; tokens: number }[] = [];
        let nowMs = 0;
        for (const { gapMs, tokens } of calls) {
          fixture.pass(gapMs);
          nowMs += gapMs;
          if (fixture.take({ tokens }).kind === "none") continue;
          const recent = started.filter(({ ms }) => nowMs - ms < 60_000);
          const used = recent.reduce((sum, call) => sum + call.tokens, 0);
          if (recent.length > 0) expect(used + tokens).toBeLessThanOrEqual(500);
          started.push({ ms: nowMs, tokens });
        }
      }),
      { numRuns: 300, seed: 20_261_121 },
    );
  });

  test("what a refused request is told is true: then a key can be used, and not before", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const fixture = poolFixture([
          pooledKey("a", { requestsPerMinute: 4 }),
          pooledKey("b", { tokensPerMinute: 90 }),
        ]);
        const open: Lease[] = [];
        for (const step of steps) {
          if (step.kind === "pass") fixture.pass(step.ms);
          if (step.kind === "settle") open.splice(step.which % (open.length || 1), 1)[0]?.settle(step.outcome);
          if (step.kind !== "take") continue;
          const taken = fixture.take({ tokens: 30 });
          if (taken.kind === "key") open.push(taken.lease);
        }
        for (const lease of open) lease.settle({ kind: "neutral" });
        const taken = fixture.take({ tokens: 30 });
        if (taken.kind === "key") return;
        const waitMs = taken.retryAfterMs ?? Number.NaN;
        fixture.pass(waitMs - 1);
        expect(fixture.take({ tokens: 30 })).toMatchObject({ kind: "none", class: taken.class });
        fixture.pass(1);
        expect(fixture.take({ tokens: 30 }).kind).toBe("key");
      }),
      { numRuns: 500, seed: 20_261_121 },
    );
  });
});
