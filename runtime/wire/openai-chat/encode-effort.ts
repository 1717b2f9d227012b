import type { Effort, Reasoning } from "../canonical.ts";
import type { Notes } from "../notes.ts";
import type { ModelTraits } from "./traits.ts";

/** Weakest first. */
const order = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const satisfies readonly Effort[];

/** Thinking budgets in tokens below which an effort is meant; any monotone table will do. */
const budgets = [
  [2048, "low"],
  [8192, "medium"],
  [24_576, "high"],
] as const satisfies readonly (readonly [number, Effort])[];

/**
 * `reasoning_effort` for a model, or undefined to leave it to the model. `hasTools`: function tools are offered, which
 * some models refuse together with reasoning.
 */
export function encodeEffort(
  reasoning: Reasoning,
  traits: ModelTraits,
  hasTools: boolean,
  found: Notes,
): Effort | undefined {
  const wanted = wantedEffort(reasoning);
  const field = reasoning.effort === undefined ? "thinking" : "effort";
  if (!traits.reasoning) {
    if (wanted !== undefined && wanted !== "none") found.lose("dropped", field);
    return undefined;
  }
  if (traits.toolsOnlyAtNone && hasTools) {
    if (wanted !== undefined && wanted !== "none") found.lose("clamped", field);
    return "none";
  }
  if (wanted === undefined) return undefined;
  const effort = nearestEffort(wanted, traits.efforts);
  if (effort !== wanted) found.lose("clamped", field);
  return effort;
}

function wantedEffort(reasoning: Reasoning): Effort | undefined {
  if (reasoning.effort !== undefined) return reasoning.effort;
  const { mode, budgetTokens } = reasoning;
  if (mode === "disabled" || mode === "between_tools") return "none";
  if (budgetTokens === undefined) return undefined;
  return budgets.find(([below]) => budgetTokens < below)?.[1] ?? "xhigh";
}

/** The next weaker supported effort, else the next stronger. Never `none` for somebody who asked for reasoning. */
function nearestEffort(wanted: Effort, supported: readonly Effort[]): Effort | undefined {
  if (supported.includes(wanted)) return wanted;
  const reasoning = supported.filter((effort) => effort !== "none");
  const weaker = reasoning.filter((effort) => order.indexOf(effort) < order.indexOf(wanted));
  return weaker.at(-1) ?? reasoning[0];
}
