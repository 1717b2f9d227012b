import type { Provider, Surface, WireFormat } from "../contract.ts";
import type { Reasoning, Request } from "../wire/canonical.ts";
import { traitsOf } from "../wire/openai-chat/traits.ts";

/**
 * The API of a provider that a request is sent over: the client's own where the provider has it, since the bytes then pass
 * as they are, else the main one. `model`: some of OpenAI's models are not served by Chat Completions.
 */
export function pickSurface(provider: Provider, clientFormat: WireFormat, model = ""): Surface {
  const own = provider.format === clientFormat ? provider : surfaceOf(provider, clientFormat);
  const surface = own ?? provider;
  if (surface.format !== "openai-chat" || !responsesOnly.test(model)) return surface;
  return surfaceOf(provider, "openai-responses") ?? surface;
}

/** OpenAI's model pages: `o3-pro`, `gpt-5-pro`, `gpt-5-codex` and their successors. */
const responsesOnly = /(?:^|\/)(?:gpt|o\d).*-(?:codex|pro)(?:-|$)/;

/**
 * The better one of a provider's APIs for a request that has to be translated anyway: from GPT-5.6 on, Chat Completions
 * refuses function tools together with reasoning.
 */
export function betterSurface(
  provider: Provider,
  surface: Surface,
  model: string,
  { tools, reasoning }: Pick<Request, "tools" | "reasoning">,
): Surface {
  const isRefused = surface.format === "openai-chat" && tools.length > 0 && asksToReason(reasoning);
  if (!isRefused || !traitsOf(model).toolsOnlyAtNone) return surface;
  return surfaceOf(provider, "openai-responses") ?? surface;
}

function asksToReason({ effort, mode, budgetTokens }: Reasoning): boolean {
  if (effort !== undefined) return effort !== "none";
  return mode === "enabled" || mode === "adaptive" || budgetTokens !== undefined;
}

function surfaceOf(provider: Provider, format: WireFormat): Surface | undefined {
  return provider.also?.find((surface) => surface.format === format);
}
