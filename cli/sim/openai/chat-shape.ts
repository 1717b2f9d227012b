import {
  array,
  boolean,
  either,
  integer,
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

const name = string({ min: 1, max: 64, pattern: /^[a-zA-Z0-9_-]+$/ });
/** Longer ids are refused on Chat Completions, which peers learnt the hard way (vercel/ai #5171). */
const callId = string({ min: 1, max: 40 });
const breakpoint = { prompt_cache_breakpoint: object({ mode: words("explicit") }, { ttl: words("30m", "12h") }) };

const textPart = object({ type: words("text"), text }, breakpoint);
const imagePart = object(
  {
    type: words("image_url"),
    image_url: object({ url: text }, { detail: words("auto", "low", "high", "original") }),
  },
  breakpoint,
);
const audioPart = object(
  { type: words("input_audio"), input_audio: object({ data: text, format: words("wav", "mp3") }) },
  breakpoint,
);
const filePart = object(
  { type: words("file"), file: object({}, { file_data: text, file_id: text, filename: text }) },
  breakpoint,
);

const texts = either(text, array(tagged("type", { text: textPart }), { min: 1 }));
const userContent = array(
  tagged("type", { text: textPart, image_url: imagePart, input_audio: audioPart, file: filePart }),
  { min: 1 },
);
const assistantContent = array(
  tagged("type", { text: textPart, refusal: object({ type: words("refusal"), refusal: text }) }),
  { min: 1 },
);

const toolCall = tagged("type", {
  function: object({ id: callId, type: words("function"), function: object({ name, arguments: text }) }),
  custom: object({ id: callId, type: words("custom"), custom: object({ name, input: text }) }),
});

/** The roles in the order the vendor lists them; `more` is what else an assistant may say. */
const message = (more: Readonly<Record<string, Shape>>) =>
  tagged("role", {
    system: object({ role: words("system"), content: texts }, { name }),
    assistant: object(
      { role: words("assistant") },
      {
        content: nullable(either(text, assistantContent)),
        refusal: nullable(text),
        name,
        audio: nullable(object({ id: text })),
        tool_calls: array(toolCall, { min: 1 }),
        function_call: nullable(object({ name, arguments: text })),
        annotations: array(record),
        ...more,
      },
    ),
    user: object({ role: words("user"), content: either(text, userContent) }, { name }),
    function: object({ role: words("function"), content: nullable(text), name }),
    // `name` is no part of it, but taken: LangChain sends it.
    tool: object({ role: words("tool"), content: texts, tool_call_id: text }, { name }),
    developer: object({ role: words("developer"), content: texts }, { name }),
  });

const functionFields = { description: text, parameters: record };
const format = tagged("type", {
  text: object({ type: words("text") }),
  grammar: object({
    type: words("grammar"),
    grammar: object({ definition: text, syntax: words("lark", "regex") }),
  }),
});
const tool = tagged("type", {
  function: object({
    type: words("function"),
    function: object({ name }, { ...functionFields, strict: nullable(boolean) }),
  }),
  custom: object({ type: words("custom"), custom: object({ name }, { description: text, format }) }),
});

const toolChoice = either(
  words("none", "auto", "required"),
  tagged("type", {
    function: object({ type: words("function"), function: object({ name }) }),
    custom: object({ type: words("custom"), custom: object({ name }) }),
    allowed_tools: object({
      type: words("allowed_tools"),
      allowed_tools: object({ mode: words("auto", "required"), tools: array(record, { min: 1 }) }),
    }),
  }),
);

const jsonSchema = object({ name }, { description: text, schema: record, strict: nullable(boolean) });
const responseFormat = tagged("type", {
  text: object({ type: words("text") }),
  json_object: object({ type: words("json_object") }),
  json_schema: object({ type: words("json_schema"), json_schema: jsonSchema }),
});

const webSearchOptions = object(
  {},
  { search_context_size: words("low", "medium", "high"), user_location: nullable(record) },
);

type More = Readonly<{ body: Readonly<Record<string, Shape>>; assistant: Readonly<Record<string, Shape>> }>;

/** Bodies as `chatShapeWith` has them, and nothing more. */
export const chatShape = chatShapeWith({ body: {}, assistant: {} });

/** With what DeepSeek and Moonshot add (api-docs.deepseek.com, "Thinking Mode"). */
export const reasoningChatShape = chatShapeWith({
  body: { thinking: object({ type: words("enabled", "disabled") }) },
  assistant: { reasoning_content: nullable(text) },
});

/** The body of `POST /v1/chat/completions` (OpenAI SDK 7.55, `ChatCompletionCreateParamsBase`), with `more` members. */
function chatShapeWith(more: More): Shape {
  return object(
    { model: text, messages: array(message(more.assistant), { min: 1 }) },
    {
      ...more.body,
      audio: nullable(record),
      frequency_penalty: nullable(range("number", -2, 2)),
      function_call: either(words("none", "auto"), object({ name })),
      functions: array(object({ name }, functionFields), { min: 1, max: 128 }),
      logit_bias: nullable(record),
      logprobs: nullable(boolean),
      max_completion_tokens: nullable(range("integer", 1)),
      max_tokens: nullable(range("integer", 1)),
      metadata: nullable(record),
      modalities: nullable(array(words("text", "audio"), { min: 1 })),
      moderation: nullable(record),
      n: nullable(range("integer", 1, 128)),
      parallel_tool_calls: boolean,
      prediction: nullable(object({ type: words("content"), content: texts })),
      presence_penalty: nullable(range("number", -2, 2)),
      prompt_cache_key: nullable(text),
      prompt_cache_options: object({}, { mode: words("implicit", "explicit"), ttl: words("30m"), prewarm: boolean }),
      prompt_cache_retention: nullable(words("in_memory", "24h")),
      reasoning_effort: nullable(words("none", "minimal", "low", "medium", "high", "xhigh")),
      response_format: responseFormat,
      safety_identifier: nullable(string({ max: 128 })),
      seed: nullable(integer),
      service_tier: nullable(words("auto", "default", "flex", "scale", "priority", "fast")),
      stop: nullable(either(text, array(text, { min: 1, max: 4 }))),
      store: nullable(boolean),
      stream: nullable(boolean),
      stream_options: nullable(object({}, { include_usage: boolean, include_obfuscation: boolean })),
      temperature: nullable(range("number", 0, 2)),
      tool_choice: toolChoice,
      tools: array(tool, { min: 1, max: 128 }),
      top_logprobs: nullable(range("integer", 0, 20)),
      top_p: nullable(range("number", 0, 1)),
      user: text,
      verbosity: nullable(words("low", "medium", "high")),
      web_search_options: webSearchOptions,
    },
  );
}
