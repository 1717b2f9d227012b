import type { AttemptRecord } from "../routing/attempt-log.ts";

/** What one request cost and saved, in whole nano-USD (a billionth of a US dollar). */
export type RequestMoney = Readonly<{
  /** All of its attempts together; undefined where the price of one that used tokens is not known. */
  costNanos: number | undefined;
  /** What the model that the client asked for would have cost, at the usage of the answer that it got. */
  requestedNanos: number | undefined;
  /** `requestedNanos` less `costNanos`; below zero where the policy made it dearer. Undefined where either is. */
  savedNanos: number | undefined;
}>;

/** The sums over a request's attempts. `requestedNanos` is as in `RequestMoney`. */
export function requestMoney(attempts: readonly AttemptRecord[], requestedNanos: number | undefined): RequestMoney {
  const costNanos = totalCost(attempts);
  const savedNanos = costNanos === undefined || requestedNanos === undefined ? undefined : requestedNanos - costNanos;
  return { costNanos, requestedNanos, savedNanos };
}

/** Attempts without usage cost nothing that anybody knows of; one with usage and without a price makes the sum unknown. */
function totalCost(attempts: readonly AttemptRecord[]): number | undefined {
  let nanos: number | undefined;
  for (const { usage, costNanos } of attempts) {
    if (costNanos !== undefined) nanos = (nanos ?? 0) + costNanos;
    else if (usage !== undefined) return undefined;
  }
  return nanos;
}
