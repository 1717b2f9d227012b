import { clearTimeout, setTimeout } from "node:timers";

/**
 * The one place that reads the machine's clocks. The timers are node's, as only these can be `unref`ed in Deno too.
 */

/** The largest delay a timer takes: above it, `setTimeout` fires after 1 ms (a 32-bit counter in Bun, Deno and Node). */
const maxTimerMs = 2 ** 31 - 1;

/** A delay any timer takes, in whole milliseconds: too long becomes 24.8 days, negative and NaN become 0. */
export function clampTimerMs(ms: number): number {
  return ms > 0 ? Math.min(Math.ceil(ms), maxTimerMs) : 0;
}

/** Wall-clock milliseconds since 1970, for what people and vendors read. May jump. */
export function epochMs(): number {
  return Date.now();
}

/** Milliseconds that only ever grow, for durations and deadlines. */
export function monotonicMs(): number {
  return performance.now();
}

/** Resolves after `ms`; rejects with the signal's reason as soon as that fires. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timer = setTimeout(done, clampTimerMs(ms));
    signal.addEventListener("abort", aborted, { once: true });
    function done(): void {
      signal.removeEventListener("abort", aborted);
      resolve();
    }
    function aborted(): void {
      clearTimeout(timer);
      reject(signal.reason);
    }
  });
}

/** Calls `callback` once after `ms`, unless the returned function is called before. */
export function after(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, clampTimerMs(ms));
  return () => clearTimeout(timer);
}

/** Like `after`, for chores: the timer alone does not keep the process running. */
export function afterInBackground(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, clampTimerMs(ms));
  timer.unref();
  return () => clearTimeout(timer);
}
