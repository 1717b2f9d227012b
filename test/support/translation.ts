import type { Dialect, WireFormat } from "../../runtime/contract.ts";
import type { Json, JsonObject, Loss, Rejection } from "../../runtime/wire/canonical.ts";
import type { AnswerMap } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { normalise } from "../../runtime/wire/normalise.ts";

/** Requests of one API translated for upstreams of another, and short ways to write both. */

export const vendor: Dialect = { vendor: true, streamOptions: true, maxTokensField: "auto" };
export const compatible: Dialect = { ...vendor, vendor: false };

export type Translated =
  | Readonly<{ kind: "sent"; body: JsonObject; losses: readonly string[]; answer: AnswerMap }>
  | Rejection;

/** What a request of one API becomes for an upstream of the other. */
export function translate(
  from: WireFormat,
  to: WireFormat,
  model: string,
  body: JsonObject,
  dialect: Dialect,
): Translated {
  const decoded = codecs[from].decodeRequest(body);
  if (decoded.kind === "rejection") return decoded;
  const normal = normalise(decoded.value);
  const encoded = codecs[to].encodeRequest(normal.value, { model, dialect });
  if (encoded.kind === "rejection") return encoded;
  const losses: readonly Loss[] = [...decoded.losses, ...normal.losses, ...encoded.losses];
  return {
    kind: "sent",
    body: encoded.body,
    losses: losses.map(({ code, field }) => `${code}:${field}`),
    answer: encoded.answer,
  };
}

export function sent(from: WireFormat, to: WireFormat, model: string, body: JsonObject, dialect: Dialect = vendor) {
  const translated = translate(from, to, model, body, dialect);
  if (translated.kind === "rejection") throw new Error(translated.message);
  return JSON.parse(JSON.stringify(translated.body));
}

export const sonnet4 = "claude-sonnet-4-20250514";
export const opus55 = "claude-opus-5-5";
export const opus48 = "claude-opus-4-8";

export const user = (content: Json): Json => ({ role: "user", content });
export const chat = (messages: readonly Json[], more: JsonObject = {}): JsonObject => ({
  model: "m",
  messages,
  ...more,
});
export const called = (...calls: (readonly [id: string, name: string, args?: string])[]): Json => ({
  role: "assistant",
  content: "",
  tool_calls: calls.map(([id, name, args = "{}"]) => ({ id, type: "function", function: { name, arguments: args } })),
});
export const answered = (id: string, content: string): Json => ({ role: "tool", tool_call_id: id, content });
export const fn = (name: string, parameters?: JsonObject): Json => ({
  type: "function",
  function: { name, ...(parameters ? { parameters } : {}) },
});
export const use = (id: string, name: string, input: Json = {}): Json => ({ type: "tool_use", id, name, input });
export const result = (id: string, content: Json): Json => ({ type: "tool_result", tool_use_id: id, content });
export const stub = (name: string): Json => ({ name, input_schema: { type: "object" } });

export const messages = (turns: readonly Json[], more: JsonObject = {}): JsonObject => ({
  model: "m",
  max_tokens: 100,
  messages: turns,
  ...more,
});
export const assistant = (content: Json): Json => ({ role: "assistant", content });
