import { oneWaiting } from "../server/one-at-a-time.ts";
import type { Store } from "./store.ts";
import type { NewTrace } from "./trace-row.ts";

/** Traces on their way to a store. */
export type WriteBehind = Readonly<{
  /** At once, whatever the store does. */
  add(trace: NewTrace): void;
  /** Resolves when all that was added before is stored, or as soon as the store fails. */
  flush(): Promise<void>;
  /** Flushes for the last time; what the store does not take is dropped. */
  close(): Promise<void>;
}>;

export type WriteBehindOptions = Readonly<{
  /** Starts a timer that does not keep the process running; returns how to stop it. */
  after: (ms: number, callback: () => void) => () => void;
  /** So many traces will never be stored. */
  dropped: (count: number) => void;
  /** Told once when the store begins to fail, and once when it works again. */
  warn: (message: string) => void;
}>;

/**
 * What a process that is killed may lose: the traces of the last `flushMs` and those of one write, at most `maxQueued`.
 * `flushMs` after the first trace that waits, and with every `batch`-th, transactions take them.
 */
export const writeBehindLimits = { flushMs: 250, batch: 500, maxQueued: 10_000, retryMs: 1000 } as const;

/** Gathers traces and stores them together. A store that fails is tried again; meanwhile the queue fills, then new ones are dropped. */
export function writeBehind(store: Pick<Store, "append">, { after, dropped, warn }: WriteBehindOptions): WriteBehind {
  const { flushMs, batch, maxQueued, retryMs } = writeBehindLimits;
  const queue: NewTrace[] = [];
  let added = 0;
  let stored = 0;
  let isFailing = false;
  let lost = 0;
  let cancelTimer: (() => void) | undefined;

  function add(trace: NewTrace): void {
    if (queue.length >= maxQueued) {
      drop(1);
      return;
    }
    queue.push(trace);
    added += 1;
    if (added % batch === 0 && !isFailing) void flush();
    else schedule();
  }

  function schedule(): void {
    cancelTimer ??= after(isFailing ? retryMs : flushMs, () => {
      cancelTimer = undefined;
      void flush();
    });
  }

  function drop(count: number): void {
    lost += count;
    dropped(count);
  }

  /** Whether the next traces are stored now. */
  const writeSome = oneWaiting(async (): Promise<boolean> => {
    const traces = queue.slice(0, batch);
    if (traces.length === 0) return true;
    try {
      await store.append(traces);
    } catch (thrown) {
      fails(thrown);
      return false;
    }
    queue.splice(0, traces.length);
    stored += traces.length;
    works();
    return true;
  });

  function fails(thrown: unknown): void {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    if (!isFailing)
      warn(`traces cannot be stored: ${why}. Requests go on; up to ${maxQueued} traces wait for the store.`);
    isFailing = true;
    schedule();
  }

  function works(): void {
    if (isFailing) warn(`traces are stored again; ${lost} were dropped.`);
    isFailing = false;
    lost = 0;
  }

  async function flush(): Promise<void> {
    const wanted = added;
    while (stored < wanted) {
      if (!(await writeSome())) return;
    }
  }

  return {
    add,
    flush,
    close: async () => {
      await flush();
      cancelTimer?.();
      if (queue.length > 0) drop(queue.splice(0).length);
    },
  };
}
