import type { JsonObject } from "../../../cli/sim/json.ts";
import { encrypt } from "../../../cli/sim/responses/encrypted-content.ts";

const tool = { type: "function", name: "f", parameters: { type: "object", properties: {} } };
const asks = { role: "user", content: "Hello" };
const call = { type: "function_call", call_id: "call_1", name: "f", arguments: "{}" };
const output = { type: "function_call_output", call_id: "call_1", output: "ok" };
const custom = { type: "custom_tool_call", call_id: "call_2", name: "c", input: "x" };
const customOutput = { type: "custom_tool_call_output", call_id: "call_2", output: "ok" };
const says = { type: "message", role: "assistant", content: [{ type: "output_text", text: "Hi", annotations: [] }] };
const sealed = encrypt({ id: "rs_1", text: "secret" });
const reasoning = { type: "reasoning", id: "rs_1", summary: [], encrypted_content: sealed };
const png = "data:image/png;base64,iVBORw0KGgo=";
const pdf = "data:application/pdf;base64,JVBERi0=";

function input(...items: readonly JsonObject[]): JsonObject {
  return { input: items };
}
function user(...content: readonly JsonObject[]): JsonObject {
  return input({ role: "user", content });
}
function format(schema: JsonObject): JsonObject {
  return { text: { format: { type: "json_schema", name: "answer", strict: true, schema } } };
}

type Row = readonly [title: string, fields: JsonObject, message: string, param: string | null, code: string | null];

const tooShort = "Expected a value >= 16, but got 15 instead.";
const tampered = sealed.replace("gAAAAAB", "gAAAAAC");

/** Each turned down with status 400 and type invalid_request_error. */
export const rejected: readonly Row[] = [
  ["stop", { stop: ["x"] }, "Unknown parameter: 'stop'.", "stop", "unknown_parameter"],
  ["messages", { messages: [asks] }, "Unknown parameter: 'messages'.", "messages", "unknown_parameter"],
  ["an unknown nested field", input({ ...asks, cache_control: {} }), "Unknown parameter: 'input[0].cache_control'.", "input[0].cache_control", "unknown_parameter"],
  ["no input", { input: [] }, 'Missing required parameter: one of "input" or "previous_response_id" or "prompt" or "conversation" must be provided.', "input", "missing_required_parameter"],
  ["a part nobody has", user({ type: "text", text: "x" }), "Invalid value: 'text'. Supported values are: 'input_text', 'input_image', and 'input_file'.", "input[0].content[0]", "invalid_value"],
  ["output_text of a user", user({ type: "output_text", text: "x" }), "Invalid value: 'output_text'. Supported values are: 'input_text', 'input_image', and 'input_file'.", "input[0].content[0]", "invalid_value"],
  ["input_text of an assistant", input(asks, { role: "assistant", content: [{ type: "input_text", text: "x" }] }), "Invalid value: 'input_text'. Supported values are: 'output_text' and 'refusal'.", "input[1].content[0]", "invalid_value"],
  ["a role nobody has", input({ role: "tool", content: "x" }), "Invalid value: 'tool'. Supported values are: 'assistant', 'system', 'developer', and 'user'.", "input[0]", "invalid_value"],
  ["an empty list of parts", user(), "Invalid 'input[0].content': empty array. Expected an array with minimum length 1, but got an empty array instead.", "input[0].content", "empty_array"],
  ["an assistant that says nothing", input(asks, { role: "assistant", content: "" }), "Invalid 'input[1].content': empty content of an assistant message.", "input[1].content", "invalid_value"],
  ["too few output tokens", { max_output_tokens: 15 }, `Invalid 'max_output_tokens': integer below minimum value. ${tooShort}`, "max_output_tokens", "integer_below_min_value"],
  ["more output than the model has", { max_output_tokens: 20_000 }, "Invalid 'max_output_tokens': integer above maximum value. Expected a value <= 16384, but got 20000 instead.", "max_output_tokens", "integer_above_max_value"],
  ["a tool of Chat Completions", { tools: [{ type: "function", function: { name: "f" } }] }, "Missing required parameter: 'tools[0].name'.", "tools[0].name", "missing_required_parameter"],
  ["a tool name with a dot", { tools: [{ ...tool, name: "a.b" }] }, "Invalid 'tools[0].name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.", "tools[0].name", "invalid_value"],
  ["a tool name of 65 characters", { tools: [{ ...tool, name: "a".repeat(65) }] }, "Invalid 'tools[0].name': string too long. Expected a string with maximum length 64, but got a string with length 65 instead.", "tools[0].name", "string_above_max_length"],
  ["two tools of one name", { tools: [tool, tool] }, "Duplicate tool name 'f' found in 'tools'.", "tools", null],
  ["a chosen tool that is not there", { tools: [tool], tool_choice: { type: "function", name: "g" } }, "Tool choice 'function' not found in 'tools' parameter.", "tool_choice", null],
  ["an allowed tool that is not there", { tools: [tool], tool_choice: { type: "allowed_tools", mode: "auto", tools: [{ type: "function", name: "g" }] } }, "Tool choice 'function' not found in 'tools' parameter.", "tool_choice", null],
  ["a demanded tool without tools", { tool_choice: "required" }, "Tool choice requires 'tools' to be specified.", "tool_choice", null],
  ["a call without its output", input(asks, call), "No tool output found for function call call_1.", "input", null],
  ["an output without its call", input(asks, output), "No tool call found for function call output with call_id call_1.", "input", null],
  ["an output before its call", input(asks, output, call), "No tool call found for function call output with call_id call_1.", "input", null],
  ["two outputs for one call", input(asks, call, output, output), "Duplicate output found for function call with call_id call_1.", "input", null],
  ["a custom call without its output", input(asks, custom), "No tool output found for custom tool call call_2.", "input", null],
  ["a custom call answered as a function call", input(asks, custom, { ...output, call_id: "call_2" }), "No tool call found for function call output with call_id call_2.", "input", null],
  ["a call id of 65 characters", input(asks, { ...call, call_id: "c".repeat(65) }, { ...output, call_id: "c".repeat(65) }), "Invalid 'input[1].call_id': string too long. Expected a string with maximum length 64, but got a string with length 65 instead.", "input[1].call_id", "string_above_max_length"],
  ["an item id of another kind", input(asks, { ...call, id: "call_1" }, output), "Invalid 'input[1].id': 'call_1'. Expected an ID that begins with 'fc'.", "input[1].id", "invalid_value"],
  ["two items of one id", input(asks, { ...says, id: "msg_1" }, { ...says, id: "msg_1" }), "Duplicate item found with id msg_1. Remove duplicate items from your input and try again.", "input", null],
  ["reasoning without what it led to", { model: "gpt-5", ...input(asks, reasoning, asks) }, "Item 'rs_1' of type 'reasoning' was provided without its required following item.", "input", null],
  ["reasoning at the end", { model: "gpt-5", ...input(asks, reasoning) }, "Item 'rs_1' of type 'reasoning' was provided without its required following item.", "input", null],
  ["changed reasoning", { model: "gpt-5", ...input(asks, { ...reasoning, encrypted_content: tampered }, says) }, `The encrypted content gAAA...${tampered.slice(-4)} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`, null, "invalid_encrypted_content"],
  ["reasoning of another vendor", { model: "gpt-5", ...input(asks, { ...reasoning, encrypted_content: "c2ln" }, says) }, "The encrypted content c2ln could not be verified. Reason: Encrypted content could not be decrypted or parsed.", null, "invalid_encrypted_content"],
  ["reasoning under another id", { model: "gpt-5", ...input(asks, { ...reasoning, id: "rs_2" }, says) }, `The encrypted content gAAA...${sealed.slice(-4)} could not be verified. Reason: Encrypted content item_id did not match the target item id.`, null, "invalid_encrypted_content"],
  ["reasoning with its text", { model: "gpt-5", ...input(asks, { ...reasoning, content: [{ type: "reasoning_text", text: "x" }] }, says) }, "Invalid 'input[1].content': array too long. Expected an array with maximum length 0, but got an array with length 1 instead.", "input[1].content", "array_above_max_length"],
  ["reasoning without a summary", { model: "gpt-5", ...input(asks, { type: "reasoning", id: "rs_1", encrypted_content: sealed }, says) }, "Missing required parameter: 'input[1].summary'.", "input[1].summary", "missing_required_parameter"],
  ["temperature on a reasoning model", { model: "gpt-5", temperature: 0.5 }, "Unsupported parameter: 'temperature' is not supported with this model.", "temperature", null],
  ["top_p on a reasoning model", { model: "o3", top_p: 0.5 }, "Unsupported parameter: 'top_p' is not supported with this model.", "top_p", null],
  ["an effort on a model without", { reasoning: { effort: "low" } }, "Unsupported parameter: 'reasoning.effort' is not supported with this model.", "reasoning.effort", "unsupported_parameter"],
  ["an effort the model has not", { model: "gpt-5", reasoning: { effort: "none" } }, "Unsupported value: 'none' is not supported with the 'gpt-5' model. Supported values are: 'minimal', 'low', 'medium', and 'high'.", "reasoning.effort", "unsupported_value"],
  ["encrypted reasoning of a model without", { include: ["reasoning.encrypted_content"] }, "Encrypted content is not supported with this model.", "include", null],
  ["an unknown include", { include: ["everything"] }, "Invalid value: 'everything'. Supported values are: 'file_search_call.results', 'web_search_call.results', 'web_search_call.action.sources', 'message.input_image.image_url', 'computer_call_output.output.image_url', 'code_interpreter_call.outputs', 'reasoning.encrypted_content', and 'message.output_text.logprobs'.", "include[0]", "invalid_value"],
  ["stream_options without stream", { stream_options: { include_obfuscation: false } }, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options", null],
  ["an unknown previous response", { previous_response_id: "resp_0" }, "Previous response with id 'resp_0' not found.", "previous_response_id", "previous_response_not_found"],
  ["background without store", { background: true, store: false }, "Background mode requires 'store' to be true.", "background", "unsupported_value"],
  ["json_object without the word", { text: { format: { type: "json_object" } } }, "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.", "input", null],
  ["a strict schema that is open", format({ type: "object", properties: {} }), "Invalid schema for response_format 'answer': In context=(), 'additionalProperties' is required to be supplied and to be false.", "text.format.schema", "invalid_json_schema"],
  ["a strict schema with an optional property", format({ type: "object", properties: { a: {} }, required: [], additionalProperties: false }), "Invalid schema for response_format 'answer': In context=(), 'required' is required to be supplied and to be an array including every key in properties. Missing 'a'.", "text.format.schema", "invalid_json_schema"],
  ["a strict tool that is open", { tools: [{ ...tool, strict: true }] }, "Invalid schema for function 'f': In context=(), 'additionalProperties' is required to be supplied and to be false.", "tools[0].parameters", "invalid_function_parameters"],
  ["a schema that is no object", { tools: [{ ...tool, parameters: { type: "array" } }] }, `Invalid schema for function 'f': schema must be a JSON Schema of 'type: "object"', got 'type: "array"'.`, "tools[0].parameters", "invalid_function_parameters"],
  ["bare base64 for an image", user({ type: "input_image", image_url: "iVBORw0KGgo=" }), "Invalid 'input[0].content[0].image_url'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without the 'data:' prefix.", "input[0].content[0].image_url", "invalid_value"],
  ["an image nowhere", user({ type: "input_image" }), "Missing required parameter: 'input[0].content[0].image_url'.", "input[0].content[0].image_url", "missing_required_parameter"],
  ["an image for a model that sees nothing", { model: "gpt-4", ...user({ type: "input_image", image_url: png }) }, "Invalid content type. input_image is only supported by certain models.", "input[0].content[0]", "invalid_value"],
  ["a file without its name", user({ type: "input_file", file_data: pdf }), "Missing required parameter: 'input[0].content[0].filename'.", "input[0].content[0].filename", "missing_required_parameter"],
  ["a file twice", user({ type: "input_file", file_data: pdf, filename: "a.pdf", file_id: "file-1" }), "Mutually exclusive parameters: 'input[0].content[0].file_data' and 'input[0].content[0].file_id'.", "input[0].content[0]", null],
  ["no model", { model: "" }, "Missing required parameter: 'model'.", "model", "missing_required_parameter"],
];

/** Each turned down with status 404. */
export const notFound: readonly (readonly [string, JsonObject, string])[] = [
  ["a stored item that is not there", input({ type: "item_reference", id: "msg_0" }), "Item with id 'msg_0' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input."],
  ["reasoning that was not kept", { model: "gpt-5", ...input(asks, { type: "reasoning", id: "rs_0", summary: [] }, says) }, "Item with id 'rs_0' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input."],
  ["a conversation", { conversation: "conv_1" }, "Conversation with id 'conv_1' not found."],
  ["another vendor's model", { model: "gemini-3-pro" }, "The model `gemini-3-pro` does not exist or you do not have access to it."],
];

/** Each answered with status 200. */
export const accepted: readonly (readonly [string, JsonObject])[] = [
  ["an empty tools array", { tools: [] }],
  ["what Codex says of itself", { client_metadata: { session_id: "s" }, ...input({ ...asks, internal_chat_message_metadata_passthrough: { turn_id: "t" } }) }],
  ["16 output tokens", { max_output_tokens: 16 }],
  ["sampling on a plain model", { temperature: 0.5, top_p: 0.9, top_logprobs: 2 }],
  ["sampling on a reasoning model that does not reason", { model: "gpt-5.1", reasoning: { effort: "none" }, temperature: 0.2 }],
  ["the default temperature on a reasoning model", { model: "gpt-5", temperature: 1 }],
  ["max effort, tools with reasoning", { model: "gpt-5.6", reasoning: { effort: "max", summary: "auto" }, tools: [tool] }],
  ["a model of Responses alone", { model: "gpt-5.1-codex" }],
  ["messages of every role, typed and not", input({ role: "developer", content: "d" }, { type: "message", role: "system", content: [{ type: "input_text", text: "s" }] }, asks, says, { role: "assistant", content: "so" }, asks)],
  ["a finished tool turn", { tools: [tool], ...input(asks, call, output) }],
  ["parallel calls answered in another order, text between", { tools: [tool], ...input(asks, says, call, { ...call, call_id: "b" }, { ...output, call_id: "b" }, asks, output) }],
  ["a finished custom turn", { tools: [{ type: "custom", name: "c", format: { type: "grammar", syntax: "lark", definition: "start: /a/" } }], ...input(asks, custom, customOutput) }],
  ["a call id of 64 characters", input(asks, { ...call, call_id: "c".repeat(64) }, { ...output, call_id: "c".repeat(64) })],
  ["reasoning with a message", { model: "gpt-5", ...input(asks, reasoning, says, asks) }],
  ["reasoning without its id, with a call", { model: "gpt-5", tools: [tool], ...input(asks, { type: "reasoning", summary: [], encrypted_content: sealed }, call, output) }],
  ["a compaction", { model: "gpt-5", ...input({ type: "compaction", encrypted_content: encrypt({ id: "cmp_1", text: "" }) }, asks) }],
  ["a strict tool that is closed", { tools: [{ ...tool, strict: true, parameters: { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false } }] }],
  ["tools in a namespace", { tools: [{ type: "namespace", name: "n", description: "d", tools: [tool] }, tool] }],
  ["web search and an allowed tool", { tools: [tool, { type: "web_search", filters: { allowed_domains: ["example.com"] } }], tool_choice: { type: "allowed_tools", mode: "auto", tools: [{ type: "function", name: "f" }] } }],
  ["images and files", user({ type: "input_image", image_url: png, detail: "low" }, { type: "input_image", image_url: "https://example.com/a.png" }, { type: "input_file", file_data: pdf, filename: "a.pdf" }, { type: "input_file", file_url: "https://example.com/a.pdf" })],
  ["an image as a tool's output", { tools: [tool], ...input(asks, call, { ...output, output: [{ type: "input_image", image_url: png }] }) }],
  ["null for optional fields", { instructions: null, max_output_tokens: null, metadata: null, previous_response_id: null, reasoning: null, store: null, stream: null, temperature: null, truncation: null }],
];
