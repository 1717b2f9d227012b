import type { UpstreamTarget } from "../codec.ts";
import { lacks } from "../lacks.ts";

type ThinkingType = "disabled" | "enabled" | "adaptive" | "between_tools";
export type EffortLevel = "low" | "medium" | "high" | "xhigh" | "max";

/** What a model of the Messages API accepts. */
export type Traits = Readonly<{
  /** The largest `max_tokens`. */
  maxOutputTokens: number;
  /** `exclusive`: temperature or top_p, not both. `none`: only the defaults. */
  sampling: "full" | "exclusive" | "none";
  thinking: readonly ThinkingType[];
  efforts: readonly EffortLevel[];
  /** `tool_choice` of `any` and `tool`. */
  forcedTool: boolean;
  /** A trailing assistant message that the answer continues. */
  prefill: boolean;
  /** `role: "system"` after the conversation began. */
  systemTurns: boolean;
  /** `output_config.format` and strict tools. */
  structured: boolean;
  /** Thinking text stays empty unless `display: "summarized"` asks for it. */
  hidesThinking: boolean;
}>;

const allEfforts = ["low", "medium", "high", "xhigh", "max"] as const;

const latest: Traits = {
  maxOutputTokens: 128_000,
  sampling: "none",
  thinking: ["adaptive"],
  efforts: allEfforts,
  forcedTool: false,
  prefill: false,
  systemTurns: true,
  structured: true,
  hidesThinking: true,
};
const adaptiveOrOff: Traits = { ...latest, thinking: ["adaptive", "disabled"], forcedTool: true };
const sonnet46: Traits = {
  ...adaptiveOrOff,
  sampling: "exclusive",
  thinking: ["adaptive", "enabled", "disabled"],
  efforts: ["low", "medium", "high", "max"],
  systemTurns: false,
  hidesThinking: false,
};
const sonnet45: Traits = {
  ...sonnet46,
  maxOutputTokens: 64_000,
  thinking: ["enabled", "disabled"],
  efforts: [],
  prefill: true,
};
const sonnet4: Traits = { ...sonnet45, sampling: "full", structured: false };
const haiku3: Traits = { ...sonnet4, maxOutputTokens: 4_096, thinking: [] };

/**
 * First row whose text the model id contains; longer names stand before their prefixes. From the model overview and the
 * "what's new" pages of platform.claude.com and the doc comments of @anthropic-ai/sdk 1.11 and 0.137, read 2026-11-20.
 */
const rows: readonly (readonly [string, Traits])[] = [
  ["sonnet-5-5", { ...latest, thinking: ["adaptive", "between_tools"] }],
  ["opus-5-5", latest],
  ["haiku-5-5", adaptiveOrOff],
  ["fable-5-1", latest],
  ["fable-5-2", latest],
  ["mythos-5-1", latest],
  ["mythos-5-2", latest],
  ["fable-5", { ...latest, forcedTool: true }],
  ["mythos-5", { ...latest, forcedTool: true }],
  ["opus-5", adaptiveOrOff],
  ["opus-4-8", adaptiveOrOff],
  ["opus-4-7", { ...adaptiveOrOff, systemTurns: false }],
  ["sonnet-5", adaptiveOrOff],
  ["opus-4-6", sonnet46],
  ["sonnet-4-6", sonnet46],
  ["opus-4-5", { ...sonnet45, efforts: ["low", "medium", "high"] }],
  ["sonnet-4-5", sonnet45],
  ["haiku-4-5", sonnet45],
  ["opus-4-1", { ...sonnet45, maxOutputTokens: 32_000 }],
  ["opus-4", { ...sonnet4, maxOutputTokens: 32_000 }],
  ["sonnet-4", sonnet4],
  ["3-7-sonnet", sonnet4],
  ["3-5-sonnet", { ...haiku3, maxOutputTokens: 8_192 }],
  ["3-5-haiku", { ...haiku3, maxOutputTokens: 8_192 }],
  ["claude-3", haiku3],
];

/** A Claude this table does not know is taken to be newer than it. */
const unknownClaude: Traits = { ...adaptiveOrOff, efforts: ["low", "medium", "high"] };
/** Other vendors that speak the Messages API took it over as it was in 2025. */
const compatible: Traits = sonnet4;

export function traitsOf({ model, dialect }: UpstreamTarget): Traits {
  const traits = knownTraitsOf(model) ?? (dialect.vendor || model.includes("claude") ? unknownClaude : compatible);
  return {
    ...traits,
    forcedTool: traits.forcedTool && !lacks(dialect, "forced-tool"),
    structured: traits.structured && !lacks(dialect, "json-schema"),
    sampling: lacks(dialect, "sampling") ? "none" : traits.sampling,
  };
}

/** Undefined for models that the table does not name. */
export function knownTraitsOf(model: string): Traits | undefined {
  return rowOf(model)?.[1];
}

/** Resellers write `claude-opus-4.5`. */
function rowOf(model: string): (typeof rows)[number] | undefined {
  const name = model.replaceAll(".", "-");
  return rows.find(([part]) => name.includes(part));
}

/**
 * What models share that read each other's thinking, whatever their date or host: `opus-5-5` of all its names. Undefined for
 * models that are no Claude.
 */
export function familyOf(model: string): string | undefined {
  return rowOf(model)?.[0] ?? /claude-[a-z]+(?:-\d{1,2}(?!\d))*/.exec(model)?.[0];
}
