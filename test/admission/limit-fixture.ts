import { createLimit, type Limit, type NoPlace, type Permit } from "../../runtime/admission/limit.ts";
import { type FakeTimers, fakeTimers } from "./timers.ts";

/** A limit on a clock of its own; its settings may be changed at any time. */
export type LimitFixture = Readonly<{
  limit: Limit;
  timers: FakeTimers;
  settings: { max: number; queueSize: number; queueMs: number };
}>;

export function limitOf(max: number, queueSize = 0, queueMs = 0): LimitFixture {
  const timers = fakeTimers();
  const settings = { max, queueSize, queueMs };
  const limit = createLimit({
    max: () => settings.max,
    queueSize: () => settings.queueSize,
    queueMs: () => settings.queueMs,
    after: timers.after,
  });
  return { limit, timers, settings };
}

/** Throws unless a place was given at once, or has been by now. */
export function permit(given: Permit | NoPlace | Promise<Permit | NoPlace> | undefined): Permit {
  if (typeof given !== "object" || given instanceof Promise) throw new Error(`no permit: ${given}`);
  return given;
}
