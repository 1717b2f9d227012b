import { clampTimerMs } from "../clock.ts";

/** A timer that fires once nothing has touched it for a while. */
export type Watchdog = Readonly<{
  /** Something happened, or is waited for from now on. */
  touch(): void;
  /** Nothing is waited for until the next `touch`. */
  pause(): void;
  stop(): void;
}>;

/**
 * Calls `onExpire` once `ms` have passed without a `touch`; 0 never fires. `touch` and `pause` only note something, so
 * they can be called for every chunk of a stream without a new timer each.
 */
export function startWatchdog(ms: number, now: () => number, onExpire: () => void): Watchdog {
  if (ms <= 0) return { touch: () => undefined, pause: () => undefined, stop: () => undefined };
  let last = now();
  let paused = false;
  let timer = setTimeout(look, clampTimerMs(ms));
  function look(): void {
    const left = paused ? ms : last + ms - now();
    if (left <= 0) onExpire();
    else timer = setTimeout(look, clampTimerMs(left));
  }
  return {
    touch: () => {
      last = now();
      paused = false;
    },
    pause: () => {
      paused = true;
    },
    stop: () => clearTimeout(timer),
  };
}
