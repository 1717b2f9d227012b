import type { Effort, Reasoning } from "./canonical.ts";

/** Weakest first. */
const order = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const satisfies readonly Effort[];

/** Thinking budgets in tokens below which an effort is meant; any monotone table will do. */
const budgets = [
  [2048, "low"],
  [8192, "medium"],
  [24_576, "high"],
] as const satisfies readonly (readonly [number, Effort])[];

/** Effort as a share of the model's output limit, for models that take a budget; the AI SDK's defaults. */
export const budgetShare = {
  minimal: 0.02,
  low: 0.1,
  medium: 0.3,
  high: 0.6,
  xhigh: 0.9,
  max: 0.95,
} as const satisfies Record<Exclude<Effort, "none">, number>;

/** The effort that a client named, or meant by its budget; undefined where it left the amount to the model. */
export function wantedEffort(reasoning: Reasoning): Effort | undefined {
  if (reasoning.effort !== undefined) return reasoning.effort;
  const { mode, budgetTokens } = reasoning;
  if (mode === "disabled" || mode === "between_tools") return "none";
  if (budgetTokens === undefined) return undefined;
  return budgets.find(([below]) => budgetTokens < below)?.[1] ?? "xhigh";
}

/** The next weaker supported effort, else the next stronger. Never `none` for somebody who asked for reasoning. */
export function nearestEffort<T extends Effort>(wanted: Effort, supported: readonly T[]): T | undefined {
  const same = supported.find((effort) => effort === wanted);
  if (same !== undefined) return same;
  const reasoning = supported.filter((effort) => effort !== "none");
  const weaker = reasoning.filter((effort) => order.indexOf(effort) < order.indexOf(wanted));
  return weaker.at(-1) ?? reasoning[0];
}
