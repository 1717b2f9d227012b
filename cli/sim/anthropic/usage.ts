import type { JsonObject } from "../json.ts";
import type { InputUsage } from "../prompt.ts";
import type { Said } from "../said.ts";

/** `usage` of a message (Anthropic SDK 1.11, `Usage`): `input_tokens` is what no cache served or stored. */
export function usageOf(input: InputUsage, said: Said, longLived: boolean): JsonObject {
  const searches = said.parts.filter((part) => part.kind === "web-search").length;
  return {
    input_tokens: input.uncached,
    cache_creation_input_tokens: input.cacheWrite,
    cache_read_input_tokens: input.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: longLived ? 0 : input.cacheWrite,
      ephemeral_1h_input_tokens: longLived ? input.cacheWrite : 0,
    },
    output_tokens: said.outputTokens,
    output_tokens_details: said.thinkingTokens > 0 ? { thinking_tokens: said.thinkingTokens } : null,
    server_tool_use: searches === 0 ? null : { web_search_requests: searches, web_fetch_requests: 0 },
    service_tier: "standard",
    inference_geo: null,
    speed: null,
  };
}
