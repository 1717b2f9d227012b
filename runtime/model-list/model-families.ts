import type { ModelCard } from "../contract.ts";

const sampling = ["temperature", "top_p", "max_tokens", "stop"] as const;
const penalties = ["frequency_penalty", "presence_penalty", "seed"] as const;
const tools = ["tools", "tool_choice"] as const;
const shapes = ["response_format", "structured_outputs"] as const;
const reasoning = ["reasoning", "include_reasoning", "reasoning_effort"] as const;

const textOnly = { inputModalities: ["text"], outputModalities: ["text"] } as const;
const seeing = { inputModalities: ["text", "image"], outputModalities: ["text"] } as const;
const reading = { inputModalities: ["text", "image", "file"], outputModalities: ["text"] } as const;
const embedding = { inputModalities: ["text"], outputModalities: ["embeddings"], parameters: [] } as const;
const drawing = { inputModalities: ["text", "image"], outputModalities: ["image"], parameters: [] } as const;
const speaking = { inputModalities: ["text"], outputModalities: ["audio"], parameters: [] } as const;
const listening = { inputModalities: ["audio"], outputModalities: ["text"], parameters: [] } as const;

/**
 * What models of a family have in common, by how their names begin; the first that fits counts. From the vendors' pages of
 * models: platform.openai.com/docs/models, docs.claude.com/en/docs/about-claude/models, ai.google.dev/gemini-api/docs/models,
 * api-docs.deepseek.com, docs.x.ai/docs/models, docs.mistral.ai, llama.com/docs. Words for tokenizers, templates and
 * parameters are OpenRouter's (openrouter.ai/docs/models). Looked up 2026-11-21.
 */
const families: readonly (readonly [beginnings: readonly string[], ModelCard])[] = [
  [["text-embedding-"], { ...embedding, tokenizer: "GPT" }],
  [["gpt-image-", "chatgpt-image-", "dall-e-"], drawing],
  [["gpt-4o-transcribe", "gpt-4o-mini-transcribe", "whisper-"], listening],
  [["gpt-4o-mini-tts", "tts-"], speaking],
  [
    ["gpt-4o-audio", "gpt-4o-mini-audio", "gpt-audio"],
    {
      inputModalities: ["text", "audio"],
      outputModalities: ["text", "audio"],
      tokenizer: "GPT",
      parameters: [...tools, ...sampling, ...penalties],
    },
  ],
  [
    ["gpt-4o", "chatgpt-4o", "gpt-4.1", "gpt-4.5"],
    {
      ...reading,
      tokenizer: "GPT",
      parameters: [...tools, "parallel_tool_calls", ...sampling, ...penalties, ...shapes],
    },
  ],
  [
    ["gpt-4-turbo"],
    { ...seeing, tokenizer: "GPT", parameters: [...tools, ...sampling, ...penalties, "response_format"] },
  ],
  [["gpt-4", "gpt-3.5-turbo"], { ...textOnly, tokenizer: "GPT", parameters: [...tools, ...sampling, ...penalties] }],
  // They refuse sampling parameters.
  [
    ["o1-mini", "o3-mini"],
    { ...textOnly, tokenizer: "GPT", parameters: [...tools, "max_tokens", ...shapes, ...reasoning] },
  ],
  [
    ["gpt-5", "codex-", "o1", "o3", "o4-"],
    { ...reading, tokenizer: "GPT", parameters: [...tools, "max_tokens", ...shapes, ...reasoning] },
  ],
  [["gpt-oss-"], { ...textOnly, tokenizer: "GPT", parameters: [...tools, ...sampling, ...shapes, ...reasoning] }],
  [["claude-3-haiku", "claude-3-opus", "claude-3-sonnet"], claude(seeing, [])],
  [["claude-3-5-", "claude-3.5-"], claude(reading, [])],
  [["claude-", "anthropic.claude-"], claude(reading, reasoning)],
  [["gemini-embedding-", "text-multilingual-embedding-"], { ...embedding, tokenizer: "Gemini" }],
  [["imagen-"], drawing],
  [
    ["gemini-2.0-flash-preview-image", "gemini-2.5-flash-image", "gemini-3-pro-image", "gemini-3.1-flash-image"],
    {
      inputModalities: ["text", "image"],
      outputModalities: ["text", "image"],
      tokenizer: "Gemini",
      parameters: [...sampling, "seed"],
    },
  ],
  [["gemini-1.5-", "gemini-2.0-"], gemini([])],
  [["gemini-"], gemini(reasoning)],
  [["gemma-3"], { ...seeing, tokenizer: "Gemini", instructType: "gemma", parameters: [...sampling] }],
  [["gemma-"], { ...textOnly, tokenizer: "Gemini", instructType: "gemma", parameters: [...sampling] }],
  [
    ["deepseek-"],
    { ...textOnly, tokenizer: "DeepSeek", parameters: [...tools, ...sampling, "response_format", ...reasoning] },
  ],
  [["grok-"], { ...seeing, tokenizer: "Grok", parameters: [...tools, ...sampling, "seed", ...shapes] }],
  [["mistral-embed", "codestral-embed"], { ...embedding, tokenizer: "Mistral" }],
  [["pixtral-"], { ...seeing, tokenizer: "Mistral", parameters: [...tools, ...sampling, ...penalties, ...shapes] }],
  [
    ["mistral-", "ministral-", "codestral-", "devstral-", "magistral-", "open-mistral-"],
    { ...textOnly, tokenizer: "Mistral", parameters: [...tools, ...sampling, ...penalties, ...shapes] },
  ],
  [["llama-4-"], { ...seeing, tokenizer: "Llama4", parameters: [...tools, ...sampling] }],
  [
    ["llama-3", "llama3", "meta-llama-3"],
    { ...textOnly, tokenizer: "Llama3", instructType: "llama3", parameters: [...tools, ...sampling] },
  ],
  [["llama-2", "llama2"], { ...textOnly, tokenizer: "Llama2", instructType: "llama2", parameters: [...sampling] }],
  [["qwen3-vl", "qwen-vl", "qwen2.5-vl"], { ...seeing, tokenizer: "Qwen", parameters: [...tools, ...sampling] }],
  [["qwen3"], { ...textOnly, tokenizer: "Qwen3", instructType: "chatml", parameters: [...tools, ...sampling] }],
  [["qwen"], { ...textOnly, tokenizer: "Qwen", instructType: "chatml", parameters: [...tools, ...sampling] }],
  [["command-"], { ...textOnly, tokenizer: "Cohere", parameters: [...tools, ...sampling, "seed"] }],
];

function claude(modalities: ModelCard, more: readonly string[]): ModelCard {
  return { ...modalities, tokenizer: "Claude", parameters: [...tools, ...sampling, "top_k", ...more] };
}

function gemini(more: readonly string[]): ModelCard {
  return {
    inputModalities: ["text", "image", "file", "audio", "video"],
    outputModalities: ["text"],
    tokenizer: "Gemini",
    parameters: [...tools, ...sampling, "seed", ...shapes, ...more],
  };
}

/** What is known of a model by its name as a provider is sent it; vendors' names before a slash do not count. */
export function familyCard(model: string): ModelCard | undefined {
  const name = (model.split("/").at(-1) ?? model).toLowerCase();
  return families.find(([beginnings]) => beginnings.some((beginning) => name.startsWith(beginning)))?.[1];
}
