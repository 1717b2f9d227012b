import {
  array,
  boolean,
  either,
  nullable,
  object,
  range,
  record,
  type Shape,
  string,
  tagged,
  text,
  words,
} from "../check/shape.ts";
import { itemShape } from "./items-shape.ts";
import { toolChoiceShape, toolShape } from "./tools-shape.ts";

const includable = words(
  "file_search_call.results",
  "web_search_call.results",
  "web_search_call.action.sources",
  "message.input_image.image_url",
  "computer_call_output.output.image_url",
  "code_interpreter_call.outputs",
  "reasoning.encrypted_content",
  "message.output_text.logprobs",
);

const summary = nullable(words("auto", "concise", "detailed"));
const reasoning = object(
  {},
  {
    context: nullable(words("auto", "current_turn", "all_turns")),
    effort: nullable(words("none", "minimal", "low", "medium", "high", "xhigh", "max")),
    generate_summary: summary,
    mode: text,
    summary,
  },
);

const format = tagged("type", {
  text: object({ type: text }),
  json_object: object({ type: text }),
  json_schema: object(
    { type: text, name: string({ min: 1, max: 64, pattern: /^[a-zA-Z0-9_-]+$/ }), schema: record },
    { description: text, strict: nullable(boolean) },
  ),
});
const textConfig = object({}, { format, verbosity: nullable(words("low", "medium", "high")) });

const input = either(text, array(itemShape));

/** Fields the token counter takes as well. */
const counted = {
  conversation: nullable(either(text, object({ id: text }))),
  input: nullable(input),
  instructions: nullable(text),
  parallel_tool_calls: nullable(boolean),
  previous_response_id: nullable(text),
  reasoning: nullable(reasoning),
  text: textConfig,
  tool_choice: toolChoiceShape,
  // OpenAI's own agents library sends an empty array where an agent has no tools.
  tools: array(toolShape, { max: 128 }),
  truncation: nullable(words("auto", "disabled")),
};

/** The body of `POST /v1/responses` (OpenAI SDK 7.55, `ResponseCreateParamsBase`). */
export const responsesShape: Shape = object(
  { model: text },
  {
    ...counted,
    input,
    access_programs: record,
    background: nullable(boolean),
    // Of Codex; the SDK has no type for it.
    client_metadata: record,
    context_management: nullable(array(record)),
    image: record,
    include: nullable(array(includable)),
    max_output_tokens: nullable(range("integer", 16)),
    max_tool_calls: nullable(range("integer", 1)),
    metadata: nullable(record),
    moderation: nullable(record),
    prompt: nullable(record),
    prompt_cache_key: nullable(text),
    prompt_cache_options: object(
      {},
      { mode: words("implicit", "explicit"), ttl: words("30m", "12h"), prewarm: boolean },
    ),
    prompt_cache_retention: nullable(words("in_memory", "24h")),
    safety_identifier: nullable(string({ max: 128 })),
    service_tier: nullable(words("auto", "default", "flex", "scale", "priority", "fast", "ultrafast")),
    store: nullable(boolean),
    stream: nullable(boolean),
    stream_options: nullable(object({}, { include_obfuscation: boolean })),
    temperature: nullable(range("number", 0, 2)),
    top_logprobs: nullable(range("integer", 0, 20)),
    top_p: nullable(range("number", 0, 1)),
    user: text,
  },
);

/** The body of `POST /v1/responses/input_tokens`. */
export const inputTokensShape: Shape = object({ model: text }, { ...counted, personality: text });

/** The body of `POST /v1/responses/compact`. */
export const compactShape: Shape = object(
  { model: text },
  {
    input: counted.input,
    instructions: counted.instructions,
    previous_response_id: counted.previous_response_id,
    prompt_cache_key: nullable(text),
    prompt_cache_retention: nullable(words("in_memory", "24h")),
    service_tier: nullable(text),
  },
);
