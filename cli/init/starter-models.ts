import { isDialectName } from "../../compiler/dialects.ts";
import type { DialectName } from "../../schemas/dialect-names.ts";

/** Two models of an upstream: one for hard requests, and a cheaper or smaller one. */
type StarterModels = Readonly<{
  large: string;
  small: string;
  /** Where it lives, for upstreams without one address for all. */
  baseUrl?: string;
}>;

/**
 * What a new policy is about, by upstream; the order is that in which people are offered them. From the price catalogue's
 * lists of 2026-11, where it has the upstream; kimi from models.dev. Of servers on one's own machine the names are examples.
 */
export const starterModels = {
  openai: { large: "gpt-4.1", small: "gpt-4.1-mini" },
  anthropic: { large: "claude-sonnet-4-5", small: "claude-haiku-4-5" },
  google: { large: "gemini-2.5-pro", small: "gemini-2.5-flash" },
  openrouter: { large: "anthropic/claude-sonnet-4.5", small: "anthropic/claude-haiku-4.5" },
  ollama: { large: "qwen3:32b", small: "qwen3:8b" },
  "azure-openai": { large: "gpt-4.1", small: "gpt-4.1-mini", baseUrl: "https://your-name.openai.azure.com" },
  chutes: { large: "deepseek-ai/DeepSeek-V3", small: "Qwen/Qwen3-32B" },
  cohere: { large: "command-a-03-2025", small: "command-r7b-12-2024" },
  dashscope: { large: "qwen-max", small: "qwen-flash" },
  deepseek: { large: "deepseek-v4-pro", small: "deepseek-v4-flash" },
  groq: { large: "llama-3.3-70b-versatile", small: "llama-3.1-8b-instant" },
  kimi: { large: "k3", small: "kimi-for-coding" },
  litellm: { large: "large", small: "small" },
  "llama-cpp": { large: "large", small: "small" },
  minimax: { large: "MiniMax-M2.7-highspeed", small: "MiniMax-M2.7" },
  mistral: { large: "mistral-large-2512", small: "mistral-small-latest" },
  moonshot: { large: "kimi-k3", small: "kimi-k2.5" },
  nvidia: { large: "meta/llama-3.3-70b-instruct", small: "meta/llama-3.1-8b-instruct" },
  perplexity: { large: "sonar-pro", small: "sonar" },
  together: { large: "meta-llama/Llama-3.3-70B-Instruct-Turbo", small: "meta-llama/Llama-3.2-3B-Instruct-Turbo" },
  vllm: { large: "Qwen/Qwen3-32B", small: "Qwen/Qwen3-8B" },
  xai: { large: "grok-4.3", small: "grok-4-fast-non-reasoning" },
  zai: { large: "glm-5.3", small: "glm-5.3-flash" },
} as const satisfies Record<DialectName, StarterModels>;

/** In the order of the table. */
export const starterProviders = Object.keys(starterModels).filter(isDialectName);
