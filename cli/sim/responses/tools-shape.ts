import {
  array,
  boolean,
  either,
  nullable,
  object,
  record,
  type Shape,
  string,
  tagged,
  text,
  words,
} from "../check/shape.ts";

const name = string({ min: 1, max: 64, pattern: /^[a-zA-Z0-9_-]+$/ });
const common = { allowed_callers: nullable(array(text)), async: boolean, defer_loading: boolean };

const functionTool = object(
  { type: words("function"), name },
  {
    description: nullable(text),
    parameters: nullable(record),
    strict: nullable(boolean),
    output_schema: nullable(record),
    ...common,
  },
);
const customTool = object(
  { type: words("custom"), name },
  {
    description: text,
    format: tagged("type", {
      text: object({ type: text }),
      grammar: object({ type: text, definition: text, syntax: words("lark", "regex") }),
    }),
    ...common,
  },
);
const webSearch = object(
  { type: text },
  {
    external_web_access: boolean,
    filters: nullable(object({}, { allowed_domains: nullable(array(text)) })),
    search_content_types: array(words("text", "image")),
    search_context_size: words("low", "medium", "high"),
    user_location: nullable(record),
  },
);

/** Tools the vendor runs itself or knows the schema of; their options are left alone. */
const ownTools: Readonly<Record<string, Shape>> = Object.fromEntries(
  [
    "file_search",
    "computer",
    "computer_use_preview",
    "mcp",
    "code_interpreter",
    "programmatic_tool_calling",
    "image_generation",
    "local_shell",
    "shell",
    "tool_search",
    "apply_patch",
  ].map((type) => [type, record]),
);

/** One of `tools` (OpenAI SDK 7.55, `Tool` of Responses): flat, unlike those of Chat Completions. */
export const toolShape: Shape = tagged("type", {
  function: functionTool,
  custom: customTool,
  namespace: object({
    type: text,
    name,
    description: text,
    tools: array(tagged("type", { function: functionTool, custom: customTool }), { min: 1 }),
  }),
  web_search: webSearch,
  web_search_2025_08_26: webSearch,
  web_search_preview: webSearch,
  web_search_preview_2025_03_11: webSearch,
  ...ownTools,
});

const hostedChoices: Readonly<Record<string, Shape>> = Object.fromEntries(
  [
    "file_search",
    "web_search_preview",
    "web_search_preview_2025_03_11",
    "computer",
    "computer_use",
    "computer_use_preview",
    "image_generation",
    "code_interpreter",
    "mcp",
    "apply_patch",
    "shell",
    "programmatic_tool_calling",
  ].map((type) => [type, record]),
);

/** `tool_choice`. */
export const toolChoiceShape: Shape = either(
  words("none", "auto", "required"),
  tagged("type", {
    function: object({ type: text, name }),
    custom: object({ type: text, name }),
    allowed_tools: object({ type: text, mode: words("auto", "required"), tools: array(record, { min: 1 }) }),
    ...hostedChoices,
  }),
);
