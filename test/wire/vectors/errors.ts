import type { ErrorVector, Vector } from "./vector.ts";

type Row = Omit<ErrorVector, "kind" | "from" | "to">;

const toChat = (row: Row): Vector => ({ kind: "error", from: "anthropic-messages", to: "openai-chat", ...row });
const toMessages = (row: Row): Vector => ({ kind: "error", from: "openai-chat", to: "anthropic-messages", ...row });

const anthropic = (type: string, message: string) => JSON.stringify({ type: "error", error: { type, message } });
const openai = (type: string, message: string, code: string | null = null) =>
  JSON.stringify({ error: { message, type, param: null, code } });
const said = (status: number, type: string, message: string) => ({ status, body: { error: { type, message } } });

export const errors: readonly Vector[] = [
  toChat({
    id: "E01",
    title: "an overloaded Anthropic",
    status: 529,
    body: anthropic("overloaded_error", "Overloaded"),
    reply: said(503, "server_error", "Overloaded"),
  }),
  toMessages({
    id: "E01",
    title: "an overloaded OpenAI",
    status: 503,
    body: openai("server_error", "busy"),
    reply: said(529, "overloaded_error", "busy"),
  }),
  toChat({
    id: "E03",
    title: "the gateway's key is refused",
    status: 401,
    body: anthropic("authentication_error", "invalid x-api-key"),
    reply: said(502, "server_error", "The upstream rejected the gateway's credentials."),
  }),
  toMessages({
    id: "E03",
    title: "the gateway's key is refused, with the key in the text",
    status: 401,
    body: openai("invalid_request_error", "Incorrect API key provided: sk-abcdefgh", "invalid_api_key"),
    reply: said(502, "api_error", "The upstream rejected the gateway's credentials."),
  }),
  toMessages({
    id: "D2",
    title: "what a 400 says arrives word for word, as clients go by it",
    status: 400,
    body: openai("invalid_request_error", "Unsupported value: 'temperature' does not support 0.2", "unsupported_value"),
    reply: said(400, "invalid_request_error", "Unsupported value: 'temperature' does not support 0.2"),
  }),
  toMessages({
    id: "D2",
    title: "a 413, too",
    status: 413,
    body: openai("server_error", "Request too large for gpt-5: Limit 30000"),
    reply: said(413, "request_too_large", "Request too large for gpt-5: Limit 30000"),
  }),
  toMessages({
    id: "D2",
    title: "the type follows the status where a server names a wrong one",
    status: 400,
    body: openai("server_error", "bad"),
    reply: said(400, "invalid_request_error", "bad"),
  }),
  toMessages({
    id: "D2",
    title: "a prompt that is too long, in the words that make clients shorten it",
    status: 400,
    body: openai("invalid_request_error", "maximum context length is 8", "context_length_exceeded"),
    reply: said(400, "invalid_request_error", "prompt is too long: maximum context length is 8"),
  }),
  toMessages({
    id: "D2",
    title: "and exactly as said where those are the words",
    status: 400,
    body: openai("invalid_request_error", "Input is too long."),
    reply: said(400, "invalid_request_error", "Input is too long."),
  }),
];
