import { sseDecoder } from "../../../runtime/wire/sse.ts";
import type { Gets } from "./row.ts";

export type Client = "chat" | "messages";

/** What every case asks, in the client's API. */
export function requestOf(
  client: Client,
  more: Readonly<Record<string, unknown>>,
): Readonly<{ path: string; body: string }> {
  const prompt = { model: "swift", messages: [{ role: "user", content: "hello" }], ...more };
  return client === "chat"
    ? { path: "/v1/chat/completions", body: JSON.stringify(prompt) }
    : { path: "/v1/messages", body: JSON.stringify({ max_tokens: 100, ...prompt }) };
}

/** Reads an answer as a client of that API would, and says what it makes of it. */
export async function observe(response: Response, client: Client, stream: boolean): Promise<Gets> {
  const { headers, status } = response;
  const text = await response.text().catch((thrown) => `connection lost: ${thrown}`);
  const from = headers.get("x-arouter-provider") ?? "none";
  const attempts = Number(headers.get("x-arouter-attempts"));
  if (status !== 200) {
    if (!isErrorBody(parsed(text), client)) return { kind: "malformed", what: `${status} ${text.slice(0, 300)}` };
    return {
      kind: "error",
      status,
      retryAfter: headers.get("retry-after") ?? undefined,
      shouldRetry: headers.get("x-should-retry") ?? undefined,
      attempts,
    };
  }
  if (!stream) {
    const said = wholeText(parsed(text), client);
    return said === undefined
      ? { kind: "malformed", what: `200 ${text.slice(0, 300)}` }
      : { kind: "answer", from, attempts, text: said };
  }
  const read = readStream(text, client);
  if (read.error && !read.ended) return { kind: "cut", from, text: read.text };
  if (read.ended && !read.error) return { kind: "answer", from, attempts, text: read.text };
  return { kind: "malformed", what: `stream: ${text.slice(-300)}` };
}

type Streamed = Readonly<{ text: string; error: boolean; ended: boolean }>;

/** Its text, whether it said an error, and whether it ended as its API says an answer ends. */
function readStream(text: string, client: Client): Streamed {
  const decoder = sseDecoder();
  let said = "";
  let error = false;
  let ended = false;
  for (const { event, data } of [...decoder.push(new TextEncoder().encode(text)), ...decoder.end()]) {
    const json = parsed(data);
    said += (client === "chat" ? chatDelta(json) : messagesDelta(json)) ?? "";
    error ||= (client === "chat" || event === "error") && isErrorBody(json, client);
    // OpenAI's clients go by the finish reason; `[DONE]` is missed by none.
    ended ||=
      client === "chat" ? textIn(at(json, "choices", 0, "finish_reason")) !== undefined : event === "message_stop";
  }
  return { text: said, error, ended };
}

function chatDelta(json: unknown): string | undefined {
  return textIn(at(json, "choices", 0, "delta", "content"));
}

function messagesDelta(json: unknown): string | undefined {
  return textIn(at(json, "delta", "text"));
}

function wholeText(json: unknown, client: Client): string | undefined {
  if (client === "chat") {
    const message = at(json, "choices", 0, "message");
    return message === undefined ? undefined : (textIn(at(message, "content")) ?? "");
  }
  const content = at(json, "content");
  return Array.isArray(content) ? content.map((block) => textIn(at(block, "text")) ?? "").join("") : undefined;
}

/** OpenAI's error object has a message, a type, a param and a code; Anthropic's is marked by its outer type. */
function isErrorBody(json: unknown, client: Client): boolean {
  const message = textIn(at(json, "error", "message"));
  if (message === undefined || message === "" || textIn(at(json, "error", "type")) === undefined) return false;
  return client === "chat" || at(json, "type") === "error";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The value at a path; undefined where there is none. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}
