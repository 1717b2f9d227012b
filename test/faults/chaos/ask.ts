import { type SseEvent, sseDecoder } from "../../../runtime/wire/sse.ts";
import type { OlderFormat } from "../../support/older-formats.ts";

export type Asked = Readonly<{ number: number; format: OlderFormat; stream: boolean }>;

/** What a client got. */
export type Outcome =
  | Readonly<{ kind: "answered"; text: string; attempts: number }>
  /** An error body of the client's API, or its error event with no text before it. */
  | Readonly<{ kind: "error"; status: number; type: string; message: string; attempts: number }>
  /** A stream that ended in its API's error event. */
  | Readonly<{ kind: "cut"; text: string; attempts: number }>
  /** No answer at all: the connection broke, or nothing came for a minute. */
  | Readonly<{ kind: "lost"; why: string }>
  /** Something that is neither a whole answer nor an error. */
  | Readonly<{ kind: "malformed"; why: string }>;

const paths = { "openai-chat": "/v1/chat/completions", "anthropic-messages": "/v1/messages" } as const;
const longestMs = 60_000;

/** Sends one request as a client that does not try again, and looks at the answer closely. Never rejects. */
export async function ask(url: string, { number, format, stream }: Asked): Promise<Outcome> {
  const body = JSON.stringify({
    model: "chaos",
    stream,
    max_tokens: 500,
    messages: [{ role: "user", content: `This is request ${number}. Go.` }],
  });
  try {
    const response = await fetch(url + paths[format], {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      // Every request on a connection of its own: the kernel spreads those over the workers.
      keepalive: false,
      signal: AbortSignal.timeout(longestMs),
    });
    const text = await response.text();
    const attempts = Number(response.headers.get("x-arouter-attempts") ?? Number.NaN);
    return judged(() =>
      read(response.status, response.headers.get("content-type"), text, { format, stream }, attempts),
    );
  } catch (thrown) {
    return { kind: "lost", why: thrown instanceof Error ? `${thrown.name} ${thrown.message}` : String(thrown) };
  }
}

function judged(look: () => Outcome): Outcome {
  try {
    return look();
  } catch (thrown) {
    return { kind: "malformed", why: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

type Shape = Omit<Asked, "number">;

function read(status: number, type: string | null, text: string, { format, stream }: Shape, attempts: number): Outcome {
  if (status !== 200) return { kind: "error", status, ...errorIn(JSON.parse(text), format), attempts };
  demand(type?.startsWith(stream ? "text/event-stream" : "application/json") === true, `content-type ${type}`);
  if (!stream) return { kind: "answered", text: wholeText(JSON.parse(text), format), attempts };
  const decoder = sseDecoder();
  const events = decoder.push(new TextEncoder().encode(text));
  demand(decoder.end().length === 0, "a frame without its blank line");
  const told = format === "openai-chat" ? chatText(events) : messageText(events);
  return told.error === undefined
    ? { kind: "answered", text: told.text, attempts }
    : told.text === ""
      ? { kind: "error", status, ...told.error, attempts }
      : { kind: "cut", text: told.text, attempts };
}

type ToldError = Readonly<{ type: string; message: string }>;

/** What an error body says; throws when it is not one of the API. */
function errorIn(json: unknown, format: OlderFormat): ToldError {
  const error = member(json, "error");
  if (format === "anthropic-messages") demand(member(json, "type") === "error", "an error without type error");
  return { type: string(member(error, "type")), message: string(member(error, "message")) };
}

function wholeText(json: unknown, format: OlderFormat): string {
  const [first, ...more] = list(member(json, format === "openai-chat" ? "choices" : "content"));
  demand(more.length === 0, "more than one choice or block");
  demand(typeof member(json, "usage") === "object", "no usage");
  if (format === "openai-chat") {
    demand(member(first, "finish_reason") === "stop", "finish_reason is not stop");
    return string(member(member(first, "message"), "content"));
  }
  demand(member(json, "stop_reason") === "end_turn", "stop_reason is not end_turn");
  return string(member(first, "text"));
}

type Told = Readonly<{ text: string; error: ToldError | undefined }>;

function chatText(events: readonly SseEvent[]): Told {
  const last = events.at(-1)?.data ?? "";
  const isDone = last === "[DONE]";
  const chunks = events.slice(0, isDone ? -1 : undefined).map(({ data }): unknown => JSON.parse(data));
  const error = isDone ? undefined : errorIn(chunks.pop(), "openai-chat");
  const choices = chunks.flatMap((chunk) => list(member(chunk, "choices")));
  const finishes = choices.map((choice) => member(choice, "finish_reason")).filter((reason) => reason !== null);
  demand(error !== undefined || (finishes.length === 1 && finishes[0] === "stop"), `finishes ${finishes.join()}`);
  const pieces = choices.map((choice) => member(member(choice, "delta"), "content") ?? "");
  return { text: pieces.map(string).join(""), error };
}

/** What follows what in a Messages stream of one text block, in letters. */
const order = /^s(bd*(e(ux?|x)?|x)?|x)?$|^x$/;
const letters: Readonly<Record<string, string>> = {
  message_start: "s",
  content_block_start: "b",
  content_block_delta: "d",
  content_block_stop: "e",
  message_delta: "u",
  message_stop: "x",
  error: "x",
};

function messageText(events: readonly SseEvent[]): Told {
  const shown = events.filter(({ event }) => event !== "ping");
  const json = shown.map(({ data }): unknown => JSON.parse(data));
  for (const [at, { event }] of shown.entries()) {
    demand(event === member(json[at], "type"), `event ${event} is no such data`);
  }
  const kinds = shown.map(({ event }) => letters[event ?? ""] ?? "?").join("");
  demand(order.test(kinds) && kinds.endsWith("x"), `order ${kinds}`);
  const isWhole = shown.at(-1)?.event === "message_stop";
  demand(!isWhole || kinds.endsWith("eux"), `order ${kinds}`);
  const pieces = json.map((one) => member(member(one, "delta"), "text") ?? "");
  return {
    text: pieces.map(string).join(""),
    error: isWhole ? undefined : errorIn(json.at(-1), "anthropic-messages"),
  };
}

function member(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Object.entries(of).find(([key]) => key === name)?.[1] : undefined;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error("no list where one belongs");
  return value;
}

function string(value: unknown): string {
  if (typeof value !== "string") throw new Error("no text where some belongs");
  return value;
}

function demand(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}
