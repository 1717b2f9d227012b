import type { ModelCapabilities } from "./model-capabilities.ts";

type Rows = readonly (readonly [beginnings: readonly string[], ModelCapabilities])[];

const withoutSchema = { jsonSchema: false } as const;
const oSeries = { maxOutputTokens: 100_000, minCacheTokens: 1024 } as const;
const gpt5 = { maxOutputTokens: 128_000, minCacheTokens: 1024 } as const;
const million = { contextTokens: 1_048_576 } as const;

/**
 * Facts that neither the price catalogue nor the tables of the wire formats have, and windows that the catalogue rounds,
 * looked up 2026-11-21. By the beginning of the name; the first row that fits counts, so longer names stand before theirs.
 *
 * OpenAI: openrouter.ai/api/v1/models and models.dev of 2026-08, as github.com/agentjido/llm_db keeps them; JSON Schema:
 * developers.openai.com/api/docs/guides/structured-outputs; caching from 1,024 tokens, GPT-4o and later: …/guides/prompt-caching.
 * Claude's shortest cached prompts: platform.claude.com/docs/en/build-with-claude/prompt-caching, as read by dev.to/creeta in
 * summer 2026; later models are not known. Windows of Gemini and the largest outputs of Grok: the first two.
 */
const rows: Rows = [
  [["gpt-4o-2024-05-13"], { maxOutputTokens: 4096, ...withoutSchema }],
  [["gpt-4o-realtime", "gpt-4o-audio", "gpt-4o-search", "gpt-4o-transcribe"], {}],
  [["gpt-4o-mini-realtime", "gpt-4o-mini-audio", "gpt-4o-mini-search", "gpt-4o-mini-t"], {}],
  [["gpt-4o"], { maxOutputTokens: 16_384, minCacheTokens: 1024 }],
  [["chatgpt-4o"], { maxOutputTokens: 16_384, tools: false, ...withoutSchema }],
  [["gpt-4.1"], { contextTokens: 1_047_576, maxOutputTokens: 32_768, minCacheTokens: 1024 }],
  [["gpt-4-turbo"], { maxOutputTokens: 4096, ...withoutSchema }],
  [["gpt-4-vision", "gpt-4-1106", "gpt-4-0125"], { maxOutputTokens: 4096, ...withoutSchema }],
  [["gpt-4.5"], {}],
  [["gpt-4"], { maxOutputTokens: 8192, ...withoutSchema, jsonObject: false, images: false }],
  [["gpt-3.5-turbo-instruct"], { maxOutputTokens: 4096, tools: false, ...withoutSchema, jsonObject: false }],
  [["gpt-3.5-turbo"], { maxOutputTokens: 4096, ...withoutSchema }],
  [["o1-mini", "o1-preview"], {}],
  [["o1", "o3", "o4-mini"], oSeries],
  [["gpt-5-pro"], { maxOutputTokens: 272_000 }],
  [["gpt-5.1-chat", "gpt-5.2-chat", "gpt-5.3-chat"], { contextTokens: 128_000, maxOutputTokens: 16_384 }],
  [["gpt-5.3-codex-spark"], { contextTokens: 128_000, maxOutputTokens: 32_000 }],
  [["gpt-5-image", "gpt-5.4-image", "gpt-5-search"], {}],
  [["gpt-5"], gpt5],
  [["claude-haiku-4-5", "claude-haiku-4.5"], { minCacheTokens: 4096 }],
  [["claude-opus-4-5", "claude-opus-4.5", "claude-opus-4-6", "claude-opus-4.6"], { minCacheTokens: 4096 }],
  [["claude-opus-4-7", "claude-opus-4.7"], { minCacheTokens: 2048 }],
  [["claude-opus-5-", "claude-opus-5.", "claude-sonnet-5-", "claude-sonnet-5."], {}],
  [["claude-fable-5-", "claude-fable-5."], {}],
  [["claude-opus-5", "claude-fable-5"], { minCacheTokens: 512 }],
  [["claude-opus-4", "claude-sonnet-4", "claude-sonnet-5"], { minCacheTokens: 1024 }],
  [["claude-3-haiku", "claude-3-5-haiku", "claude-3.5-haiku"], { minCacheTokens: 2048 }],
  [["claude-3-"], { minCacheTokens: 1024 }],
  [["gemini-2.5-flash-image", "gemini-2.5-flash-preview-tts", "gemini-2.5-pro-preview-tts"], {}],
  [["gemini-2.5-flash-native", "gemini-2.5-flash-live", "gemini-2.5-flash-tts", "gemini-2.5-pro-tts"], {}],
  [["gemini-2.5-flash", "gemini-2.5-pro", "gemini-3-flash", "gemini-3.1-pro"], million],
  [["gemini-3.5-flash", "gemini-3.6-flash"], million],
  [["grok-4.3"], { contextTokens: 1_000_000 }],
  [["grok-4.5"], { contextTokens: 500_000 }],
];

/** What is known of a model by its name alone; vendors' names before a slash do not count. */
export function modelFacts(model: string): ModelCapabilities {
  const name = (model.split("/").at(-1) ?? model).toLowerCase().replace(/^([a-z]+\.)?anthropic\./, "");
  return rows.find(([beginnings]) => beginnings.some((beginning) => name.startsWith(beginning)))?.[1] ?? {};
}
