type ThinkingType = "disabled" | "enabled" | "adaptive" | "between_tools";

/** What a Claude model accepts on the Messages API. */
export type ClaudeModel = Readonly<{
  maxOutputTokens: number;
  /**
   * `either`: temperature or top_p, not both; `default`: nothing but the default values; `none`: not even on an API version
   * that still has the parameters.
   */
  sampling: "either" | "default" | "none";
  thinkingTypes: readonly ThinkingType[];
  /** What `thinking` is when the request has none. */
  thinksByDefault: boolean;
  /** `thinking.display` when the request has none. */
  display: "summarized" | "omitted";
  efforts: readonly string[];
  /** `tool_choice` any/tool. */
  forcedTool: boolean;
  /** A conversation that ends with an assistant turn. */
  prefill: boolean;
  /** `role: "system"` inside `messages`. */
  systemMessages: boolean;
  structured: boolean;
  /** A thinking block is bound to the conversation it was made in. */
  boundThinking: boolean;
}>;

/** Named by the list endpoint when the simulator is not told which models to offer. */
export const listedClaudeModels = [
  "claude-opus-5-5",
  "claude-sonnet-5-5",
  "claude-haiku-5-5",
  "claude-fable-5-2",
  "claude-opus-5",
  "claude-sonnet-5",
  "claude-opus-4-6",
  "claude-sonnet-4-6",
  "claude-opus-4-5",
  "claude-sonnet-4-5",
  "claude-haiku-4-5",
];

const allEfforts = ["low", "medium", "high", "xhigh", "max"];

const current: ClaudeModel = {
  maxOutputTokens: 128_000,
  sampling: "none",
  thinkingTypes: ["adaptive"],
  thinksByDefault: true,
  display: "omitted",
  efforts: allEfforts,
  forcedTool: false,
  prefill: false,
  systemMessages: true,
  structured: true,
  boundThinking: true,
};
const five: ClaudeModel = {
  ...current,
  thinkingTypes: ["adaptive", "disabled"],
  forcedTool: true,
  boundThinking: false,
};
const four: ClaudeModel = {
  ...five,
  sampling: "either",
  thinkingTypes: ["enabled", "disabled"],
  thinksByDefault: false,
  display: "summarized",
  maxOutputTokens: 64_000,
  systemMessages: false,
};

/** First match wins. From the vendor's model pages and the doc comments of its SDK (1.11.0, 0.137.0), read 2026-11. */
const table: readonly (readonly [RegExp, ClaudeModel])[] = [
  [/sonnet-5-5/, { ...current, thinkingTypes: ["adaptive", "between_tools"] }],
  [/opus-5-5/, current],
  [/haiku-5-5/, { ...five, boundThinking: false }],
  [/(fable|mythos)-5-[12]/, current],
  [/(fable|mythos)-5/, { ...five, thinkingTypes: ["adaptive"] }],
  [/opus-5/, five],
  [/sonnet-5/, { ...five, sampling: "default" }],
  [/opus-4-[78]/, { ...five, sampling: "default", thinksByDefault: false, systemMessages: false }],
  [
    /(opus|sonnet)-4-6/,
    {
      ...four,
      maxOutputTokens: 128_000,
      thinkingTypes: ["adaptive", "enabled", "disabled"],
      efforts: ["low", "medium", "high", "max"],
    },
  ],
  [/opus-4-5/, { ...four, efforts: ["low", "medium", "high"], prefill: true }],
  [/(sonnet|haiku)-4-5/, { ...four, efforts: [], prefill: true }],
  [/(opus|sonnet)-4/, { ...four, efforts: [], prefill: true, maxOutputTokens: 32_000, structured: false }],
  [/claude-3/, { ...four, efforts: [], prefill: true, maxOutputTokens: 8_192, structured: false }],
];

/** What a model accepts; a Claude name nobody knows is taken for a current model. */
export function claudeModel(name: string): ClaudeModel {
  return (
    table.find(([pattern]) => pattern.test(name))?.[1] ?? { ...five, boundThinking: false, thinksByDefault: false }
  );
}
