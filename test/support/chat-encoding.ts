/** Canonical requests in short, and what the Chat codec makes of them. */
import type { Dialect } from "../../runtime/contract.ts";
import type { Block, Json, Request, ToolCall, Turn } from "../../runtime/wire/canonical.ts";
import type { EncodedRequest } from "../../runtime/wire/codec.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { openaiChat } from "../../runtime/wire/openai-chat/codec.ts";

export const vendor: Dialect = { vendor: true, streamOptions: true, maxTokensField: "auto" };
export const compatible: Dialect = { ...vendor, vendor: false };
const empty: Request = {
  model: "alias",
  system: [],
  turns: [],
  tools: [],
  maxTokensCountsReasoning: true,
  stop: [],
  sampling: {},
  reasoning: {},
  stream: false,
};

export function outcome(request: Partial<Request>, model = "gpt-4.1", dialect = vendor) {
  const hello: Turn = { role: "user", blocks: [{ kind: "text", text: "hi" }] };
  const { value } = normalise({ ...empty, turns: [hello], ...request });
  return openaiChat.encodeRequest(value, { model, dialect });
}

export function encode(request: Partial<Request>, model?: string, dialect?: Dialect): EncodedRequest {
  const encoded = outcome(request, model, dialect);
  if (encoded.kind === "rejection") throw new Error(`rejected: ${encoded.code} ${encoded.message}`);
  return encoded;
}

export function messages(turns: readonly Turn[], model?: string, dialect?: Dialect): Json | undefined {
  return encode({ turns }, model, dialect).body["messages"];
}

export const losses = (encoded: EncodedRequest): string[] =>
  encoded.losses.map(({ code, field }) => `${code}:${field}`);
export const text = (value: string): Block => ({ kind: "text", text: value });
export const user = (...blocks: Block[]): Turn => ({ role: "user", blocks });
export const assistant = (...blocks: Block[]): Turn => ({ role: "assistant", blocks });
export const call = (id: string, name = "w", argumentsText = "{}"): ToolCall => ({
  kind: "tool-call",
  id,
  name,
  tool: "function",
  argumentsText,
});
export const result = (callId: string, blocks: readonly Block[], isError = false): Block => ({
  kind: "tool-result",
  callId,
  blocks,
  isError,
});
export const image: Block = { kind: "image", source: { kind: "base64", mediaType: "image/png", data: "iVBO" } };
export const w = { kind: "function", name: "w", schema: { type: "object" } } as const;
