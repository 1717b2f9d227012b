import type { PlanIR } from "../ir.ts";

/** What sends a request on to the next model of its chain. */
export function causeWords(causes: PlanIR["fallbackOn"] = ["validation"]): string {
  if (causes.length > 1) return "a check or all upstreams fail";
  return causes[0] === "error" ? "all upstreams fail" : "a check fails";
}

/** A wait in a few characters; below a second it is exact. */
export function waitWords(ms: number): string {
  const unit = waitUnits.find(({ from }) => ms >= from) ?? { name: "ms", from: 1 };
  return `${Math.round((ms / unit.from) * 10) / 10} ${unit.name}`;
}

const waitUnits = [
  { name: "h", from: 3_600_000 },
  { name: "min", from: 60_000 },
  { name: "s", from: 1000 },
] as const;
