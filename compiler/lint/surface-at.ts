import type { Endpoint, Provider, Surface, WireFormat } from "../../runtime/contract.ts";

/** The format that clients speak at an endpoint; embeddings are no conversation. */
const formatOf = {
  chat_completions: "openai-chat",
  completions: "openai-chat",
  responses: "openai-responses",
  messages: "anthropic-messages",
  generate_content: "gemini",
} as const satisfies Record<Exclude<Endpoint, "embeddings">, WireFormat>;

/** OpenAI's model pages: `o3-pro`, `gpt-5-pro`, `gpt-5-codex` and their successors, which Chat Completions does not serve. */
export const responsesOnly = /(?:^|\/)(?:gpt|o\d).*-(?:codex|pro)(?:-|$)/;

/**
 * The API of a provider that requests of an endpoint are sent over, as `runtime/upstream/pick-surface.ts` picks it; a test holds the
 * two equal. Undefined for embeddings.
 */
export function surfaceAt(provider: Provider, endpoint: Endpoint, model: string): Surface | undefined {
  if (endpoint === "embeddings") return undefined;
  const format = formatOf[endpoint];
  const ofFormat = (wanted: WireFormat) => provider.also?.find((surface) => surface.format === wanted);
  const surface = provider.format === format ? provider : (ofFormat(format) ?? provider);
  if (surface.format !== "openai-chat" || !responsesOnly.test(model)) return surface;
  return ofFormat("openai-responses") ?? surface;
}
