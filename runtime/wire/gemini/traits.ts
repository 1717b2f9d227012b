import type { Effort } from "../canonical.ts";

type Level = Extract<Effort, "minimal" | "low" | "medium" | "high" | "xhigh">;

/** How a model takes the amount of thinking: by name, weakest first, as a budget in tokens, or not at all. */
export type Thinking =
  | Readonly<{ kind: "levels"; levels: readonly Level[] }>
  | Readonly<{ kind: "budget"; minTokens: number; maxTokens: number; canBeOff: boolean }>
  | Readonly<{ kind: "none" }>;

/** What a model of generateContent accepts. */
export type Traits = Readonly<{
  /** The largest `maxOutputTokens`. */
  maxOutputTokens: number;
  thinking: Thinking;
  /**
   * Gemini 3 and later: functions beside built-in tools and beside a schema for the answer, media inside function
   * responses, public URLs, ids of calls, and signatures on the calls of the history.
   */
  mixes: boolean;
  systemInstruction: boolean;
  penalties: boolean;
}>;

const levelsFromLow = ["low", "medium", "high"] as const satisfies readonly Level[];
const latest: Traits = {
  maxOutputTokens: 65_536,
  thinking: { kind: "levels", levels: ["minimal", ...levelsFromLow] },
  mixes: true,
  systemInstruction: true,
  penalties: true,
};
const withoutMinimal: Traits = { ...latest, thinking: { kind: "levels", levels: levelsFromLow } };
const hydrogen: Traits = { ...latest, thinking: { kind: "levels", levels: [...levelsFromLow, "xhigh"] } };
const flash25: Traits = {
  ...latest,
  thinking: { kind: "budget", minTokens: 0, maxTokens: 24_576, canBeOff: true },
  mixes: false,
  penalties: false,
};
const flashLite25: Traits = {
  ...flash25,
  thinking: { kind: "budget", minTokens: 512, maxTokens: 24_576, canBeOff: true },
};
const pro25: Traits = {
  ...flash25,
  thinking: { kind: "budget", minTokens: 128, maxTokens: 32_768, canBeOff: false },
};
const older: Traits = {
  ...flash25,
  maxOutputTokens: 8_192,
  thinking: { kind: "none" },
  penalties: true,
};
const gemma: Traits = { ...older, systemInstruction: false };
/** Other vendors' models behind this API; nothing is known of their limits. */
const foreign: Traits = { ...older, maxOutputTokens: Number.MAX_SAFE_INTEGER };

/**
 * By model id, first match wins. Sources: the model catalog of @ai-sdk/google 4.0.121 and the model pages of
 * ai.google.dev, read 2026-11-20. A Gemini that is not listed is taken to be newer than this table.
 */
const families = [
  [/^gemma-/, gemma],
  [/^gemini-(1|2\.0|2-|pro$|pro-vision$)/, older],
  [/^gemini-2\.5-.*(image|tts|audio)/, older],
  [/^gemini-2\.5-pro/, pro25],
  [/^gemini-2\.5-flash-lite/, flashLite25],
  [/^gemini-2/, flash25],
  [/^gemini-4-hydrogen(-|$)/, hydrogen],
  [/^gemini-flash-latest$/, withoutMinimal],
  [/^gemini-([3-9]|\d\d)(\.\d+)?-pro(-|$)/, withoutMinimal],
  [/^gemini-(3\.([7-9]|\d\d)|[4-9]\.\d+|\d\d\.\d+)-flash(?!-lite)(-|$)/, withoutMinimal],
  [/^gemini-/, latest],
] as const satisfies readonly (readonly [RegExp, Traits])[];

/** Looks at what follows the last slash. */
export function traitsOf(model: string): Traits {
  return knownTraitsOf(model) ?? foreign;
}

/** Undefined for other vendors' models. */
export function knownTraitsOf(model: string): Traits | undefined {
  const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  return families.find(([pattern]) => pattern.test(name))?.[1];
}
