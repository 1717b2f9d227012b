/** The APIs that a provider can speak. */
export const apiNames = ["openai", "openai-responses", "anthropic", "gemini"] as const;

export type ApiName = (typeof apiNames)[number];

/** The upstreams that ARouter knows: each is a file in `dialects/`. */
export const dialectNames = [
  "anthropic",
  "azure-openai",
  "chutes",
  "cohere",
  "dashscope",
  "deepseek",
  "google",
  "groq",
  "kimi",
  "litellm",
  "llama-cpp",
  "minimax",
  "mistral",
  "moonshot",
  "nvidia",
  "ollama",
  "openai",
  "openrouter",
  "perplexity",
  "together",
  "vllm",
  "xai",
  "zai",
] as const;

export type DialectName = (typeof dialectNames)[number];
