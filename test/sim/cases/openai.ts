import type { JsonObject } from "../../../cli/sim/json.ts";

const tool = { type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } };
const call = { id: "call_1", type: "function", function: { name: "f", arguments: "{}" } };
const asks = { role: "user", content: "Hello" };
const calls = { role: "assistant", content: null, tool_calls: [call] };
const result = { role: "tool", tool_call_id: "call_1", content: "ok" };
const png = "data:image/png;base64,iVBORw0KGgo=";

function format(schema: JsonObject): JsonObject {
  return { response_format: { type: "json_schema", json_schema: { name: "answer", strict: true, schema } } };
}
function image(url: string): JsonObject {
  return { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }] };
}

type Row = readonly [title: string, fields: JsonObject, message: string, param: string | null, code: string | null];

const noTools = (name: string) => `Invalid value for '${name}': '${name}' is only allowed when 'tools' are specified.`;
const dataUrl =
  "Invalid 'messages[0].content[0].image_url.url'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU=')";
const notStrict = "Invalid schema for response_format 'answer': In context=";

/** Each turned down with status 400 and type invalid_request_error. */
export const rejected: readonly Row[] = [
  ["an unknown field", { top_k: 5 }, "Unrecognized request argument supplied: top_k", null, null],
  ["a field every object has", { constructor: 1 }, "Unrecognized request argument supplied: constructor", null, null],
  ["an unknown nested field", { messages: [{ ...asks, cache_control: {} }] }, "Unknown parameter: 'messages[0].cache_control'.", "messages[0].cache_control", "unknown_parameter"],
  ["no messages", { messages: [] }, "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.", "messages", "empty_array"],
  ["messages of a wrong type", { messages: "hi" }, "Invalid type for 'messages': expected an array, but got a string instead.", "messages", "invalid_type"],
  ["content of a wrong type", { messages: [{ role: "user", content: 7 }] }, "Invalid type for 'messages[0].content': expected one of a string or an array, but got an integer instead.", "messages[0].content", "invalid_type"],
  ["a role nobody has", { messages: [{ role: "bot", content: "x" }] }, "Invalid value: 'bot'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.", "messages[0].role", "invalid_value"],
  ["a message without content", { messages: [{ role: "user" }] }, "Missing required parameter: 'messages[0].content'.", "messages[0].content", "missing_required_parameter"],
  ["a part the role cannot have", { messages: [{ role: "system", content: [{ type: "image_url", image_url: { url: png } }] }] }, "Invalid value: 'image_url'. Supported values are: 'text'.", "messages[0].content[0].type", "invalid_value"],
  ["an assistant that says nothing", { messages: [asks, { role: "assistant", content: null }] }, "Invalid value for 'content': expected a string, got null.", "messages.[1].content", null],
  ["an empty tools array", { tools: [] }, "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.", "tools", "empty_array"],
  ["tool_choice without tools", { tool_choice: "auto" }, noTools("tool_choice"), "tool_choice", null],
  ["parallel_tool_calls without tools", { parallel_tool_calls: true }, noTools("parallel_tool_calls"), "parallel_tool_calls", null],
  ["function_call without functions", { function_call: "auto" }, "Invalid value for 'function_call': 'function_call' is only allowed when 'functions' are specified.", "function_call", null],
  ["a chosen tool that is not there", { tools: [tool], tool_choice: { type: "function", function: { name: "g" } } }, "Tool choice 'g' not found in 'tools' parameter.", "tool_choice", null],
  ["a tool name with a dot", { tools: [{ type: "function", function: { name: "a.b" } }] }, "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.", "tools[0].function.name", "invalid_value"],
  ["a tool name of 65 characters", { tools: [{ type: "function", function: { name: "a".repeat(65) } }] }, "Invalid 'tools[0].function.name': string too long. Expected a string with maximum length 64, but got a string with length 65 instead.", "tools[0].function.name", "string_above_max_length"],
  ["an empty tool name", { tools: [{ type: "function", function: { name: "" } }] }, "Invalid 'tools[0].function.name': empty string. Expected a string with minimum length 1, but got an empty string instead.", "tools[0].function.name", "empty_string"],
  ["a call id of 41 characters", { messages: [asks, { ...calls, tool_calls: [{ ...call, id: "c".repeat(41) }] }] }, "Invalid 'messages[1].tool_calls[0].id': string too long. Expected a string with maximum length 40, but got a string with length 41 instead.", "messages[1].tool_calls[0].id", "string_above_max_length"],
  ["a call without id", { messages: [asks, { ...calls, tool_calls: [{ type: "function", function: { name: "f", arguments: "{}" } }] }] }, "Missing required parameter: 'messages[1].tool_calls[0].id'.", "messages[1].tool_calls[0].id", "missing_required_parameter"],
  ["two calls of one id", { messages: [asks, { ...calls, tool_calls: [call, call] }, result] }, "Invalid parameter: Duplicate value for 'id' of 'call_1' in 'tool_calls'.", "messages.[1].tool_calls", null],
  ["a tool message without a call", { messages: [asks, result] }, "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.", "messages.[1].role", null],
  ["a tool message after a user turn", { messages: [asks, calls, asks, result] }, "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: call_1", "messages.[2].role", null],
  ["a call without its result", { messages: [asks, { ...calls, tool_calls: [call, { ...call, id: "call_2" }] }, result] }, "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: call_2", "messages.[3].role", null],
  ["a result for another call", { messages: [asks, calls, { ...result, tool_call_id: "call_9" }] }, "Invalid parameter: 'tool_call_id' of 'call_9' not found in 'tool_calls' of previous message.", "messages.[2].tool_call_id", null],
  ["two results for one call", { messages: [asks, calls, result, result] }, "Invalid parameter: Duplicate value for 'tool_call_id' of 'call_1', in messages[2] and messages[3].", "messages.[3].tool_call_id", null],
  ["a temperature of 3", { temperature: 3 }, "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.", "temperature", "decimal_above_max_value"],
  ["no output tokens", { max_tokens: 0 }, "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead.", "max_tokens", "integer_below_min_value"],
  ["half a token", { max_tokens: 1.5 }, "Invalid type for 'max_tokens': expected an integer, but got a decimal instead.", "max_tokens", "invalid_type"],
  ["more output than the model has", { max_tokens: 20_000 }, "max_tokens is too large: 20000. This model supports at most 16384 completion tokens, whereas you provided 20000.", "max_tokens", "invalid_value"],
  ["both output limits", { max_tokens: 5, max_completion_tokens: 5 }, "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", "max_tokens", "invalid_parameter_combination"],
  ["five stop sequences", { stop: ["a", "b", "c", "d", "e"] }, "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 5 instead.", "stop", "array_above_max_length"],
  ["129 choices", { n: 129 }, "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 129 instead.", "n", "integer_above_max_value"],
  ["stream_options without stream", { stream_options: { include_usage: true } }, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options", null],
  ["top_logprobs without logprobs", { top_logprobs: 2 }, "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs", null],
  ["json_object without the word", { response_format: { type: "json_object" } }, "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", "messages", null],
  ["an effort on a model without", { reasoning_effort: "low" }, "Unrecognized request argument supplied: reasoning_effort", null, null],
  ["max effort on Chat Completions", { model: "gpt-5.6", reasoning_effort: "max" }, "Invalid value: 'max'. Supported values are: 'none', 'minimal', 'low', 'medium', 'high', and 'xhigh'.", "reasoning_effort", "invalid_value"],
  ["an effort the model has not", { model: "gpt-5", reasoning_effort: "none" }, "Unsupported value: 'reasoning_effort' does not support 'none' with this model. Supported values are: 'minimal', 'low', 'medium', and 'high'.", "reasoning_effort", "unsupported_value"],
  ["max_tokens on a reasoning model", { model: "gpt-5", max_tokens: 5 }, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter"],
  ["temperature on a reasoning model", { model: "o3", temperature: 0.2 }, "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.", "temperature", "unsupported_value"],
  ["logprobs on a reasoning model", { model: "gpt-5", logprobs: true }, "Unsupported parameter: 'logprobs' is not supported with this model.", "logprobs", "unsupported_parameter"],
  ["stop on o3", { model: "o3", stop: "x" }, "Unsupported parameter: 'stop' is not supported with this model.", "stop", "unsupported_parameter"],
  ["tools with reasoning on gpt-5.6", { model: "gpt-5.6", tools: [tool] }, "Function tools with reasoning_effort are not supported for this model in /v1/chat/completions. Please use /v1/responses instead.", "reasoning_effort", "unsupported_value"],
  ["a strict schema that is open", format({ type: "object", properties: {} }), `${notStrict}(), 'additionalProperties' is required to be supplied and to be false.`, "response_format", null],
  ["a strict schema with an optional property", format({ type: "object", properties: { a: { type: "string" } }, required: [], additionalProperties: false }), `${notStrict}(), 'required' is required to be supplied and to be an array including every key in properties. Missing 'a'.`, "response_format", null],
  ["a strict schema open further down", format({ type: "object", properties: { a: { type: "object", properties: {} } }, required: ["a"], additionalProperties: false }), `${notStrict}('properties', 'a'), 'additionalProperties' is required to be supplied and to be false.`, "response_format", null],
  ["a strict schema with oneOf", format({ type: "object", properties: { a: { oneOf: [] } }, required: ["a"], additionalProperties: false }), `${notStrict}('properties', 'a'), 'oneOf' is not permitted.`, "response_format", null],
  ["a schema that is no object", format({ type: "array" }), `Invalid schema for response_format 'answer': schema must be a JSON Schema of 'type: "object"', got 'type: "array"'.`, "response_format", null],
  ["a strict tool that is open", { tools: [{ type: "function", function: { name: "f", strict: true, parameters: { type: "object", properties: {} } } }] }, "Invalid schema for function 'f': In context=(), 'additionalProperties' is required to be supplied and to be false.", "tools[0].function.parameters", "invalid_function_parameters"],
  ["json_schema on a model without", { model: "gpt-3.5-turbo", ...format({ type: "object" }) }, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. Learn more about supported models at the Structured Outputs guide: https://platform.openai.com/docs/guides/structured-outputs", null, null],
  ["bare base64 for an image", image("iVBORw0KGgo="), `${dataUrl}, but got a value without the 'data:' prefix.`, "messages[0].content[0].image_url.url", "invalid_value"],
  ["an image of a foreign type", image("data:image/tiff;base64,AAAA"), `${dataUrl}, but got unsupported MIME type 'image/tiff'.`, "messages[0].content[0].image_url.url", "invalid_value"],
  ["an image that is not base64", image("data:image/png;base64,?!"), `${dataUrl}, but got an invalid base64-encoded value.`, "messages[0].content[0].image_url.url", "invalid_base64"],
  ["bytes that are no image", image("data:image/png;base64,aGVsbG8="), "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].", null, "invalid_image_format"],
  ["an image for a model that sees nothing", { ...image(png), model: "gpt-3.5-turbo" }, "Invalid content type. image_url is only supported by certain models.", "messages.[0].content.[0].type", null],
  ["a prompt that is too long", { model: "gpt-4", messages: [{ role: "user", content: "word ".repeat(8_193) }] }, "This model's maximum context length is 8192 tokens. However, your messages resulted in 8194 tokens. Please reduce the length of the messages.", "messages", "context_length_exceeded"],
  ["no model", { model: "" }, "you must provide a model parameter", null, null],
];

/** Each answered with status 200. */
export const accepted: readonly (readonly [string, JsonObject])[] = [
  ["every sampling parameter on a plain model", { temperature: 2, top_p: 1, frequency_penalty: -2, presence_penalty: 2, seed: 1, logit_bias: { "1": 2 }, logprobs: true, top_logprobs: 3 }],
  ["sampling on a reasoning model that does not reason", { model: "gpt-5.1", reasoning_effort: "none", temperature: 0.2 }],
  ["null for optional fields", { temperature: null, max_tokens: null, stop: null, stream: null, metadata: null }],
  ["developer, then consecutive user messages", { messages: [{ role: "developer", content: "d" }, asks, asks] }],
  ["a finished tool turn", { tools: [tool], messages: [asks, calls, result] }],
  ["legacy functions", { functions: [{ name: "f", parameters: {} }], function_call: { name: "f" } }],
  ["custom tools and allowed tools", { tools: [{ type: "custom", custom: { name: "c", format: { type: "text" } } }], tool_choice: { type: "allowed_tools", allowed_tools: { mode: "auto", tools: [{ type: "custom", custom: { name: "c" } }] } } }],
  ["images by URL and by data URL", { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://example.com/a.png", detail: "low" } }, { type: "image_url", image_url: { url: png } }] }] }],
  ["a schema that is not strict", { response_format: { type: "json_schema", json_schema: { name: "a", schema: { type: "object" } } } }],
  ["40 characters of call id", { messages: [asks, { ...calls, tool_calls: [{ ...call, id: "c".repeat(40) }] }, { ...result, tool_call_id: "c".repeat(40) }] }],
];

