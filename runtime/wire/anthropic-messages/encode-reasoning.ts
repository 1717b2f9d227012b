import type { Block, Effort, JsonObject, Request, Turn } from "../canonical.ts";
import { budgetShare, wantedEffort } from "../effort.ts";
import type { Notes } from "../notes.ts";
import type { EffortLevel, Traits } from "./traits.ts";

/** `thinking`, `output_config.effort` and `max_tokens` of one request; they depend on each other. */
export type ReasoningPlan = Readonly<{
  thinking: JsonObject | undefined;
  effort: EffortLevel | undefined;
  maxTokens: number;
  /** Thinking with a budget: no forced tool, no temperature, and the last tool call must follow a thinking block. */
  manual: boolean;
  /** Any thinking that was asked for here; models that think by themselves do so even when this is false. */
  active: boolean;
}>;

const minBudgetTokens = 1024;
/** Without streaming a longer answer would outlast the ten minutes after which official clients give up. */
const maxBufferedTokens = 32_000;
const levels = ["low", "medium", "high", "xhigh", "max"] as const satisfies readonly EffortLevel[];

/** OpenAI's effort words in Anthropic's terms (platform.claude.com: extended thinking, adaptive thinking, effort). */
export function planReasoning(request: Request, traits: Traits, turns: readonly Turn[], found: Notes): ReasoningPlan {
  const maxTokens = outputLimit(request, traits, found);
  const off: ReasoningPlan = { thinking: undefined, effort: undefined, maxTokens, manual: false, active: false };
  const { effort, mode, visible } = request.reasoning;
  if (effort === undefined && mode === undefined && visible !== true) return off;
  if (effort === "none" || mode === "disabled" || mode === "between_tools") {
    return { ...off, ...leastThinking(mode, effort, traits, found) };
  }
  if (traits.thinking.includes("adaptive") && !(mode === "enabled" && traits.thinking.includes("enabled"))) {
    const display = visible === true && traits.hidesThinking ? { display: "summarized" } : {};
    // A budget is a wish for so much of it.
    const level = nearestEffort(wantedEffort(request.reasoning), traits);
    return { ...off, thinking: { type: "adaptive", ...display }, effort: level, active: true };
  }
  if (effort === undefined && mode === undefined) return off;
  return withBudget(request, traits, turns, off, found);
}

function outputLimit(request: Request, traits: Traits, found: Notes): number {
  const { maxTokens, prewarm, stream } = request;
  // Anthropic fills its prompt cache for a request of no output tokens.
  if (prewarm === true) return 0;
  if (maxTokens === undefined)
    return stream ? traits.maxOutputTokens : Math.min(traits.maxOutputTokens, maxBufferedTokens);
  if (maxTokens < 1) {
    found.reject("invalid_value", "max_tokens", "max_tokens: must be at least 1 for this model");
  }
  if (maxTokens <= traits.maxOutputTokens) return maxTokens;
  found.lose("clamped", "max_tokens");
  return traits.maxOutputTokens;
}

function leastThinking(
  mode: Request["reasoning"]["mode"],
  effort: Effort | undefined,
  traits: Traits,
  found: Notes,
): Partial<ReasoningPlan> {
  const wanted =
    mode === "between_tools" ? (["between_tools", "disabled"] as const) : (["disabled", "between_tools"] as const);
  const type = wanted.find((candidate) => traits.thinking.includes(candidate));
  const level = effort === "none" ? undefined : effort;
  if (type !== undefined) {
    return { thinking: { type }, effort: level === undefined ? undefined : nearestEffort(level, traits) };
  }
  if (traits.thinking.length === 0) return {};
  found.lose("downgraded", "reasoning_effort");
  return { effort: nearestEffort("low", traits) };
}

/** The wanted level, else the next lower one the model has, else the next higher. */
function nearestEffort(effort: Effort | undefined, traits: Traits): EffortLevel | undefined {
  if (effort === undefined || effort === "none") return undefined;
  const wanted = levels.indexOf(effort === "minimal" ? "low" : effort);
  const lower = levels.slice(0, wanted + 1).findLast((level) => traits.efforts.includes(level));
  return lower ?? levels.slice(wanted).find((level) => traits.efforts.includes(level));
}

/**
 * A budget counts as output. Where the client's limit was for visible text only, the limit is raised by the budget, as
 * far as the model allows.
 */
function withBudget(
  request: Request,
  traits: Traits,
  turns: readonly Turn[],
  off: ReasoningPlan,
  found: Notes,
): ReasoningPlan {
  const limit = off.maxTokens;
  const above =
    request.maxTokensCountsReasoning || request.maxTokens === undefined ? 0 : traits.maxOutputTokens - limit;
  const isRaised = above >= minBudgetTokens;
  const { effort, budgetTokens } = request.reasoning;
  const share = budgetShare[effort === undefined || effort === "none" ? "high" : effort];
  const wanted = budgetTokens ?? Math.floor(share * (isRaised ? traits.maxOutputTokens : limit));
  const budget = Math.min(Math.max(minBudgetTokens, wanted), isRaised ? above : limit - 1);
  if (!traits.thinking.includes("enabled") || budget < minBudgetTokens || lacksThinking(turns)) {
    found.lose("reasoning_dropped", "reasoning_effort");
    return off;
  }
  return {
    thinking: { type: "enabled", budget_tokens: budget },
    effort: nearestEffort(effort, traits),
    maxTokens: isRaised ? limit + budget : limit,
    manual: true,
    active: true,
  };
}

/** A last assistant turn with tool calls must begin with thinking when a budget is set; none can be made up. */
function lacksThinking(turns: readonly Turn[]): boolean {
  const last = turns.findLast((turn) => turn.role === "assistant");
  if (last === undefined || !last.blocks.some((block) => block.kind === "tool-call")) return false;
  return !isThinking(last.blocks[0]);
}

/** Older models refuse thinking blocks in the last assistant turn of a request that does not think. */
export function stripThinking(
  turns: readonly Turn[],
  plan: ReasoningPlan,
  traits: Traits,
  found: Notes,
): readonly Turn[] {
  const at = turns.findLastIndex((turn) => turn.role === "assistant");
  const last = turns[at];
  if (plan.active || !traits.thinking.includes("enabled") || last === undefined || !last.blocks.some(isThinking))
    return turns;
  found.lose("reasoning_dropped", "messages", last.blocks.find(isThinking));
  const blocks = last.blocks.filter((block) => !isThinking(block));
  return turns.toSpliced(at, 1, ...(blocks.length === 0 ? [] : [{ ...last, blocks }]));
}

function isThinking(block: Block | undefined): boolean {
  return block?.kind === "thinking" || block?.kind === "redacted-thinking";
}
