import { expect, test } from "bun:test";
import fc from "fast-check";
import { createSlidingCount } from "../../runtime/routing/sliding-count.ts";

test("R6 F188 the count is that of the last steps, the one that goes on included, whatever the pauses", () => {
  const acts = fc.array(
    fc.record({ afterMs: fc.oneof(fc.nat(30), fc.nat(500), fc.nat(100_000)), clear: fc.nat(40).map((n) => n === 0) }),
    { maxLength: 150 },
  );
  fc.assert(
    fc.property(acts, fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 12 }), (acts, stepMs, steps) => {
      const clock = { nowMs: 777.5 };
      const count = createSlidingCount({ stepMs, steps, now: () => clock.nowMs });
      const stepNow = () => Math.floor(clock.nowMs / stepMs);
      let added: number[] = [];
      for (const { afterMs, clear } of acts) {
        clock.nowMs += afterMs;
        expect(count.total()).toBe(added.filter((step) => step > stepNow() - steps).length);
        if (clear) {
          count.clear();
          added = [];
        }
        count.add();
        added.push(stepNow());
      }
      expect(count.total()).toBe(added.filter((step) => step > stepNow() - steps).length);
    }),
    { numRuns: 500, seed: 6 },
  );
});
