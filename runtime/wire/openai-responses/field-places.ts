import type { FieldPlaces } from "../places.ts";

/** Openai 7.55.0 `ResponseCreateParams`. */
export const fieldPlaces: FieldPlaces = {
  messages: ["input"],
  max_tokens: ["max_output_tokens"],
  reasoning_effort: ["reasoning.effort", "reasoning"],
  effort: ["reasoning.effort", "reasoning"],
  thinking: ["reasoning.effort", "reasoning"],
  response_format: ["text.format"],
  verbosity: ["text.verbosity"],
  logprobs: ["top_logprobs"],
  cache_control: ["input"],
  web_search_call: ["input"],
};
