import type { ModelCard } from "../contract.ts";

const sampling = ["temperature", "top_p", "max_tokens", "stop"] as const;
const penalties = ["frequency_penalty", "presence_penalty", "seed"] as const;
const tools = ["tools", "tool_choice"] as const;
const shapes = ["response_format", "structured_outputs"] as const;
const reasoning = ["reasoning", "include_reasoning"] as const;
const effort = [...reasoning, "reasoning_effort"] as const;

const text = ["text"] as const;
const textOnly = { inputModalities: text, outputModalities: text } as const;
const seeing = { inputModalities: ["text", "image"], outputModalities: text } as const;
const reading = { inputModalities: ["text", "image", "file"], outputModalities: text } as const;
const sensing = { inputModalities: ["text", "image", "file", "audio", "video"], outputModalities: text } as const;
const embedding = { inputModalities: text, outputModalities: ["embeddings"] } as const;
const drawing = { inputModalities: ["text", "image"], outputModalities: ["image"] } as const;
const filming = { inputModalities: ["text", "image"], outputModalities: ["video"] } as const;
const speaking = { inputModalities: text, outputModalities: ["speech"] } as const;
const listening = { inputModalities: ["audio"], outputModalities: ["transcription"] } as const;

type Families = readonly (readonly [beginnings: readonly string[], ModelCard])[];

/**
 * The words are OpenRouter's (openrouter.ai/docs/models, and the enumerations of github.com/OpenRouterTeam/typescript-sdk). A
 * card has what all models of the family have in common in openrouter.ai/api/v1/models of 2026-08-05, as
 * github.com/agentjido/llm_db keeps it; of models that were gone by then, in its copy of 2025-11-07. All looked up
 * 2026-11-21. Where another source was needed, the row names it. What the sources do not tell is absent, and so are the
 * parameters of models that do not chat and of newer models. Rows with a tokenizer alone keep later names off the next rows.
 */
const openai: Families = [
  // DALL·E, the `tts` names and what `gpt-4o-audio` gives: types of the `openai` SDK 7.55.
  [["text-embedding-"], embedding],
  [["gpt-image-", "chatgpt-image-"], { ...drawing, tokenizer: "GPT" }],
  [["dall-e-"], { outputModalities: ["image"] }],
  [["gpt-4o-transcribe", "gpt-4o-mini-transcribe", "whisper-"], { ...listening, tokenizer: "GPT" }],
  [["gpt-4o-mini-tts", "tts-"], speaking],
  [
    ["gpt-4o-audio", "gpt-audio"],
    {
      inputModalities: ["text", "audio"],
      outputModalities: ["text", "audio"],
      tokenizer: "GPT",
      parameters: [...tools, ...sampling, ...penalties],
    },
  ],
  [["gpt-4o-search", "gpt-4o-mini-search", "gpt-4o-realtime", "gpt-4o-mini-realtime"], { tokenizer: "GPT" }],
  [["chatgpt-4o"], gpt(seeing, [...sampling, ...penalties, ...shapes])],
  [["gpt-4o"], gpt(reading, [...tools, ...sampling, ...penalties, ...shapes])],
  [["gpt-4.1"], gpt(reading, [...tools, "temperature", "top_p", "max_tokens", "seed", ...shapes])],
  [["gpt-4.", "gpt-4-vision"], { tokenizer: "GPT" }],
  [["gpt-4-turbo-preview"], gpt(textOnly, [...tools, ...sampling, ...penalties, "response_format"])],
  [["gpt-4-turbo"], gpt(seeing, [...tools, ...sampling, ...penalties, "response_format"])],
  [["gpt-3.5-turbo-instruct"], gpt(textOnly, [...sampling, ...penalties])],
  [["gpt-4", "gpt-3.5-turbo"], gpt(textOnly, [...tools, ...sampling, ...penalties])],
  // Pages of gpt-6.1-terra and gpt-6.2-sol at developers.openai.com/api/docs/models; which tools they take hangs on the endpoint.
  [["gpt-6"], { ...seeing, tokenizer: "GPT" }],
  [["gpt-5-image", "gpt-5.4-image"], { ...reading, outputModalities: ["image", "text"], tokenizer: "GPT" }],
  [["gpt-5.2-chat", "gpt-5.3-chat", "gpt-chat-latest"], gpt(reading, [...tools, "max_tokens", "seed", ...shapes])],
  // models.dev of 2026-07-02 for modalities.
  [["gpt-5-chat", "gpt-5.1-chat", "o3-deep-research", "o4-mini-deep-research"], { ...seeing, tokenizer: "GPT" }],
  [["gpt-5-codex", "gpt-5.1-codex", "gpt-5.2-codex"], gpt(seeing, [...tools, "seed", ...shapes, ...effort])],
  [["gpt-5"], gpt(reading, [...tools, "max_tokens", "seed", ...shapes, ...effort])],
  [["codex-mini"], gpt(seeing, [...tools, "max_tokens", "seed", ...shapes, ...reasoning])],
  [["o1-mini", "o1-preview"], { tokenizer: "GPT" }],
  [["o1-pro"], gpt(reading, ["max_tokens", "seed", ...shapes, ...reasoning])],
  // OpenRouter adds files, models.dev does not. `reasoning_effort` of these two rows: types of the `openai` SDK.
  [["o3-mini"], gpt(textOnly, [...tools, "max_tokens", "seed", ...shapes, ...effort])],
  [["o1", "o3", "o4-mini"], gpt(reading, [...tools, "max_tokens", "seed", ...shapes, ...effort])],
  [["gpt-oss-"], gpt(textOnly, [...tools, ...sampling, ...shapes, ...reasoning])],
  [["gpt-"], { tokenizer: "GPT" }],
];

const anthropic: Families = [
  [["claude-3-haiku", "claude-3-opus", "claude-3-sonnet"], claude(seeing, [...sampling, "top_k"])],
  [["claude-3-5-haiku", "claude-3.5-haiku"], claude(seeing, [...sampling, "top_k"])],
  [["claude-3-5-", "claude-3.5-"], claude(reading, [...sampling, "top_k"])],
  [
    ["claude-opus-4-5", "claude-opus-4.5"],
    claude(reading, ["temperature", "top_k", "max_tokens", "stop", ...shapes, ...reasoning]),
  ],
  [
    [
      "claude-opus-4-1",
      "claude-opus-4.1",
      "claude-haiku-4-5",
      "claude-haiku-4.5",
      "claude-sonnet-4-5",
      "claude-sonnet-4.5",
    ],
    claude(reading, [...sampling, "top_k", ...shapes, ...reasoning]),
  ],
  [
    ["claude-opus-4-6", "claude-opus-4.6", "claude-sonnet-4-6", "claude-sonnet-4.6"],
    claude(reading, [...sampling, "top_k", ...shapes, ...effort]),
  ],
  // platform.claude.com/docs/en/models/haiku-5-5/migration-guide and OpenRouter's pages: they see; the rest is not known.
  [
    ["claude-opus-5-5", "claude-opus-5.5", "claude-sonnet-5-5", "claude-sonnet-5.5", "claude-haiku-5"],
    { ...seeing, tokenizer: "Claude" },
  ],
  // openrouter.ai/docs/guides/evaluate-and-optimize/model-migrations/claude-4-7: no sampling parameters from Opus 4.7 on.
  [
    ["claude-opus-4-7", "claude-opus-4.7", "claude-opus-4-8", "claude-opus-4.8", "claude-opus-5", "claude-sonnet-5"],
    claude(reading, ["max_tokens", "stop", ...shapes, ...effort]),
  ],
  [["claude-fable-5.", "claude-fable-5-1", "claude-fable-5-2"], { tokenizer: "Claude" }],
  [["claude-fable-5"], claude(reading, ["max_tokens", "stop", ...shapes, ...effort])],
  [["claude-3-7-", "claude-3.7-", "claude-opus-4", "claude-sonnet-4"], claude(reading, [...sampling, ...reasoning])],
  [["claude-"], { tokenizer: "Claude" }],
];

const google: Families = [
  [["gemini-embedding-001"], { ...embedding, tokenizer: "Gemini" }],
  [["gemini-embedding-2"], { ...sensing, outputModalities: ["embeddings"], tokenizer: "Gemini" }],
  [
    ["gemini-2.5-flash-image", "gemini-3-pro-image", "gemini-3.1-flash-image", "gemini-3.1-flash-lite-image"],
    {
      inputModalities: ["text", "image"],
      outputModalities: ["text", "image"],
      tokenizer: "Gemini",
      parameters: ["temperature", "top_p", "max_tokens", "seed", "response_format"],
    },
  ],
  // models.dev of 2026-07-02 has those of 2.5.
  [
    ["gemini-2.5-flash-preview-tts", "gemini-2.5-pro-preview-tts", "gemini-3.1-flash-tts"],
    { ...speaking, tokenizer: "Gemini" },
  ],
  [
    ["gemini-2.5-flash-native-audio", "gemini-2.5-computer-use", "gemini-3.5-live", "gemini-3.5-transcribe"],
    { tokenizer: "Gemini" },
  ],
  [["gemini-2.0-flash-exp", "gemini-2.0-flash-preview", "gemini-2.0-flash-live"], { tokenizer: "Gemini" }],
  [["gemini-2.0-"], gemini({ inputModalities: ["text", "image", "file", "audio"], outputModalities: text }, [])],
  // OpenRouter leaves `stop` out for two previews; the Gemini API has it for all models.
  [["gemini-2.5-"], gemini(sensing, reasoning)],
  [["gemini-3-", "gemini-3.1-", "gemini-3.5-", "gemini-3.6-"], gemini(sensing, effort)],
  [["gemini-flash-latest", "gemini-flash-lite-latest"], { ...sensing, tokenizer: "Gemini" }],
  [["gemini-"], { tokenizer: "Gemini" }],
];

const xai: Families = [
  [["grok-imagine-video"], { ...filming, tokenizer: "Grok" }],
  [["grok-imagine-image"], { ...drawing, tokenizer: "Grok" }],
  [["grok-stt"], { ...listening, tokenizer: "Grok" }],
  [["grok-voice-tts"], { ...speaking, tokenizer: "Grok" }],
  [["grok-4.20-multi-agent"], grok(reading, [...reasoning, "reasoning_effort"])],
  [["grok-4.20-non-reasoning", "grok-4.20-0309-non-reasoning"], grok(reading, tools)],
  [["grok-4.20", "grok-build-0.1"], grok(reading, [...tools, ...reasoning])],
  [["grok-4.3", "grok-4.5"], grok(reading, [...tools, "stop", ...effort])],
  [["grok-4.", "grok-4-fast-non-reasoning", "grok-4-1"], { tokenizer: "Grok" }],
  [["grok-4"], grok(seeing, [...tools, ...reasoning])],
  [["grok-3-mini"], grok(textOnly, [...tools, "stop", ...reasoning])],
  [["grok-3"], grok(textOnly, [...tools, "stop"])],
  [["grok-"], { tokenizer: "Grok" }],
];

const mistralai: Families = [
  [["mistral-embed", "codestral-embed"], { ...embedding, tokenizer: "Mistral" }],
  [["mistral-medium-", "mistral-large-2512", "mistral-small-2603", "pixtral-"], mistral(seeing)],
  [["ministral-3b-2512", "ministral-8b-2512", "ministral-14b-2512"], mistral(seeing)],
  [["codestral-", "devstral-", "mistral-large-2407"], mistral(textOnly)],
  // Whether they see changes from version to version; files, which OpenRouter adds for some, are left out above.
  [["magistral-", "mistral-", "ministral-"], { tokenizer: "Mistral" }],
];

/** Parameters are those that every model of the family has somewhere; hosts of open weights differ in tools and formats. */
const openWeights: Families = [
  [["gemma-4-"], { ...seeing, tokenizer: "Gemma" }],
  [
    ["gemma-3-4b", "gemma-3-12b", "gemma-3-27b"],
    { ...seeing, tokenizer: "Gemini", instructType: "gemma", parameters: sampling },
  ],
  [["gemma-2-"], { ...textOnly, tokenizer: "Gemini", instructType: "gemma", parameters: sampling }],
  [
    ["deepseek-r1-distill-llama"],
    { ...textOnly, tokenizer: "Llama3", instructType: "deepseek-r1", parameters: sampling },
  ],
  [
    ["deepseek-r1-distill-qwen", "deepseek-r1-0528-qwen3"],
    { ...textOnly, tokenizer: "Qwen", instructType: "deepseek-r1", parameters: sampling },
  ],
  [["deepseek-r1"], deepseek({ instructType: "deepseek-r1" }, reasoning)],
  [
    ["deepseek-chat-v3.1", "deepseek-v3.1", "deepseek-v3.2-exp"],
    deepseek({ instructType: "deepseek-v3.1" }, reasoning),
  ],
  [["deepseek-v3.2"], deepseek({}, reasoning)],
  [["deepseek-v4-flash-vision"], { tokenizer: "DeepSeek" }],
  [["deepseek-v4-"], deepseek({}, effort)],
  [["deepseek-chat"], deepseek({}, [])],
  [["deepseek-"], { tokenizer: "DeepSeek" }],
  [["llama-4-"], { ...seeing, tokenizer: "Llama4", parameters: [...tools, ...sampling] }],
  [["llama-3.2-11b", "llama-3.2-90b"], { tokenizer: "Llama3", instructType: "llama3" }],
  [
    ["llama-3", "llama3", "meta-llama-3"],
    { ...textOnly, tokenizer: "Llama3", instructType: "llama3", parameters: sampling },
  ],
  // In OpenRouter's enumerations alone.
  [["llama-2", "llama2"], { tokenizer: "Llama2", instructType: "llama2" }],
  [["qwen3-embedding"], embedding],
  [["qwen3-asr"], { ...listening, tokenizer: "Qwen3" }],
  [["qwen3-omni"], { tokenizer: "Qwen3" }],
  // OpenRouter has `Qwen` for a few of the `Qwen3` of the next three rows.
  [["qwen3-vl"], { ...seeing, tokenizer: "Qwen3", parameters: sampling }],
  [
    ["qwen3.5-"],
    { inputModalities: ["text", "image", "video"], outputModalities: text, tokenizer: "Qwen3", parameters: sampling },
  ],
  [["qwen3-", "qwen3:"], { ...textOnly, tokenizer: "Qwen3", parameters: sampling }],
  [["qwen-vl"], { ...seeing, tokenizer: "Qwen", parameters: ["temperature", "top_p", "max_tokens"] }],
  [["qwen2.5-vl", "qwen-2.5-vl"], { ...seeing, tokenizer: "Qwen", parameters: sampling }],
  [
    ["qwen-2.5-", "qwen2.5-"],
    { ...textOnly, tokenizer: "Qwen", instructType: "chatml", parameters: ["temperature", "top_p", "max_tokens"] },
  ],
  [["qwen3.7-", "qwen3.8-"], { tokenizer: "Qwen" }],
  [["command-r-"], { ...textOnly, tokenizer: "Cohere", parameters: [...tools, ...sampling, ...penalties, "top_k"] }],
  [["command-r7b-"], { ...textOnly, tokenizer: "Cohere", parameters: [...sampling, ...penalties, "top_k"] }],
  [["command-a-03-2025"], { ...textOnly, parameters: [...sampling, ...penalties, "top_k"] }],
];

const families: Families = [...openai, ...anthropic, ...google, ...xai, ...mistralai, ...openWeights];

function gpt(modalities: ModelCard, parameters: readonly string[]): ModelCard {
  return { ...modalities, tokenizer: "GPT", parameters };
}

function claude(modalities: ModelCard, more: readonly string[]): ModelCard {
  return { ...modalities, tokenizer: "Claude", parameters: [...tools, ...more] };
}

function gemini(modalities: ModelCard, more: readonly string[]): ModelCard {
  return { ...modalities, tokenizer: "Gemini", parameters: [...tools, ...sampling, "seed", ...shapes, ...more] };
}

function grok(modalities: ModelCard, more: readonly string[]): ModelCard {
  return {
    ...modalities,
    tokenizer: "Grok",
    parameters: ["temperature", "top_p", "max_tokens", "seed", "response_format", ...more],
  };
}

function mistral(modalities: ModelCard): ModelCard {
  return { ...modalities, tokenizer: "Mistral", parameters: [...tools, ...sampling, ...penalties, ...shapes] };
}

function deepseek(template: ModelCard, more: readonly string[]): ModelCard {
  const parameters = [...tools, ...sampling, "frequency_penalty", "presence_penalty", "response_format", ...more];
  return { ...textOnly, ...template, tokenizer: "DeepSeek", parameters };
}

/**
 * What models of a family have in common, by how the name that a provider is sent begins; the first row that fits counts.
 * Vendors' names before a slash do not count, nor does what Bedrock writes before `claude-` (`us.anthropic.`).
 */
export function familyCard(model: string): ModelCard | undefined {
  const name = (model.split("/").at(-1) ?? model).toLowerCase().replace(/^([a-z]+\.)?anthropic\./, "");
  return families.find(([beginnings]) => beginnings.some((beginning) => name.startsWith(beginning)))?.[1];
}
