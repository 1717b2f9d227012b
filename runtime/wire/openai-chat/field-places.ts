import type { FieldPlaces } from "../places.ts";

/** Openai 7.55.0 `ChatCompletionCreateParams`, with the older and the compatible servers' names that are read, too. */
export const fieldPlaces: FieldPlaces = {
  max_tokens: ["max_completion_tokens", "max_tokens"],
  reasoning_effort: ["reasoning_effort", "reasoning"],
  effort: ["reasoning_effort", "reasoning"],
  thinking: ["reasoning_effort", "reasoning"],
  stop_sequences: ["stop"],
  tool_choice: ["tool_choice", "function_call"],
  tools: ["tools", "functions"],
  cache_control: ["messages"],
  web_search_call: ["messages"],
};
