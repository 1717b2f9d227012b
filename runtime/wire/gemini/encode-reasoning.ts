import type { Effort, JsonObject, Reasoning } from "../canonical.ts";
import { budgetShare, nearestEffort, wantedEffort } from "../effort.ts";
import type { Notes } from "../notes.ts";
import type { Thinking, Traits } from "./traits.ts";

/** `addedTokens` is a budget that no client asked for in tokens, and that counts as output here. */
export type ReasoningPlan = Readonly<{ thinkingConfig: JsonObject | undefined; addedTokens: number }>;

type Amount = Readonly<{ members: JsonObject; addedTokens: number }>;

/**
 * `thinkingConfig`: a level from Gemini 3 on, a budget before, never both, and neither for a model that does not think.
 * Thoughts are shown where the client asked to see them.
 */
export function planReasoning(reasoning: Reasoning, traits: Traits, found: Notes): ReasoningPlan {
  const wanted = wantedEffort(reasoning);
  const { thinking } = traits;
  if (thinking.kind === "none") {
    if (wanted !== undefined && wanted !== "none") found.lose("reasoning_dropped", "reasoning_effort");
    return { thinkingConfig: undefined, addedTokens: 0 };
  }
  const { members, addedTokens } = wanted === undefined ? unsaid : amountOf(wanted, reasoning, thinking, traits, found);
  const shown =
    wanted === "none" ? { includeThoughts: false } : reasoning.visible === true ? { includeThoughts: true } : {};
  const config: JsonObject = { ...members, ...shown };
  return { thinkingConfig: Object.keys(config).length === 0 ? undefined : config, addedTokens };
}

const unsaid: Amount = { members: {}, addedTokens: 0 };

function amountOf(
  wanted: Effort,
  reasoning: Reasoning,
  thinking: Exclude<Thinking, { kind: "none" }>,
  traits: Traits,
  found: Notes,
): Amount {
  if (thinking.kind === "levels") {
    const level = nearestEffort(wanted, thinking.levels);
    if (wanted === "none") found.lose("downgraded", "reasoning_effort");
    else if (reasoning.effort !== undefined && level !== wanted) found.lose("clamped", "reasoning_effort");
    return { members: level === undefined ? {} : { thinkingLevel: level.toUpperCase() }, addedTokens: 0 };
  }
  if (wanted === "none") {
    if (!thinking.canBeOff) found.lose("downgraded", "reasoning_effort");
    return { members: { thinkingBudget: thinking.canBeOff ? 0 : thinking.minTokens }, addedTokens: 0 };
  }
  const asked = reasoning.budgetTokens;
  const share = wanted === "max" ? thinking.maxTokens : Math.floor(budgetShare[wanted] * traits.maxOutputTokens);
  const budget = Math.min(Math.max(asked ?? share, thinking.minTokens, 1), thinking.maxTokens);
  if (asked !== undefined && asked !== budget) found.lose("clamped", "thinking");
  return { members: { thinkingBudget: budget }, addedTokens: asked === undefined ? budget : 0 };
}
