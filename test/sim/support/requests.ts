import type { Json, JsonObject } from "../../../cli/sim/json.ts";
import type { Simulator } from "../../../cli/sim/simulator.ts";

type Answer = Readonly<{ status: number; headers: Headers; text: string; json: Json }>;

/** A small valid Chat Completions body, with `fields` laid over it. */
export function chatBody(fields: JsonObject = {}): JsonObject {
  return { model: "gpt-4o-mini", messages: [{ role: "user", content: "Hello" }], ...fields };
}

/** A small valid Messages body, with `fields` laid over it. */
export function messagesBody(fields: JsonObject = {}): JsonObject {
  return { model: "claude-sonnet-4-5", max_tokens: 1000, messages: [{ role: "user", content: "Hello" }], ...fields };
}

/** POSTs to Chat Completions as a well-behaved client. */
export function postChat(simulator: Simulator, body: Json, headers: Record<string, string> = {}): Promise<Answer> {
  return post(`${simulator.openaiUrl}/v1/chat/completions`, body, { authorization: "Bearer key", ...headers });
}

/** POSTs to Messages as a well-behaved client, on version 2023-06-01 unless `headers` say otherwise. */
export function postMessages(simulator: Simulator, body: Json, headers: Record<string, string> = {}): Promise<Answer> {
  return post(`${simulator.anthropicUrl}/v1/messages`, body, {
    "x-api-key": "key",
    "anthropic-version": "2023-06-01",
    ...headers,
  });
}

/** A small valid Responses body, with `fields` laid over it. */
export function responsesBody(fields: JsonObject = {}): JsonObject {
  return { model: "gpt-4o-mini", input: "Hello", ...fields };
}

/** POSTs to Responses as a well-behaved client. */
export function postResponses(simulator: Simulator, body: Json, headers: Record<string, string> = {}): Promise<Answer> {
  return post(`${simulator.openaiUrl}/v1/responses`, body, { authorization: "Bearer key", ...headers });
}

/** A small valid generateContent body, with `fields` laid over it. */
export function geminiBody(fields: JsonObject = {}): JsonObject {
  return { contents: [{ role: "user", parts: [{ text: "Hello" }] }], ...fields };
}

/** POSTs to a Gemini path such as `gemini-3-pro:generateContent` as a well-behaved client. */
export function postGemini(
  simulator: Simulator,
  path: string,
  body: Json,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return post(`${simulator.geminiUrl}/v1beta/models/${path}`, body, { "x-goog-api-key": "key", ...headers });
}

/** POSTs a body as JSON, a string as it stands. */
export async function post(url: string, body: Json, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
