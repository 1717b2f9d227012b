import { clampTimerMs } from "./clock.ts";

/** A timer that fires once nothing has touched it for a while. */
export type Watchdog = Readonly<{ touch(): void; stop(): void }>;

/**
 * Calls `onExpire` once `ms` have passed without a `touch`; 0 never fires. `touch` only notes the time, so it can be
 * called for every chunk of a stream without a new timer each.
 */
export function startWatchdog(ms: number, now: () => number, onExpire: () => void): Watchdog {
  if (ms <= 0) return { touch: () => undefined, stop: () => undefined };
  let last = now();
  let timer = setTimeout(look, clampTimerMs(ms));
  function look(): void {
    const left = last + ms - now();
    if (left <= 0) onExpire();
    else timer = setTimeout(look, clampTimerMs(left));
  }
  return {
    touch: () => {
      last = now();
    },
    stop: () => clearTimeout(timer),
  };
}
