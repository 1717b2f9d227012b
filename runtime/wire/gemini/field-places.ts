import type { FieldPlaces } from "../places.ts";

const config = (name: string): readonly [string] => [`generationConfig.${name}`];
const effort = ["generationConfig.thinkingConfig.thinkingLevel", "generationConfig.thinkingConfig"] as const;

/** @google/genai 3.1 `GenerateContentParameters`, as its REST API has them. */
export const fieldPlaces: FieldPlaces = {
  messages: ["contents"],
  max_tokens: config("maxOutputTokens"),
  reasoning_effort: effort,
  effort,
  thinking: ["generationConfig.thinkingConfig.thinkingBudget", "generationConfig.thinkingConfig"],
  response_format: [
    "generationConfig.responseJsonSchema",
    "generationConfig.responseSchema",
    "generationConfig.responseFormat",
    "generationConfig.responseMimeType",
  ],
  stop: config("stopSequences"),
  stop_sequences: config("stopSequences"),
  temperature: config("temperature"),
  top_p: config("topP"),
  top_k: config("topK"),
  frequency_penalty: config("frequencyPenalty"),
  presence_penalty: config("presencePenalty"),
  seed: config("seed"),
  logprobs: config("responseLogprobs"),
  top_logprobs: config("logprobs"),
  tool_choice: ["toolConfig.functionCallingConfig"],
  service_tier: ["serviceTier"],
  web_search_call: ["contents"],
};
