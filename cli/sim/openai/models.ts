/** What an OpenAI model accepts on Chat Completions and Responses. */
export type ChatModel = Readonly<{
  reasoning: boolean;
  /** Values of `reasoning_effort`; empty when the parameter itself is unknown to the model. */
  efforts: readonly string[];
  /** Whether the model also knows the effort `max`, which only Responses takes. */
  maxEffort: boolean;
  /** What the model does when no effort is given. */
  defaultEffort: string | undefined;
  maxOutputTokens: number;
  contextTokens: number;
  /** `response_format: json_schema`. */
  structured: boolean;
  vision: boolean;
  /** Whether function tools may be combined with an effort other than `none`. */
  toolsWithReasoning: boolean;
  /** Whether Chat Completions offers the model at all. */
  chat: boolean;
  /** Whether `stop` is taken; o3 and o4-mini refuse it (OpenAI SDK 7.55 doc comment). */
  stop: boolean;
  /** Another vendor's model, which shows its thinking as `reasoning_content` and wants it back with every call. */
  showsReasoning: boolean;
}>;

/** Named by the list endpoint when the simulator is not told which models to offer. */
export const listedModels = [
  "gpt-4o",
  "gpt-4o-mini",
  "gpt-4.1",
  "gpt-4.1-mini",
  "gpt-5",
  "gpt-5-mini",
  "gpt-5.1",
  "o3",
  "o4-mini",
  "gpt-3.5-turbo-instruct",
  "text-embedding-3-small",
  "text-embedding-3-large",
];

const plain: ChatModel = {
  reasoning: false,
  efforts: [],
  maxEffort: false,
  defaultEffort: undefined,
  maxOutputTokens: 128_000,
  contextTokens: 400_000,
  structured: true,
  vision: true,
  toolsWithReasoning: true,
  chat: true,
  stop: true,
  showsReasoning: false,
};
const reasoning: ChatModel = {
  ...plain,
  reasoning: true,
  efforts: ["low", "medium", "high"],
  defaultEffort: "medium",
};

/** First match wins. Efforts and limits as the vendor's model pages list them (read 2026-11). */
const table: readonly (readonly [RegExp, ChatModel])[] = [
  [/^gpt-3\.5/, { ...plain, maxOutputTokens: 4_096, contextTokens: 16_385, structured: false, vision: false }],
  [/^gpt-4o/, { ...plain, maxOutputTokens: 16_384, contextTokens: 128_000 }],
  [/^gpt-4\.1/, { ...plain, maxOutputTokens: 32_768, contextTokens: 1_047_576 }],
  [/^gpt-4-(turbo|vision)/, { ...plain, maxOutputTokens: 4_096, contextTokens: 128_000, structured: false }],
  [/^gpt-4/, { ...plain, maxOutputTokens: 8_192, contextTokens: 8_192, structured: false, vision: false }],
  [/^o\d/, { ...reasoning, maxOutputTokens: 100_000, contextTokens: 200_000, stop: false }],
  [
    /^(deepseek|kimi)-/,
    { ...plain, efforts: ["low", "medium", "high", "xhigh"], structured: false, showsReasoning: true },
  ],
  [/-chat(-|$)/, plain],
  [/^gpt-5(-|$)/, { ...reasoning, efforts: ["minimal", "low", "medium", "high"] }],
  [/^gpt-5\.1/, { ...reasoning, efforts: ["none", "low", "medium", "high"], defaultEffort: "none" }],
  [/^gpt-5\.[2-5]/, { ...reasoning, efforts: ["none", "low", "medium", "high", "xhigh"], defaultEffort: "none" }],
  [
    /^gpt-5\.6/,
    { ...reasoning, efforts: ["none", "low", "medium", "high", "xhigh"], maxEffort: true, toolsWithReasoning: false },
  ],
  [
    /^gpt-6(-sol|-luna|\.1-terra)/,
    { ...reasoning, efforts: ["none", "low", "medium", "high", "xhigh"], maxEffort: true, toolsWithReasoning: false },
  ],
  [/^gpt-6/, { ...reasoning, efforts: ["low", "medium", "high", "xhigh"], maxEffort: true, toolsWithReasoning: false }],
];

/** Models that speak Responses only. */
const responsesOnly = /^(gpt-5|gpt-6|codex|o\d)\S*?-(codex|pro)(-|$)/;

/** What a model accepts; names nobody knows are taken for a compatible server's model without limits of its own. */
export function chatModel(name: string): ChatModel {
  const model = table.find(([pattern]) => pattern.test(name))?.[1] ?? plain;
  return responsesOnly.test(name) ? { ...model, chat: false } : model;
}
