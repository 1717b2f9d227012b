import type { JsonObject } from "../../../cli/sim/json.ts";

type Row = readonly [title: string, fields: JsonObject, status: number, message: string];

const input = "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.";

/** Laid over a small embeddings body. */
export const rejectedEmbeddings: readonly Row[] = [
  ["an empty text", { input: "" }, 400, input],
  ["an empty list", { input: [] }, 400, "Invalid 'input': empty array. Expected an array with minimum length 1, but got an empty array instead."],
  ["an empty text among others", { input: ["a", ""] }, 400, input],
  ["texts and tokens", { input: ["a", 1] }, 400, input],
  ["a text that is too long", { input: "word ".repeat(8_200) }, 400, "This model's maximum context length is 8192 tokens, however you requested 8201 tokens (8201 in your prompt; 0 for the completion). Please reduce your prompt; or completion length."],
  ["too many dimensions", { dimensions: 2000 }, 400, "Invalid value for 'dimensions' = 2000. Must be less than or equal to 1536."],
  ["dimensions on a model without", { model: "text-embedding-ada-002", dimensions: 8 }, 400, "This model does not support specifying dimensions."],
  ["an unknown encoding", { encoding_format: "int8" }, 400, "Invalid value: 'int8'. Supported values are: 'float' and 'base64'."],
  ["a field of another vendor", { task_type: "x" }, 400, "Unrecognized request argument supplied: task_type"],
  ["a chat model", { model: "gpt-4o" }, 403, "You are not allowed to generate embeddings from this model"],
  ["a model of another vendor", { model: "gemini-embedding-001" }, 404, "The model `gemini-embedding-001` does not exist or you do not have access to it."],
];
export const acceptedEmbeddings: readonly (readonly [string, JsonObject])[] = [
  ["one list of tokens", { input: [1, 2, 3] }],
  ["several lists of tokens", { input: [[1], [2, 3]] }],
  ["dimensions", { dimensions: 1536, user: "u" }],
];

/** Laid over a small completions body. */
export const rejectedCompletions: readonly Row[] = [
  ["a chat model", { model: "gpt-4o" }, 404, "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?"],
  ["messages", { messages: [] }, 400, "Unrecognized request argument supplied: messages"],
  ["six logprobs", { logprobs: 6 }, 400, "Invalid 'logprobs': integer above maximum value. Expected a value <= 5, but got 6 instead."],
  ["more choices than are made", { n: 3, best_of: 2 }, 400, "You requested that the server return more choices than it will generate (HINT: best_of must be >= n)"],
  ["the best of a stream", { best_of: 2, stream: true }, 400, "best_of is not supported with streaming"],
  ["stream_options without stream", { stream_options: { include_usage: true } }, 400, "The 'stream_options' parameter is only allowed when 'stream' is enabled."],
];
export const acceptedCompletions: readonly (readonly [string, JsonObject])[] = [
  ["several prompts and choices", { prompt: ["a", "b"], n: 2, best_of: 2 }],
  ["tokens", { prompt: [1, 2, 3] }],
  ["nulls", { stop: null, suffix: null, max_tokens: null }],
];

/** Laid over a small body of the token counter. */
export const rejectedCounts: readonly Row[] = [
  ["max_tokens", { max_tokens: 5 }, 400, "max_tokens: Extra inputs are not permitted"],
  ["no messages", { messages: [] }, 400, "messages: at least one message is required"],
  ["a tool_use without result", { tools: [{ name: "f", input_schema: { type: "object" } }], messages: [{ role: "user", content: "x" }, { role: "assistant", content: [{ type: "tool_use", id: "t", name: "f", input: {} }] }, { role: "user", content: "x" }] }, 400, "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t. Each `tool_use` block must have a corresponding `tool_result` block in the next message."],
];
export const acceptedCounts: readonly (readonly [string, JsonObject])[] = [
  ["system, tools, thinking", { system: "s", tools: [{ name: "f", input_schema: { type: "object" } }], thinking: { type: "enabled", budget_tokens: 1024 } }],
];
