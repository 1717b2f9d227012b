import { expect, test } from "bun:test";
import { pruneOld, pruneTimes } from "../../../runtime/store/prune-old.ts";
import type { PruneQuery } from "../../../runtime/store/store.ts";

const { chunk, firstMs, pauseMs, betweenMs } = pruneTimes;
const dayMs = 86_400_000;

/** Prunes a store that has `removed` to say to each call, then none; tells the calls and the times between them. */
function pruning(retention: Parameters<typeof pruneOld>[1], removed: (number | Error)[] = []) {
  const queries: PruneQuery[] = [];
  const waits: number[] = [];
  let fire = () => {};
  const stop = pruneOld(
    {
      prune: async (query) => {
        queries.push(query);
        const said = removed.shift() ?? 0;
        if (said instanceof Error) throw said;
        return said;
      },
    },
    retention,
    {
      epochMs: () => 100 * dayMs,
      after: (ms, callback) => {
        waits.push(ms);
        fire = callback;
        return () => {
          fire = () => {};
        };
      },
    },
  );
  const next = async () => {
    fire();
    await Bun.sleep(0);
  };
  return { queries, waits, stop, next };
}

test("what is too old goes a chunk at a time, with pauses, and again later; a store that fails is asked again", async () => {
  const { queries, waits, next } = pruning({ retentionMs: 30 * dayMs, maxTraces: 5 }, [
    chunk,
    chunk + 9,
    3,
    new Error(),
  ]);
  for (let n = 0; n < 5; n++) await next();
  expect(waits).toEqual([firstMs, pauseMs, pauseMs, betweenMs, betweenMs, betweenMs]);
  expect(queries).toEqual(Array(5).fill({ beforeMs: 70 * dayMs, keep: 5, chunk }));
});

test("no age and no number are no limit", async () => {
  const aged = pruning({ retentionMs: dayMs, maxTraces: 0 });
  await aged.next();
  expect(aged.queries).toEqual([{ beforeMs: 99 * dayMs, keep: undefined, chunk }]);
  const counted = pruning({ retentionMs: 0, maxTraces: 5 });
  await counted.next();
  expect(counted.queries).toEqual([{ beforeMs: 0, keep: 5, chunk }]);
  expect(pruning({ retentionMs: 0, maxTraces: 0 }).waits).toEqual([]);
});

test("it stops when it is told to, in the midst of it, too", async () => {
  const { queries, waits, stop, next } = pruning({ retentionMs: 1, maxTraces: 0 }, [chunk]);
  const first = next();
  stop();
  await first;
  await next();
  expect([queries.length, waits]).toEqual([1, [firstMs]]);
});
