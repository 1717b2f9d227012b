import type { WireFormat } from "../contract.ts";
import type { JsonObject, Rejection, Request } from "../wire/canonical.ts";
import type { ClientCodec, Decoded } from "../wire/codec.ts";
import { codecs } from "../wire/formats.ts";
import { numberOf } from "../wire/json.ts";
import { normalise } from "../wire/normalise.ts";
import type { SideCall, SideRequest, SideTarget } from "../wire/side-call.ts";
import { inputUsage } from "./input-usage.ts";

/** How one vendor counts the tokens of a conversation that is not held. */
type Counter = Readonly<{
  path: (model: string) => string;
  /** Of a conversation's body, what the counting API takes. */
  question: (body: JsonObject, model: string) => JsonObject;
  /** The member of the answer that holds the count. */
  member: string;
}>;

/** Anthropic SDK 1.11 `MessageCountTokensParams`, OpenAI SDK 7.55 `InputTokenCountParams`. */
const messagesMembers = ["model", "messages", "system", "thinking", "tool_choice", "tools", "output_config"];
const responsesMembers = [
  "model",
  "input",
  "instructions",
  "parallel_tool_calls",
  "reasoning",
  "text",
  "tool_choice",
  "tools",
];

const counters = {
  "anthropic-messages": {
    path: () => "/v1/messages/count_tokens",
    question: (body) => only(messagesMembers, body),
    member: "input_tokens",
  },
  "openai-responses": {
    path: () => "/v1/responses/input_tokens",
    question: (body) => only(responsesMembers, body),
    member: "input_tokens",
  },
  gemini: {
    path: (model) => `/v1beta/models/${encodeURIComponent(model)}:countTokens`,
    question: (body, model) => ({ generateContentRequest: { ...body, model: `models/${model}` } }),
    member: "totalTokens",
  },
} as const satisfies Partial<Record<WireFormat, Counter>>;

type Counting = keyof typeof counters;

/** The vendor API that counts, over an API that a provider has: OpenAI counts by its Responses API only. */
function countingFormat({ format, dialect }: SideTarget): Counting | undefined {
  if (format !== "openai-chat") return format;
  return dialect.vendor ? "openai-responses" : undefined;
}

/** What a client wants counted. */
type Question = Readonly<{
  vendor: ClientCodec;
  /** The body as the vendor's API of conversations has it. */
  conversation: JsonObject;
  /** The answer that the client gets. */
  reply: (tokens: number) => JsonObject;
}>;

type Decoding = () => Decoded<Request> | Rejection;

/**
 * A count of tokens: by the upstream itself where its vendor counts, with the client's own body or a translated one; else
 * an estimate of the gateway's.
 */
export function countCall(question: Question): SideCall {
  const { vendor, conversation, reply } = question;
  const decoded = once(() => decode(vendor, conversation));
  return {
    kind: "side-call",
    call: "count_tokens",
    isLight: true,
    encode: (target) => encode(question, decoded, target),
    estimate: async (estimate) => reply(await estimate(vendor.facts(conversation).texts())),
  };
}

function encode(
  { vendor, conversation, reply }: Question,
  decoded: Decoding,
  target: SideTarget,
): SideRequest | Rejection {
  const format = countingFormat(target);
  if (format === undefined) return uncounted;
  const counter: Counter = counters[format];
  const native = format === vendor.format;
  const body = native ? renamed(conversation, target) : translated(decoded(), format, target);
  if (body?.kind === "rejection") return body;
  return {
    kind: "side-request",
    path: counter.path(target.model),
    native,
    bodies: body === undefined ? undefined : [counter.question(body.body, target.model)],
    losses: [],
    answer: async ([answer]) => {
      const tokens = numberOf(answer?.[counter.member]);
      if (tokens === undefined) return undefined;
      // Vendors charge nothing for a count.
      return { body: native ? undefined : reply(tokens), usage: inputUsage(0), isEstimate: false };
    },
  };
}

/** Google's body may name the model a second time; the others' bytes are changed in place. */
function renamed({ model: asked, stream: _, ...body }: JsonObject, { format, model }: SideTarget) {
  return format === "gemini" && asked !== model ? ({ kind: "encoded", body } as const) : undefined;
}

function translated(decoded: Decoded<Request> | Rejection, format: Counting, { model, dialect }: SideTarget) {
  if (decoded.kind === "rejection") return decoded;
  return codecs[format].encodeRequest(decoded.value, { model, dialect, places: decoded.places });
}

function decode(vendor: ClientCodec, conversation: JsonObject): Decoded<Request> | Rejection {
  const decoded = vendor.decodeRequest(conversation);
  return decoded.kind === "rejection" ? decoded : { ...decoded, value: normalise(decoded.value, decoded.places).value };
}

const uncounted: Rejection = {
  kind: "rejection",
  code: "count_unsupported",
  message: "The provider of this model counts no tokens.",
  param: "model",
};

function only(members: readonly string[], body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([member]) => members.includes(member)));
}

function once<T>(make: () => T): () => T {
  let made: Readonly<{ value: T }> | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
