import type { Effort } from "../canonical.ts";

/** What an OpenAI model accepts on Chat Completions. */
export type ModelTraits = Readonly<{
  reasoning: boolean;
  /** Values of `reasoning_effort`, weakest first. `max` exists on the Responses API only. */
  efforts: readonly Effort[];
  /** `temperature`, `top_p` and `logprobs` are accepted while the effort is `none`; otherwise reasoning models refuse them. */
  samplingAtNone: boolean;
  /** Function tools are refused together with reasoning. */
  toolsOnlyAtNone: boolean;
  stop: boolean;
  verbosity: boolean;
  /** `prompt_cache_breakpoint` on content parts. */
  cacheBreakpoints: boolean;
  webSearch: boolean;
  maxTokensField: "max_tokens" | "max_completion_tokens";
}>;

const unknown: ModelTraits = {
  reasoning: false,
  efforts: [],
  samplingAtNone: true,
  toolsOnlyAtNone: false,
  stop: true,
  verbosity: false,
  cacheBreakpoints: false,
  webSearch: false,
  maxTokensField: "max_tokens",
};

const plain: ModelTraits = { ...unknown, maxTokensField: "max_completion_tokens" };
const oSeries: ModelTraits = { ...plain, reasoning: true, efforts: ["low", "medium", "high"], samplingAtNone: false };
const gpt5: ModelTraits = { ...oSeries, efforts: ["minimal", "low", "medium", "high"], verbosity: true };
const gpt51: ModelTraits = { ...gpt5, efforts: ["none", "low", "medium", "high"], samplingAtNone: true };
const gpt52: ModelTraits = { ...gpt51, efforts: ["none", "low", "medium", "high", "xhigh"] };
const gpt56: ModelTraits = { ...gpt52, toolsOnlyAtNone: true, cacheBreakpoints: true };
const gpt6: ModelTraits = { ...gpt52, efforts: ["low", "medium", "high", "xhigh"], cacheBreakpoints: true };
const gpt6WithNone: ModelTraits = { ...gpt6, efforts: gpt52.efforts };

/** By model id, first match wins. Sources: openai 7.55.0 doc comments and the @ai-sdk/openai 4.0.118 model table. */
const families = [
  [/-search-(preview|api)/, { ...plain, webSearch: true }],
  [/^gpt-[5-9].*-chat/, plain],
  [/^(o3|o4-mini)(-\d|$)/, { ...oSeries, stop: false }],
  [/^o[1-9](-|$)/, oSeries],
  [/^gpt-(6-sol|6-luna|6\.1-terra)/, gpt6WithNone],
  [/^gpt-([6-9]|\d\d)(\.|-|$)/, gpt6],
  [/^gpt-5\.[6-9]/, gpt56],
  [/^gpt-5\.[2-5]/, gpt52],
  [/^gpt-5\.1/, gpt51],
  [/^gpt-5(-|$)/, gpt5],
  [/^(gpt-4o|gpt-4\.1|chatgpt-4o)/, plain],
] as const satisfies readonly (readonly [RegExp, ModelTraits])[];

/** Looks at what follows the last slash, so that `openai/gpt-5` of a reseller counts as GPT-5. */
export function traitsOf(model: string): ModelTraits {
  return knownTraitsOf(model) ?? unknown;
}

/** Undefined for models that the table does not name. */
export function knownTraitsOf(model: string): ModelTraits | undefined {
  const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  return families.find(([pattern]) => pattern.test(name))?.[1];
}
