/** What a Gemini model accepts. */
export type GeminiModel = Readonly<{
  /** 2, 2.5, 3, … */
  generation: number;
  /** Values of `thinkingLevel`; empty where the model does not know the field. */
  levels: readonly string[];
  /** Bounds of `thinkingBudget`; undefined where the model does not know the field. */
  budget: Readonly<{ min: number; max: number }> | undefined;
  /** Whether a budget of 0 switches thinking off. */
  thinkingOff: boolean;
  thinksByDefault: boolean;
  maxOutputTokens: number;
  inputTokens: number;
}>;

/** Named by the list endpoint when the simulator is not told which models to offer. */
export const listedGeminiModels = [
  "gemini-3-pro",
  "gemini-3-flash",
  "gemini-2.5-pro",
  "gemini-2.5-flash",
  "gemini-2.5-flash-lite",
  "gemini-2.0-flash",
  "gemini-embedding-001",
];

const limits = { maxOutputTokens: 65_536, inputTokens: 1_048_576 };
const third: GeminiModel = {
  generation: 3,
  levels: ["MINIMAL", "LOW", "MEDIUM", "HIGH"],
  // Documented as kept for requests written for 2.5.
  budget: { min: 0, max: 32_768 },
  thinkingOff: false,
  thinksByDefault: true,
  ...limits,
};
const second: GeminiModel = {
  generation: 2,
  levels: [],
  budget: undefined,
  thinkingOff: true,
  thinksByDefault: false,
  ...limits,
  maxOutputTokens: 8_192,
};

/** First match wins. From the vendor's model and thinking pages (read 2026-11). */
const table: readonly (readonly [RegExp, GeminiModel])[] = [
  [
    /^gemini-2\.5-pro/,
    { ...third, generation: 2.5, levels: [], budget: { min: 128, max: 32_768 }, thinkingOff: false },
  ],
  [
    /^gemini-2\.5-flash-lite/,
    {
      ...third,
      generation: 2.5,
      levels: [],
      budget: { min: 512, max: 24_576 },
      thinkingOff: true,
      thinksByDefault: false,
    },
  ],
  [/^gemini-2\.5/, { ...third, generation: 2.5, levels: [], budget: { min: 0, max: 24_576 }, thinkingOff: true }],
  [/^(gemini-(1|2)|gemma|learnlm)/, second],
  [/^gemini-4.*pro/, { ...third, generation: 4, levels: ["LOW", "MEDIUM", "HIGH"] }],
  [/^gemini-4/, { ...third, generation: 4 }],
  [/pro|flash-latest|flash-(3\.[789])/, { ...third, levels: ["LOW", "MEDIUM", "HIGH"] }],
];

/** What a model accepts; a name nobody knows is taken for a current model. */
export function geminiModel(name: string): GeminiModel {
  return table.find(([pattern]) => pattern.test(name))?.[1] ?? third;
}
