/** How tables write what a trace may not know. */
export const unknown = "-";

export function countText(count: number | null): string {
  return count === null ? unknown : count.toLocaleString("en-US");
}

const decimals = 6;
const smallestUsd = 10 ** -decimals;

/** Dollars to six places. What is less is shown as that, not as nothing. */
export function usdText(usd: number | null): string {
  if (usd === null) return unknown;
  const sign = usd < 0 ? "-" : "";
  const amount = Math.abs(usd);
  if (amount > 0 && amount < smallestUsd) return `${sign}<$${smallestUsd.toFixed(decimals)}`;
  return `${sign}$${amount.toFixed(decimals)}`;
}

export function millisecondsText(ms: number | null): string {
  return ms === null ? unknown : Math.round(ms).toLocaleString("en-US");
}

/** A moment of RFC 3339 to the second, in UTC. */
export function timeText(time: string): string {
  return time.slice(0, "2026-11-21T10:00:00".length).replace("T", " ");
}

/** The model asked for and, where it is another one, the model that served. */
export function modelText({
  model_requested: requested,
  model_served: served,
}: Readonly<{ model_requested: string | null; model_served: string | null }>): string {
  return requested === served ? (served ?? unknown) : `${requested ?? unknown} → ${served ?? unknown}`;
}
