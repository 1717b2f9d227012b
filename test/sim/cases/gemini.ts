import type { Json, JsonObject } from "../../../cli/sim/json.ts";
import { signCall, signText } from "../../../cli/sim/gemini/thought-signature.ts";

const user = (...parts: readonly JsonObject[]) => ({ role: "user", parts });
const model = (...parts: readonly JsonObject[]) => ({ role: "model", parts });
const asks = user({ text: "Hello" });
const call = { name: "f", args: { a: 1 } };
const other = { name: "g", args: {} };
const signed = { functionCall: call, thoughtSignature: signCall("p", call) };
const reply = (name: string, response: JsonObject = { output: "ok" }) => ({ functionResponse: { name, response } });
const schema = { type: "object", properties: { a: { type: "integer" } } };
const tools = [{ functionDeclarations: [{ name: "f", parametersJsonSchema: schema }, { name: "g" }] }];
const search = { googleSearch: {} };

function declare(declaration: JsonObject): JsonObject {
  return { tools: [{ functionDeclarations: [{ name: "f", ...declaration }] }] };
}
function openapi(property: Json): JsonObject {
  return declare({ parameters: { type: "OBJECT", properties: { a: property } } });
}
function config(fields: JsonObject): JsonObject {
  return { generationConfig: fields };
}
function thinking(fields: JsonObject): JsonObject {
  return config({ thinkingConfig: fields });
}
function calling(fields: JsonObject): JsonObject {
  return { tools, toolConfig: { functionCallingConfig: fields } };
}
function turns(...contents: readonly JsonObject[]): JsonObject {
  return { contents };
}

type Row = readonly [title: string, model: string, body: JsonObject, message: string];

const third = "gemini-3-pro";
const second = "gemini-2.5-flash";
const field = (place: string, reason: string) => `* GenerateContentRequest.${place}: ${reason}\n`;
const parameters = "tools[0].function_declarations[0].parameters";
const count =
  "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.";
const after = "Please ensure that function response turn comes immediately after a function call turn.";
const nameRule =
  "Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.";
const unsigned = (name: string, position: number) =>
  `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${position}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`;
const notFunctions = "Function calling config is set without function_declarations.";

/** Each turned down with status 400 and INVALID_ARGUMENT; `contents` are a greeting unless a row says otherwise. */
export const rejected: readonly Row[] = [
  ["an unknown field", third, { messages: [] }, 'Invalid JSON payload received. Unknown name "messages": Cannot find field.'],
  ["an unknown nested field", third, config({ max_tokens: 5 }), `Invalid JSON payload received. Unknown name "max_tokens" at 'generation_config': Cannot find field.`],
  ["an unknown field of a part", third, turns(user({ text: "x", cacheControl: {} })), `Invalid JSON payload received. Unknown name "cacheControl" at 'contents[0].parts[0]': Cannot find field.`],
  ["text of a wrong type", third, turns(user({ text: 7 })), "Invalid value at 'contents[0].parts[0].text' (TYPE_STRING), found integer"],
  ["no contents", third, { contents: [] }, field("contents", "contents is not specified")],
  ["a content without parts", third, turns(user()), field("contents[0].parts", "contents.parts must not be empty.")],
  ["a part without data", third, turns(user({ thought: true })), field("contents[0].parts[0].data", "required oneof field 'data' must have one initialized field")],
  ["a part of two kinds", third, turns(user({ text: "x", inlineData: { mimeType: "text/plain", data: "eA==" } })), field("contents[0].parts[0].data", "oneof field 'data' is already set. Cannot set 'inlineData'")],
  ["an empty system instruction", third, { systemInstruction: { parts: [] } }, field("system_instruction.parts", "contents.parts must not be empty.")],
  ["a role nobody has", third, turns({ role: "assistant", parts: [{ text: "x" }] }), "Please use a valid role: user, model."],
  ["the model first", third, turns(model({ text: "Hi" }), asks), "First content should be with role 'user', got model"],
  ["calls without responses", second, turns(asks, model({ functionCall: call }), asks), after],
  ["calls at the end", second, turns(asks, model({ functionCall: call })), after],
  ["a response without a call", second, turns(user(reply("f"))), after],
  ["fewer responses than calls", second, turns(asks, model({ functionCall: call }, { functionCall: other }), user(reply("f"))), count],
  ["more responses than calls", second, turns(asks, model({ functionCall: call }), user(reply("f"), reply("f"))), count],
  ["text next to responses, before Gemini 3", second, turns(asks, model({ functionCall: call }), user(reply("f"), { text: "x" })), count],
  ["responses in another order", second, turns(asks, model({ functionCall: call }, { functionCall: other }), user(reply("g"), reply("f"))), "Please ensure that function response parts come in the order of the function call parts."],
  ["a response under another id", second, turns(asks, model({ functionCall: { ...call, id: "1" } }), user({ functionResponse: { id: "2", name: "f", response: {} } })), "Please ensure that function response parts come in the order of the function call parts."],
  ["a response without a name", second, turns(asks, model({ functionCall: call }), user({ functionResponse: { response: {} } })), field("contents[2].parts[0].function_response.name", "Name cannot be empty.")],
  ["a call without a name", second, turns(asks, model({ functionCall: { args: {} } }), user(reply("f"))), field("contents[1].parts[0].function_call.name", "Name cannot be empty.")],
  ["a response that is text", second, turns(asks, model({ functionCall: call }), user({ functionResponse: { name: "f", response: "ok" } })), "Invalid value at 'contents[2].parts[0].function_response.response' (TYPE_MESSAGE), found string"],
  ["arguments that are text", second, turns(asks, model({ functionCall: { name: "f", args: "{}" } }), user(reply("f"))), "Invalid value at 'contents[1].parts[0].function_call.args' (TYPE_MESSAGE), found string"],
  ["an image in a response, before Gemini 3", second, turns(asks, model({ functionCall: call }), user({ functionResponse: { name: "f", response: {}, parts: [{ inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" } }] } })), "Multimodal function responses are not supported for this model."],
  ["a call without its signature", third, turns(asks, model({ functionCall: call }), user(reply("f"))), unsigned("f", 2)],
  ["a second step without its signature", third, turns(asks, model(signed), user(reply("f")), model({ functionCall: other }), user(reply("g"))), unsigned("g", 4)],
  ["a signature on the second call instead of the first", third, turns(asks, model({ functionCall: other }, signed), user(reply("g"), reply("f"))), unsigned("g", 2)],
  ["a signature of another call", third, turns(asks, model({ ...signed, functionCall: other }), user(reply("g"))), "Thought signature is not valid."],
  ["a signature of other arguments", third, turns(asks, model({ ...signed, functionCall: { ...call, args: { a: 2 } } }), user(reply("f"))), "Thought signature is not valid."],
  ["a signature of another vendor", third, turns(asks, model({ functionCall: call, thoughtSignature: "c2ln" }), user(reply("f"))), "Thought signature is not valid."],
  ["a signature that is not base64", third, turns(asks, model({ functionCall: call, thoughtSignature: "ar1.x" }), user(reply("f"))), `Invalid value at 'contents[1].parts[0].thought_signature' (TYPE_BYTES), Base64 decoding failed for "ar1.x"`],
  ["a call's signature on a text", third, turns(asks, model({ text: "Hi", thoughtSignature: signed.thoughtSignature }), asks), "Thought signature is not valid."],
  ["a function name with a slash", third, declare({ name: "a/b" }), field("tools[0].function_declarations[0].name", nameRule)],
  ["a function name that starts with a digit", third, declare({ name: "1a" }), field("tools[0].function_declarations[0].name", nameRule)],
  ["a function name of 129 characters", third, declare({ name: "a".repeat(129) }), field("tools[0].function_declarations[0].name", nameRule)],
  ["two functions of one name", third, { tools: [{ functionDeclarations: [{ name: "f" }, { name: "f" }] }] }, "Duplicate function declaration found: f"],
  ["both languages of schemas", third, declare({ parameters: { type: "OBJECT", properties: { a: { type: "STRING" } } }, parametersJsonSchema: schema }), field("tools[0].function_declarations[0]", "parameters and parameters_json_schema are mutually exclusive.")],
  ["additionalProperties in an OpenAPI schema", third, declare({ parameters: { type: "OBJECT", properties: { a: { type: "STRING" } }, additionalProperties: false } }), `Invalid JSON payload received. Unknown name "additionalProperties" at '${parameters}': Cannot find field.`],
  ["$ref in an OpenAPI schema", third, openapi({ $ref: "#/$defs/a" }), `Invalid JSON payload received. Unknown name "$ref" at '${parameters}.properties[0].value': Cannot find field.`],
  ["const in an OpenAPI schema", third, openapi({ type: "STRING", const: "x" }), `Invalid JSON payload received. Unknown name "const" at '${parameters}.properties[0].value': Cannot find field.`],
  ["two types in an OpenAPI schema", third, openapi({ type: ["string", "null"] }), `Invalid JSON payload received. Unknown name "type" at '${parameters}.properties[0].value': Proto field is not repeating, cannot start list.`],
  ["a number to choose from in an OpenAPI schema", third, openapi({ type: "STRING", enum: ["a", 1] }), `Invalid value at '${parameters}.properties[0].value.enum[1]' (TYPE_STRING), 1`],
  ["integers to choose from in an OpenAPI schema", third, openapi({ type: "INTEGER", enum: ["1"] }), field(`${parameters}.properties[0].value.enum`, "only allowed for STRING type")],
  ["an unknown format in an OpenAPI schema", third, openapi({ type: "STRING", format: "uri" }), field(`${parameters}.properties[0].value.format`, "only 'enum' and 'date-time' are supported for STRING type")],
  ["a list of nothing in an OpenAPI schema", third, openapi({ type: "ARRAY" }), field(`${parameters}.properties[0].value.items`, "missing field.")],
  ["an empty object in an OpenAPI schema", third, declare({ parameters: { type: "OBJECT", properties: {} } }), field(`${parameters}.properties`, "should be non-empty for OBJECT type")],
  ["a required property nobody knows in an OpenAPI schema", third, declare({ parameters: { type: "OBJECT", properties: { a: { type: "STRING" } }, required: ["b"] } }), field(`${parameters}.required[0]`, "property is not defined")],
  ["a JSON schema that is no object", third, declare({ parametersJsonSchema: { type: "string" } }), field("tools[0].function_declarations[0].parameters_json_schema", "the schema of the parameters must be of type object.")],
  ["functions with a built-in tool, before Gemini 3", second, { tools: [...tools, search] }, "Tool use with function calling is unsupported by the model."],
  ["functions with JSON, before Gemini 3", second, { tools, ...config({ responseMimeType: "application/json" }) }, "Function calling with a response mime type: 'application/json' is unsupported"],
  ["a calling mode without functions", third, { toolConfig: { functionCallingConfig: { mode: "ANY" } } }, notFunctions],
  ["NONE with a built-in tool alone", third, { tools: [search], toolConfig: { functionCallingConfig: { mode: "NONE" } } }, notFunctions],
  ["an unknown calling mode", third, calling({ mode: "REQUIRED" }), `Invalid value at 'tool_config.function_calling_config.mode' (TYPE_ENUM), "REQUIRED"`],
  ["allowed functions with AUTO", third, calling({ mode: "AUTO", allowedFunctionNames: ["f"] }), field("tool_config.function_calling_config.allowed_function_names", "should only be set when the function calling mode is ANY or VALIDATED.")],
  ["allowed functions with NONE", third, calling({ mode: "NONE", allowedFunctionNames: ["f"] }), field("tool_config.function_calling_config.allowed_function_names", "should only be set when the function calling mode is ANY or VALIDATED.")],
  ["an allowed function that is not there", third, calling({ mode: "ANY", allowedFunctionNames: ["f", "h"] }), field("tool_config.function_calling_config.allowed_function_names[1]", "function 'h' is not declared.")],
  ["a level and a budget", third, thinking({ thinkingLevel: "LOW", thinkingBudget: 1024 }), "You can only set only one of thinking budget and thinking level."],
  ["a level before Gemini 3", second, thinking({ thinkingLevel: "LOW" }), "Thinking level is not supported for this model."],
  ["a level the model has not", third, thinking({ thinkingLevel: "MINIMAL" }), "Thinking level MINIMAL is not supported for this model. Please retry with other thinking level."],
  ["a level nobody has", third, thinking({ thinkingLevel: "low" }), `Invalid value at 'generation_config.thinking_config.thinking_level' (TYPE_ENUM), "low"`],
  ["a budget out of bounds", "gemini-2.5-pro", thinking({ thinkingBudget: 100 }), "The thinking budget 100 is invalid. Please choose a value between 128 and 32768."],
  ["no thinking on a model that always thinks", "gemini-2.5-pro", thinking({ thinkingBudget: 0 }), "Budget 0 is invalid. This model only works in thinking mode."],
  ["thoughts of a model told not to think", second, thinking({ thinkingBudget: 0, includeThoughts: true }), "Thinking_config.include_thoughts is only enabled when thinking is enabled."],
  ["thinking on a model that cannot", "gemini-2.0-flash", thinking({ includeThoughts: true }), "Thinking is not supported for this model."],
  ["six stop sequences", third, config({ stopSequences: ["a", "b", "c", "d", "e", "f"] }), field("generation_config.stop_sequences", "must be at most 5 long, but is 6")],
  ["a temperature of 3", third, config({ temperature: 3 }), field("generation_config.temperature", "must be at most 2, but is 3")],
  ["more output than the model has", third, config({ maxOutputTokens: 70_000 }), field("generation_config.max_output_tokens", "must be at most 65536, but is 70000")],
  ["two candidates", third, config({ candidateCount: 2 }), "Multiple candidates is not enabled for models/gemini-3-pro"],
  ["logprobs", third, config({ responseLogprobs: true }), "Logprobs is not enabled for models/gemini-3-pro"],
  ["a penalty on 2.5", second, config({ presencePenalty: 1 }), "Penalty is not enabled for models/gemini-2.5-flash"],
  ["a response schema without JSON", third, config({ responseJsonSchema: { type: "object" } }), field("generation_config.response_json_schema", "only allowed with a response_mime_type of application/json.")],
  ["two response schemas", third, config({ responseMimeType: "application/json", responseJsonSchema: {}, responseSchema: {} }), field("generation_config", "response_schema and response_json_schema are mutually exclusive.")],
  ["a keyword next to $ref", third, config({ responseMimeType: "application/json", responseJsonSchema: { properties: { a: { $ref: "#/$defs/a", description: "d" } } } }), field("generation_config.response_json_schema", "'description' may not be set next to '$ref'.")],
  ["a GIF", third, turns(user({ inlineData: { mimeType: "image/gif", data: "R0lGODdh" } })), "Unsupported MIME type: image/gif"],
  ["a data URL for an image", third, turns(user({ inlineData: { mimeType: "image/png", data: "data:image/png;base64,AAAA" } })), `Invalid value at 'contents[0].parts[0].inline_data.data' (TYPE_BYTES), Base64 decoding failed for "data:image/png;base6"`],
  ["bytes that are no image", third, turns(user({ inlineData: { mimeType: "image/png", data: "aGVsbG8=" } })), "Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting"],
  ["a file by URL, before Gemini 3", second, turns(user({ fileData: { mimeType: "image/png", fileUri: "https://example.com/a.png" } })), "Invalid or unsupported file uri: https://example.com/a.png"],
  ["a file of another cloud", third, turns(user({ fileData: { mimeType: "image/png", fileUri: "gs://bucket/a.png" } })), "Invalid or unsupported file uri: gs://bucket/a.png"],
];

const sentinel = { functionCall: call, thoughtSignature: "skip_thought_signature_validator" };

/** Each answered with status 200. */
export const accepted: readonly (readonly [string, string, JsonObject])[] = [
  ["a conversation, an instruction, every setting", third, { contents: [asks, model({ text: "Hi" }), asks], systemInstruction: { parts: [{ text: "Be brief" }] }, safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "OFF" }], ...config({ temperature: 2, topP: 1, topK: 1, seed: 1, stopSequences: ["a", "b", "c", "d", "e"], maxOutputTokens: 5, presencePenalty: 1 }) }],
  ["snake_case and nulls", third, { contents: [{ role: "user", parts: [{ inline_data: { mime_type: "image/png", data: "iVBORw0KGgo=" } }] }], system_instruction: { parts: [{ text: "s" }] }, generation_config: { max_output_tokens: 5, top_k: null, thinking_config: { include_thoughts: true } }, tools: null }],
  ["two contents of the user, as Gemini CLI sends them", third, turns(asks, asks)],
  ["a content without a role", third, turns({ parts: [{ text: "x" }] })],
  ["a streamed answer as the SDK sends it back", third, turns(asks, model({ text: "H" }), model({ text: "i" }), model({ text: "", thoughtSignature: signText("p") }), asks)],
  ["a finished function turn, signed", third, { tools, ...turns(asks, model(signed), user(reply("f"))) }],
  ["parallel calls, the first one signed", third, { tools, ...turns(asks, model(signed, { functionCall: other }), user(reply("f"), reply("g"))) }],
  ["parallel calls over two contents", third, { tools, ...turns(asks, model(signed), model({ functionCall: other }), user(reply("f"), reply("g"))) }],
  ["the sentinel", third, { tools, ...turns(asks, model(sentinel), user(reply("f"))) }],
  ["text next to responses from Gemini 3 on", third, { tools, ...turns(asks, model(signed), user(reply("f"), { text: "x" })) }],
  ["calls of earlier turns without signatures", third, { tools, ...turns(asks, model({ functionCall: call }), user(reply("f")), model({ text: "so" }), asks) }],
  ["calls without signatures before Gemini 3", second, { tools, ...turns(asks, model({ functionCall: call }), user(reply("f"))) }],
  ["an image in a response from Gemini 3 on", third, { tools, ...turns(asks, model(signed), user({ functionResponse: { name: "f", response: {}, parts: [{ inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" } }] } })) }],
  ["a trailing turn of the model", third, turns(asks, model({ text: "Once upon" }))],
  ["a function name of 128 characters, dots and colons", third, declare({ name: `_.:-${"a".repeat(124)}` })],
  ["an OpenAPI schema", second, openapi({ type: "ARRAY", nullable: true, minItems: "1", items: { anyOf: [{ type: "STRING", format: "date-time" }, { type: "string", enum: ["a"] }] } })],
  ["a JSON schema with all of its words", second, declare({ parametersJsonSchema: { $schema: "x", type: "object", additionalProperties: false, properties: { a: { const: 1 }, b: { type: ["string", "null"] } } } })],
  ["functions with a built-in tool and JSON from Gemini 3 on", third, { tools: [...tools, search], ...config({ responseMimeType: "application/json", responseJsonSchema: schema }) }],
  ["a forced function", second, calling({ mode: "ANY", allowedFunctionNames: ["f"] })],
  ["VALIDATED and NONE", second, calling({ mode: "VALIDATED" })],
  ["a level", third, thinking({ thinkingLevel: "LOW", includeThoughts: true })],
  ["a budget, and none at all", second, thinking({ thinkingBudget: 0 })],
  ["a dynamic budget", "gemini-2.5-pro", thinking({ thinkingBudget: -1 })],
  ["a budget on Gemini 3, as written for 2.5", third, thinking({ thinkingBudget: 1024 })],
  ["a file by URL from Gemini 3 on", third, turns(user({ fileData: { mimeType: "image/gif", fileUri: "https://example.com/a.gif" } }))],
  ["a file of the vendor's own, and a PDF", second, turns(user({ fileData: { fileUri: "https://generativelanguage.googleapis.com/v1beta/files/a" } }, { inlineData: { mimeType: "application/pdf", data: "JVBERi0=" } }))],
];
