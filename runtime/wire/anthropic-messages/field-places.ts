import type { FieldPlaces } from "../places.ts";

/** @anthropic-ai/sdk 1.11 `MessageCreateParams` and its beta. */
export const fieldPlaces: FieldPlaces = {
  reasoning_effort: ["output_config.effort", "thinking"],
  effort: ["output_config.effort", "thinking"],
  thinking: ["thinking", "output_config.effort"],
  response_format: ["output_config.format", "output_format"],
  stop: ["stop_sequences"],
  parallel_tool_calls: ["tool_choice.disable_parallel_tool_use"],
  prewarm: ["max_tokens"],
  web_search_call: ["messages"],
};
