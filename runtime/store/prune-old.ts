import type { Store } from "./store.ts";

export type Retention = Readonly<{
  /** How long traces are kept; 0: for ever. */
  retentionMs: number;
  /** How many are kept; 0: all. */
  maxTraces: number;
}>;

export type PruneClock = Readonly<{
  epochMs: () => number;
  /** Starts a timer that does not keep the process running; returns how to stop it. */
  after: (ms: number, callback: () => void) => () => void;
}>;

/** Small enough that a store is back after some milliseconds; between two of them it serves others. */
export const pruneTimes = { chunk: 1000, pauseMs: 50, betweenMs: 600_000, firstMs: 10_000 } as const;

/** Deletes in the background what is older, or more, than is to be kept. Returns how to stop that. */
export function pruneOld(
  store: Pick<Store, "prune">,
  { retentionMs, maxTraces }: Retention,
  { epochMs, after }: PruneClock,
): () => void {
  const { chunk, pauseMs, betweenMs, firstMs } = pruneTimes;
  if (retentionMs === 0 && maxTraces === 0) return () => undefined;
  let isStopped = false;
  let cancel = after(firstMs, () => void prune());

  async function prune(): Promise<void> {
    const query = {
      beforeMs: retentionMs === 0 ? 0 : epochMs() - retentionMs,
      keep: maxTraces === 0 ? undefined : maxTraces,
      chunk,
    };
    // A store that fails is told of by whoever writes to it.
    const removed = await store.prune(query).catch(() => 0);
    if (!isStopped) cancel = after(removed >= chunk ? pauseMs : betweenMs, () => void prune());
  }

  return () => {
    isStopped = true;
    cancel();
  };
}
