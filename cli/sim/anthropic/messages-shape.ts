import {
  any,
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

const cacheControl = nullable(object({ type: words("ephemeral") }, { ttl: words("5m", "1h") }));
const cached = { cache_control: cacheControl };
const toolUseId = string({ min: 1, pattern: /^[a-zA-Z0-9_-]+$/ });
const toolName = string({ min: 1, max: 128, pattern: /^[a-zA-Z0-9_-]{1,128}$/ });
const caller = tagged("type", {
  direct: object({ type: words("direct") }),
  code_execution_20250825: object({ type: text, tool_id: text }),
  code_execution_20260120: object({ type: text, tool_id: text }),
});

const textBlock = object({ type: words("text"), text }, { ...cached, citations: nullable(array(record)) });
const imageSource = tagged("type", {
  base64: object({
    type: words("base64"),
    media_type: words("image/jpeg", "image/png", "image/gif", "image/webp"),
    data: text,
  }),
  url: object({ type: words("url"), url: text }),
  file: object({ type: words("file"), file_id: text }),
});
const image = object(
  { type: words("image"), source: imageSource },
  { ...cached, transformations: nullable(object({}, { oversized_image: words("downsize", "error") })) },
);
const documentSource = tagged("type", {
  base64: object({ type: words("base64"), media_type: words("application/pdf"), data: text }),
  text: object({ type: words("text"), media_type: words("text/plain"), data: text }),
  content: object({
    type: words("content"),
    content: either(text, array(tagged("type", { text: textBlock, image }))),
  }),
  url: object({ type: words("url"), url: text }),
  file: object({ type: words("file"), file_id: text }),
});
const citations = nullable(object({}, { enabled: boolean }));
const document = object(
  { type: words("document"), source: documentSource },
  { ...cached, citations, context: nullable(text), title: nullable(text) },
);
const searchResult = object(
  { type: words("search_result"), content: array(textBlock, { min: 1 }), source: text, title: text },
  { ...cached, citations },
);
const toolResult = object(
  { type: words("tool_result"), tool_use_id: toolUseId },
  {
    ...cached,
    content: either(
      text,
      array(
        tagged("type", {
          text: textBlock,
          image,
          search_result: searchResult,
          document,
          tool_reference: object({ type: text, tool_name: text }, cached),
        }),
      ),
    ),
    is_error: boolean,
    toolset_name: nullable(text),
  },
);

/** Blocks of work the vendor did itself; they come back as they went out, so only their presence is known here. */
const ownWork: Readonly<Record<string, Shape>> = Object.fromEntries(
  [
    "server_tool_use",
    "web_search_tool_result",
    "web_fetch_tool_result",
    "code_execution_tool_result",
    "bash_code_execution_tool_result",
    "text_editor_code_execution_tool_result",
    "tool_search_tool_result",
    "container_upload",
  ].map((type) => [type, record]),
);

const block = tagged("type", {
  text: textBlock,
  image,
  document,
  search_result: searchResult,
  thinking: object({ type: words("thinking"), thinking: text, signature: text }),
  redacted_thinking: object({ type: words("redacted_thinking"), data: text }),
  tool_use: object(
    { type: words("tool_use"), id: toolUseId, name: toolName, input: record },
    { ...cached, caller, toolset_name: nullable(text) },
  ),
  tool_result: toolResult,
  ...ownWork,
});

const effort = nullable(words("low", "medium", "high", "xhigh", "max"));
const spoken = { role: words("user", "assistant", "system"), content: either(text, array(block)) };
const message = object(spoken);
/** `BetaSystemMessageParam`. */
const betaMessage = object(spoken, {
  output_config: nullable(object({}, { effort })),
  clear_at: nullable(words("next_user_message", "never")),
});

const callers = array(words("direct", "code_execution_20250825", "code_execution_20260120", "code_execution_20260521"));
const customTool = object(
  { name: toolName, input_schema: record },
  {
    type: nullable(words("custom")),
    description: text,
    ...cached,
    strict: boolean,
    defer_loading: boolean,
    eager_input_streaming: nullable(boolean),
    input_examples: array(record),
    allowed_callers: callers,
  },
);

/** Tools without a schema of the user's; their own options differ by version and are left alone. */
const ownTools: Readonly<Record<string, Shape>> = Object.fromEntries(
  [
    "bash_20250124",
    "text_editor_20250124",
    "text_editor_20250429",
    "text_editor_20250728",
    "memory_20250818",
    "code_execution_20250522",
    "code_execution_20250825",
    "code_execution_20260120",
    "code_execution_20260521",
    "browser_toolset_20260801",
    "computer_toolset_20260801",
    "web_search_20250305",
    "web_search_20260209",
    "web_search_20260318",
    "web_fetch_20250910",
    "web_fetch_20260209",
    "web_fetch_20260309",
    "web_fetch_20260318",
    "tool_search_tool_bm25_20251119",
    "tool_search_tool_regex_20251119",
  ].map((type) => [type, record]),
);

const oneCall = { disable_parallel_tool_use: boolean };
const toolChoice = tagged("type", {
  auto: object({ type: words("auto") }, oneCall),
  any: object({ type: words("any") }, oneCall),
  tool: object({ type: words("tool"), name: text }, oneCall),
  none: object({ type: words("none") }),
});

const thinkingShape = (more: Readonly<Record<string, Shape>>): Shape =>
  tagged("type", {
    enabled: object({ type: words("enabled"), budget_tokens: range("integer", 1024) }, more),
    disabled: object({ type: words("disabled") }),
    adaptive: object({ type: words("adaptive") }, more),
    between_tools: object({ type: words("between_tools") }),
  });
const thinking = thinkingShape({ display: nullable(words("summarized", "omitted")) });
/** `BetaThinkingConfigParam`. */
const betaThinking = thinkingShape({
  display: nullable(words("summarized", "omitted", "updates")),
  block_binding: nullable(object({}, { prefix_mismatch_behavior: nullable(words("error", "drop_block")) })),
});

const outputFormat = nullable(tagged("type", { json_schema: object({ type: words("json_schema"), schema: record }) }));
const outputConfig = object(
  {},
  {
    effort,
    format: outputFormat,
    task_budget: nullable(record),
  },
);

const required = { model: string({ min: 1, max: 256 }), messages: array(message), max_tokens: range("integer", 0) };
const optional: Readonly<Record<string, Shape>> = {
  cache_control: cacheControl,
  container: nullable(either(text, record)),
  diagnostics: nullable(object({}, { previous_message_id: nullable(text) })),
  inference_geo: nullable(text),
  metadata: object({}, { user_id: nullable(string({ max: 512 })) }),
  output_config: outputConfig,
  service_tier: words("auto", "standard_only"),
  speed: nullable(words("standard", "fast")),
  stop_sequences: array(text),
  stream: boolean,
  system: either(text, array(textBlock)),
  thinking,
  tool_choice: toolChoice,
  tools: array(tagged("type", { custom: customTool, ...ownTools }, "custom")),
  user_profile_id: text,
  workspace_id: text,
};

/** Sampling parameters, gone from version 2026-10-21 on (the vendor's API versioning page). */
const sampling = { temperature: range("number", 0, 1), top_p: range("number", 0, 1), top_k: range("integer", 0) };

/** Fields known to the vendor only with a beta header; Claude Code sends `safeguards`, which no SDK has. */
const betaFields = [
  "context_management",
  "mcp_servers",
  "fallbacks",
  "fallback_credit_token",
  "compaction",
  "thread",
  "billing_policy",
  "safeguards",
];
const betas: Readonly<Record<string, Shape>> = {
  ...Object.fromEntries(betaFields.map((name) => [name, any])),
  thinking: betaThinking,
};
const betaRequired = { ...required, messages: array(betaMessage) };

/**
 * The body of `POST /v1/messages` (Anthropic SDK 1.11 and 0.137, `MessageCreateParamsBase`) for an API version, with or
 * without beta features.
 */
export function messagesShape(version: string, beta: boolean): Shape {
  const versioned = version === "2023-06-01" ? { ...optional, ...sampling } : optional;
  return beta ? object(betaRequired, { ...versioned, ...betas }) : object(required, versioned);
}

/** Fields that change what goes in; the token counter takes no others. */
const countedFields = ["cache_control", "output_config", "system", "thinking", "tool_choice", "tools", "speed"];

/** The body of `POST /v1/messages/count_tokens` (Anthropic SDK 1.11, `MessageCountTokensParams`). */
export function countTokensShape(_version: string, beta: boolean): Shape {
  const { model, messages } = beta ? betaRequired : required;
  const counted = Object.fromEntries(Object.entries(optional).filter(([name]) => countedFields.includes(name)));
  return object({ model, messages }, beta ? { ...counted, ...betas } : counted);
}
