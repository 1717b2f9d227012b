import type { Stage } from "./scenario.ts";

/** The model's name alone decides where a request goes. */
export const upstreams: readonly Pick<Stage, "upstream" | "model" | "thinkingModel">[] = [
  { upstream: "openai-chat", model: "gpt-4o-mini", thinkingModel: "gpt-5" },
  { upstream: "openai-responses", model: "responses/gpt-4o-mini", thinkingModel: "responses/gpt-5" },
  { upstream: "anthropic-messages", model: "claude-sonnet-4-6", thinkingModel: "claude-opus-4-5" },
  { upstream: "gemini", model: "gemini/gemini-2.5-flash", thinkingModel: "gemini/gemini-3-pro" },
];
