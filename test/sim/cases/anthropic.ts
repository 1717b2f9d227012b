import type { Json, JsonObject } from "../../../cli/sim/json.ts";

const tool = { name: "f", input_schema: { type: "object" } };
export const asks = { role: "user", content: "Hello" };
const use = { type: "tool_use", id: "toolu_1", name: "f", input: {} };
const calls = { role: "assistant", content: [use] };
const result = { type: "tool_result", tool_use_id: "toolu_1", content: "ok" };
export const text = (words: string) => ({ type: "text", text: words });
export const user = (...content: Json[]) => ({ role: "user", content });
const image = (media_type: string, data: string) => ({ type: "image", source: { type: "base64", media_type, data } });
const format = (schema: JsonObject) => ({ output_config: { format: { type: "json_schema", schema } } });
const closed = { type: "object", additionalProperties: false };
export const mark = { cache_control: { type: "ephemeral" } };
const thinking = (budget: number) => ({ thinking: { type: "enabled", budget_tokens: budget } });

type Row = readonly [title: string, fields: JsonObject, message: string];

/** Each turned down with status 400 and type invalid_request_error on version 2023-06-01. */
export const rejected: readonly Row[] = [
  ["an unknown field", { response_format: {} }, "response_format: Extra inputs are not permitted"],
  ["an unknown field of a block", { messages: [user({ ...text("x"), name: "n" })] }, "messages.0.content.0.text.name: Extra inputs are not permitted"],
  ["an unknown field of a cache mark", { system: [{ ...text("x"), cache_control: { type: "ephemeral", scope: "s" } }] }, "system.0.cache_control.scope: Extra inputs are not permitted"],
  ["no max_tokens", { max_tokens: null }, "max_tokens: Input should be a valid integer"],
  ["max_tokens of a wrong type", { max_tokens: "5" }, "max_tokens: Input should be a valid integer"],
  ["negative max_tokens", { max_tokens: -1 }, "max_tokens: Input should be greater than or equal to 0"],
  ["more output than the model has", { max_tokens: 64_001 }, "max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4-5"],
  ["no messages", { messages: [] }, "messages: at least one message is required"],
  ["content of a wrong type", { messages: [{ role: "user", content: 7 }] }, "messages.0.content: Input should be a valid string"],
  ["a role nobody has", { messages: [{ role: "tool", content: "x" }] }, "messages.0.role: Input should be 'user', 'assistant' or 'system'"],
  ["a block nobody has", { messages: [user({ type: "image_url" })] }, "messages.0.content.0: Input tag 'image_url' found using 'type' does not match any of the expected tags: 'text', 'image', 'document', 'search_result', 'thinking', 'redacted_thinking', 'tool_use', 'tool_result', 'server_tool_use', 'web_search_tool_result', 'web_fetch_tool_result', 'code_execution_tool_result', 'bash_code_execution_tool_result', 'text_editor_code_execution_tool_result', 'tool_search_tool_result', 'container_upload'"],
  ["an assistant turn first", { messages: [{ role: "assistant", content: "Hi" }, asks] }, 'messages: first message must use the "user" role'],
  ["a system message on a model without", { messages: [asks, { role: "system", content: "x" }] }, 'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.'],
  ["empty content", { messages: [{ role: "user", content: "" }] }, "messages.0: all messages must have non-empty content except for the optional final assistant message"],
  ["an empty text block", { messages: [user(text(""))] }, "messages: text content blocks must be non-empty"],
  ["a text block of white space", { messages: [user(text(" \n"))] }, "messages: text content blocks must contain non-whitespace text"],
  ["an empty system block", { system: [text("")] }, "system: text content blocks must be non-empty"],
  ["a cache mark on an empty text", { messages: [user({ ...text(""), ...mark })] }, "messages.0.content.0.text: cache_control cannot be set for empty text blocks"],
  ["a prefill that ends in white space", { messages: [asks, { role: "assistant", content: "Hi " }] }, "messages: final assistant content cannot end with trailing whitespace"],
  ["a prefill on a model without", { model: "claude-opus-4-6", messages: [asks, { role: "assistant", content: "Hi" }] }, "This model does not support assistant message prefill. The conversation must end with a user message."],
  ["a blank stop sequence", { stop_sequences: ["a", " "] }, "stop_sequences.1: each stop sequence must contain non-whitespace"],
  ["tool_choice without tools", { tool_choice: { type: "auto" } }, "tool_choice: may only be specified while providing tools"],
  ["a chosen tool that is not there", { tools: [tool], tool_choice: { type: "tool", name: "g" } }, "tool_choice.tool.name: Tool 'g' not found in provided tools"],
  ["two tools of one name", { tools: [tool, tool] }, "tools: Tool names must be unique."],
  ["a tool name with a dot", { tools: [{ ...tool, name: "a.b" }] }, "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"],
  ["a tool name of 129 characters", { tools: [{ ...tool, name: "a".repeat(129) }] }, "tools.0.custom.name: String should have at most 128 characters"],
  ["an OpenAI tool", { tools: [{ type: "function", function: { name: "f" } }] }, "tools.0: Input tag 'function' found using 'type' does not match any of the expected tags: 'custom', 'bash_20250124', 'text_editor_20250124', 'text_editor_20250429', 'text_editor_20250728', 'memory_20250818', 'code_execution_20250522', 'code_execution_20250825', 'code_execution_20260120', 'code_execution_20260521', 'browser_toolset_20260801', 'computer_toolset_20260801', 'web_search_20250305', 'web_search_20260209', 'web_search_20260318', 'web_fetch_20250910', 'web_fetch_20260209', 'web_fetch_20260309', 'web_fetch_20260318', 'tool_search_tool_bm25_20251119', 'tool_search_tool_regex_20251119'"],
  ["a tool schema without type", { tools: [{ name: "f", input_schema: {} }] }, "tools.0.custom.input_schema.type: Field required"],
  ["a tool schema that is a choice", { tools: [{ name: "f", input_schema: { type: "object", anyOf: [] } }] }, "tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level"],
  ["a strict tool that is open", { tools: [{ ...tool, strict: true }] }, "tools.0.custom.input_schema: For 'object' type, 'additionalProperties' must be explicitly set to false"],
  ["tool blocks without tools", { messages: [asks, calls, user(result)] }, "Requests which include `tool_use` or `tool_result` blocks must define tools"],
  ["a tool_use id with a dot", { tools: [tool], messages: [asks, { role: "assistant", content: [{ ...use, id: "a.b" }] }] }, "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'"],
  ["a tool_use input that is text", { tools: [tool], messages: [asks, { role: "assistant", content: [{ ...use, input: "{}" }] }] }, "messages.1.content.0.tool_use.input: Input should be a valid dictionary"],
  ["a tool_use without result", { tools: [tool], messages: [asks, calls, asks] }, "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1. Each `tool_use` block must have a corresponding `tool_result` block in the next message."],
  ["a result behind a text", { tools: [tool], messages: [asks, calls, user(text("so"), result)] }, "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1. Each `tool_use` block must have a corresponding `tool_result` block in the next message."],
  ["a result without tool_use", { tools: [tool], messages: [user(result)] }, "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1. Each `tool_result` block must have a corresponding `tool_use` block in the previous message."],
  ["two results for one tool_use", { tools: [tool], messages: [asks, calls, user(result, result)] }, "messages.2.content.1: each tool_use must have a single result. Found multiple `tool_result` blocks with id: toolu_1"],
  ["two tool_uses of one id", { tools: [tool], messages: [asks, { role: "assistant", content: [use, use] }, user(result)] }, "messages: `tool_use` ids must be unique"],
  ["temperature with top_p", { temperature: 0.5, top_p: 0.5 }, "`temperature` and `top_p` cannot both be specified for this model. Please use only one."],
  ["temperature above 1", { temperature: 1.5 }, "temperature: Input should be less than or equal to 1"],
  ["temperature on a model without", { model: "claude-opus-4-8", temperature: 0.5 }, "`temperature` is deprecated for this model."],
  ["temperature of 1 on a later model", { model: "claude-sonnet-5-5", temperature: 1 }, "`temperature` is deprecated for this model."],
  ["temperature with thinking", { max_tokens: 2000, ...thinking(1024), temperature: 0.5 }, "`temperature` may only be set to 1 when thinking is enabled. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking"],
  ["a budget below 1024", thinking(1000), "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"],
  ["a budget of all tokens", { max_tokens: 2000, ...thinking(2000) }, "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size"],
  ["adaptive thinking on a model without", { thinking: { type: "adaptive" } }, "adaptive thinking is not supported on this model"],
  ["a budget on an adaptive model", { model: "claude-opus-5-5", max_tokens: 2000, ...thinking(1024) }, '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive".'],
  ["thinking switched off at high effort", { model: "claude-haiku-5-5", thinking: { type: "disabled" }, output_config: { effort: "max" } }, "\"thinking.type.disabled\" is not supported with effort 'max' on this model."],
  ["a forced tool with thinking", { max_tokens: 2000, ...thinking(1024), tools: [tool], tool_choice: { type: "any" } }, "Thinking may not be enabled when tool_choice forces tool use."],
  ["a forced tool on a model without", { model: "claude-sonnet-5-5", tools: [tool], tool_choice: { type: "any" } }, "tool_choice: type 'any' is not supported on this model. Use 'auto' or 'none'."],
  ["a foreign signature", { messages: [asks, { role: "assistant", content: [{ type: "thinking", thinking: "hm", signature: "c2ln" }, text("Hi")] }, asks] }, "messages.1.content.0: Invalid `signature` in `thinking` block"],
  ["foreign redacted thinking", { messages: [asks, { role: "assistant", content: [{ type: "redacted_thinking", data: "x" }, text("Hi")] }, asks] }, "messages.1.content.0: Invalid `data` in `redacted_thinking` block"],
  ["a cache mark on thinking", { messages: [asks, { role: "assistant", content: [{ type: "thinking", thinking: "hm", signature: "x", ...mark }] }, asks] }, "messages.1.content.0.thinking.cache_control: Extra inputs are not permitted"],
  ["a tool loop that starts without thinking", { max_tokens: 2000, ...thinking(1024), tools: [tool], messages: [asks, calls, user(result)] }, "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable `thinking`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking"],
  ["an image type nobody reads", { messages: [user(image("image/tiff", "AAAA"))] }, "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'"],
  ["an image that is not base64", { messages: [user(image("image/png", "data:image/png;base64,AAAA"))] }, "messages.0.content.0.image.source.base64.data: The base64 data is invalid"],
  ["an image of another type", { messages: [user(image("image/jpeg", "iVBORw0KGgo="))] }, "messages.0.content.0.image.source.base64.media_type: Image does not match the provided media type image/jpeg"],
  ["bytes that are no image", { messages: [user(image("image/png", "aGVsbG8="))] }, "Could not process image"],
  ["an image in a tool result", { tools: [tool], messages: [asks, calls, user({ ...result, content: [image("image/png", "aGVsbG8=")] })] }, "Could not process image"],
  ["an open output schema", format({ type: "object" }), "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false"],
  ["an output schema open by choice", format({ type: "object", additionalProperties: true }), "output_config.format.schema: For 'object' type, 'additionalProperties: true' is not supported. Please set 'additionalProperties' to false"],
  ["a minimum in an output schema", format({ ...closed, properties: { n: { type: "integer", minimum: 1 } }, required: ["n"] }), "output_config.format.schema: For 'integer' type, properties minimum are not supported"],
  ["two items at least", format({ ...closed, properties: { n: { type: "array", minItems: 2, items: {} } }, required: ["n"] }), "output_config.format.schema: For 'array' type, 'minItems' values other than 0 or 1 are not supported"],
  ["a recursive output schema", format({ ...closed, properties: { next: { $ref: "#/$defs/n" } }, $defs: { n: { ...closed, properties: { next: { $ref: "#/$defs/n" } } } } }), "output_config.format.schema: Recursive schemas are not supported"],
  ["25 optional properties", format({ ...closed, properties: Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`p${index}`, { type: "string" }])) }), "output_config.format.schema: Schema has too many optional parameters: 25, the maximum is 24"],
  ["an effort on a model without", { output_config: { effort: "low" } }, "This model does not support the effort parameter."],
  ["an effort the model has not", { model: "claude-opus-4-5", output_config: { effort: "max" } }, "output_config.effort: effort 'max' is not supported on this model. Supported values: low, medium, high"],
  ["five cache marks", { system: [1, 2, 3, 4, 5].map((number) => ({ ...text(`s${number}`), ...mark })) }, "A maximum of 4 blocks with cache_control may be provided. Found 5."],
  ["a long cache mark after a short one", { system: [{ ...text("a"), ...mark }, { ...text("b"), cache_control: { type: "ephemeral", ttl: "1h" } }] }, "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`."],
  ["a field of a beta without its header", { context_management: {} }, "context_management: Extra inputs are not permitted"],
];

/** Fine on version 2023-06-01, turned down on 2026-10-21. */
export const versioned: readonly Row[] = [
  ["temperature, even of 1", { temperature: 1 }, "temperature: Extra inputs are not permitted"],
  ["top_p", { top_p: 0.99 }, "top_p: Extra inputs are not permitted"],
  ["top_k", { top_k: 5 }, "top_k: Extra inputs are not permitted"],
  ["a document in an assistant turn", { messages: [asks, { role: "assistant", content: [{ type: "document", source: { type: "text", media_type: "text/plain", data: "x" } }] }, asks] }, "messages.1.content.0: `document` blocks are not permitted in `assistant` messages"],
  ["citations in a user turn", { messages: [user({ ...text("x"), citations: [{ type: "char_location" }] })] }, "messages.0.content.0.text.citations: Extra inputs are not permitted"],
];

/** Each answered with status 200, given a beta header. */
export const accepted: readonly (readonly [string, JsonObject])[] = [
  ["consecutive turns of one role", { messages: [asks, asks, { role: "assistant", content: "a" }, asks] }],
  ["a prefill", { messages: [asks, { role: "assistant", content: "Hi" }] }],
  ["a turn that a server tool paused, on a model without prefill", { model: "claude-opus-4-6", messages: [asks, { role: "assistant", content: [text("Let me see."), { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} }] }] }],
  ["an empty final assistant turn", { messages: [asks, { role: "assistant", content: "" }] }],
  ["a system message after a user turn", { model: "claude-opus-5", messages: [asks, { role: "system", content: "Be brief" }] }],
  ["a finished tool turn, text after the result", { tools: [tool], messages: [asks, calls, user(result, text("and?"))] }],
  ["results over two user messages", { tools: [tool], messages: [asks, { role: "assistant", content: [use, { ...use, id: "b" }] }, user(result), user({ ...result, tool_use_id: "b" })] }],
  ["four cache marks and system as text", { system: "s", messages: [user(...[1, 2, 3, 4].map((number) => ({ ...text(`${number}`), ...mark })))] }],
  ["images by URL and base64", { messages: [user(image("image/png", "iVBORw0KGgo="), { type: "image", source: { type: "url", url: "https://example.com/a.png" } })] }],
  ["a field of a beta with its header", { context_management: { edits: [] } }],
  ["an effort of one turn", { model: "claude-opus-5", messages: [asks, { role: "system", content: "Be brief", output_config: { effort: "low" } }] }],
  ["thinking that tells of its progress and is bound loosely", { model: "claude-opus-5", thinking: { type: "adaptive", display: "updates", block_binding: { prefix_mismatch_behavior: "drop_block" } } }],
  ["safeguards", { safeguards: [{ type: "dangerous_tool_use" }] }],
  ["128 characters of tool name", { tools: [{ ...tool, name: "a".repeat(128) }] }],
  ["a one-item minimum and a known format", format({ ...closed, properties: { n: { type: "array", minItems: 1, items: { type: "string", format: "date" } } }, required: ["n"] })],
];

