import type { WireFormat } from "../../../runtime/contract.ts";

/** Laid over the upstream's usage; all say 20 + 1000 + 300 prompt tokens, or 1320 that include 1000 cached ones. */
export const cachedUsage = {
  "openai-chat": {
    prompt_tokens: 1320,
    completion_tokens: 50,
    total_tokens: 1370,
    prompt_tokens_details: { cached_tokens: 1000, cache_write_tokens: 300, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 30 },
  },
  "anthropic-messages": {
    input_tokens: 20,
    cache_read_input_tokens: 1000,
    cache_creation_input_tokens: 300,
    output_tokens: 50,
    output_tokens_details: { thinking_tokens: 30 },
  },
  "openai-responses": {
    input_tokens: 1320,
    input_tokens_details: { cached_tokens: 1000, cache_write_tokens: 300 },
    output_tokens: 50,
    output_tokens_details: { reasoning_tokens: 30 },
    total_tokens: 1370,
  },
  gemini: {
    promptTokenCount: 1320,
    cachedContentTokenCount: 1000,
    candidatesTokenCount: 20,
    thoughtsTokenCount: 30,
    totalTokenCount: 1370,
  },
} as const satisfies Record<WireFormat, object>;
