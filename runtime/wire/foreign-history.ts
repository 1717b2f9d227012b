import type { Dialect, WireFormat } from "../contract.ts";
import { traitsOf as anthropicTraitsOf } from "./anthropic-messages/traits.ts";
import type { Json, JsonObject } from "./canonical.ts";
import type { UpstreamTarget } from "./codec.ts";
import { parseExactly } from "./exact-json.ts";
import { wrappedCarrier } from "./gemini/signature.ts";
import { traitsOf as geminiTraitsOf } from "./gemini/traits.ts";
import { arrayOf, isObject, objectOf } from "./json.ts";

/**
 * A client's history holds what this gateway put there when models of other vendors answered: carriers of their state,
 * fields that only some servers know. Forwarded to the vendor of the client's own API it would be refused, so it goes.
 */
type Cleaner = Readonly<{
  /** The member of the body that holds the conversation. */
  member: string;
  /** Without one of these no body needs cleaning, nor to be parsed. */
  signs: readonly string[];
  clean(entry: JsonObject, target: UpstreamTarget): readonly Json[];
  /** What else has to go from the body, now that this is its conversation. */
  also?(conversation: readonly Json[], body: JsonObject, target: UpstreamTarget): readonly string[];
}>;

const carrier = "ar1.";

const cleaners: Readonly<Record<WireFormat, Cleaner>> = {
  "openai-chat": {
    member: "messages",
    signs: [`"${carrier}`, '"extra_content"', '"reasoning_content"'],
    clean: (message, { dialect }) => [cleanChatMessage(message, dialect.reasoningField)],
  },
  "openai-responses": {
    member: "input",
    signs: [`"${carrier}`, '"rs_'],
    clean: (item) => (item["type"] === "reasoning" && !isOwnReasoning(item) ? [] : [item]),
  },
  "anthropic-messages": {
    member: "messages",
    signs: [`"${carrier}`, '"signature":""', '"signature": ""', '"enabled"'],
    clean: (message) => [withMember(message, "content", (blocks) => blocks.filter(isOwnBlock))],
    also: (messages, body, target) => (lacksThinking(messages, body, target) ? ["thinking"] : []),
  },
  gemini: {
    member: "contents",
    signs: ['"functionCall"', '"function_call"', `"${carrier}`, `"${wrappedCarrier}`],
    clean: (content, { model }) => [withMember(content, "parts", (parts) => cleanParts(parts, model))],
  },
};

/** Changes to the top-level members of such a body (undefined removes one); undefined when there is nothing to change. */
export function withoutForeignHistory(
  bytes: Uint8Array,
  format: WireFormat,
  target: UpstreamTarget,
): Readonly<Record<string, string | undefined>> | undefined {
  const { member, signs, clean, also } = cleaners[format];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!signs.some((sign) => buffer.includes(sign))) return undefined;
  const body = parseExactly(new TextDecoder().decode(bytes));
  const entries = isObject(body) ? body[member] : undefined;
  if (!Array.isArray(entries)) return undefined;
  const cleaned = entries.flatMap((entry: Json) => (isObject(entry) ? clean(entry, target) : [entry]));
  const isSame = cleaned.length === entries.length && cleaned.every((entry, index) => entry === entries[index]);
  const gone = isObject(body) ? (also?.(cleaned, body, target) ?? []) : [];
  if (isSame && gone.length === 0) return undefined;
  return {
    ...Object.fromEntries(gone.map((name) => [name, undefined])),
    ...(isSame ? {} : { [member]: JSON.stringify(cleaned) }),
  };
}

function isCarrier(value: Json | undefined): boolean {
  return typeof value === "string" && [carrier, wrappedCarrier].some((start) => value.startsWith(start));
}

/** Unsigned reasoning of another vendor has an id of this gateway's (`item-queue.ts`), which nobody has stored. */
function isOwnReasoning({ id, encrypted_content: state }: JsonObject): boolean {
  if ((state ?? null) !== null) return !isCarrier(state);
  return typeof id !== "string" || !/^rs_[0-9a-f]{32}$/.test(id);
}

/** The same object where the list stays as it is. */
function withMember(entry: JsonObject, name: string, change: (list: readonly Json[]) => readonly Json[]): JsonObject {
  const list = entry[name];
  if (!Array.isArray(list)) return entry;
  const changed = change(list);
  const isSame = changed.length === list.length && changed.every((each, index) => each === list[index]);
  return isSame ? entry : { ...entry, [name]: changed };
}

const chatExtensions = ["reasoning_content", "reasoning", "reasoning_details", "thinking_blocks"] as const;

/**
 * OpenAI refuses reasoning in a message. Servers that want theirs back in `field` get that, but nothing that another vendor
 * signed; of those that have a list of details the client's own members stay as they are.
 */
function cleanChatMessage(message: JsonObject, field: Dialect["reasoningField"]): JsonObject {
  if (message["role"] !== "assistant") return message;
  const isForeign = JSON.stringify([message["reasoning_details"], message["thinking_blocks"]]).includes(`"${carrier}`);
  if (field !== undefined && field !== "reasoning_content" && !isForeign) return message;
  const plain = without(
    message,
    chatExtensions.filter((name) => isForeign || name !== field),
  );
  return withMember(plain, "tool_calls", (calls) =>
    calls.map((call) => (isObject(call) ? without(call, ["extra_content", "provider_specific_fields"]) : call)),
  );
}

function without(entry: JsonObject, names: readonly string[]): JsonObject {
  if (!names.some((name) => Object.hasOwn(entry, name))) return entry;
  return Object.fromEntries(Object.entries(entry).filter(([name]) => !names.includes(name)));
}

/** Thinking that the vendor signed itself, and everything else. */
function isOwnBlock(value: Json): boolean {
  const block = objectOf(value);
  if (block?.["type"] === "thinking") return block["signature"] !== "" && !isCarrier(block["signature"]);
  return block?.["type"] !== "redacted_thinking" || !isCarrier(block["data"]);
}

/** Models that think by a budget want thinking before the calls of the last turn; where there is none, they must not think. */
function lacksThinking(messages: readonly Json[], body: JsonObject, target: UpstreamTarget): boolean {
  if (objectOf(body["thinking"])?.["type"] !== "enabled") return false;
  if (!anthropicTraitsOf(target).thinking.includes("enabled")) return false;
  const last = messages.map(objectOf).findLast((message) => message?.["role"] === "assistant");
  const types = arrayOf(last?.["content"]).map((block) => objectOf(block)?.["type"]);
  return types.includes("tool_use") && types[0] !== "thinking" && types[0] !== "redacted_thinking";
}

const unsignedCall = "skip_thought_signature_validator";

/** The first call of a turn is signed, by the vendor or by its word for calls that another model made. */
function cleanParts(parts: readonly Json[], model: string): readonly Json[] {
  const kept = parts.flatMap((value): Json[] => {
    const part = objectOf(value);
    const signature = part?.["thoughtSignature"] ?? part?.["thought_signature"];
    if (part === undefined || !isCarrier(signature)) return [value];
    return part["thought"] === true ? [] : [without(part, ["thoughtSignature", "thought_signature"])];
  });
  if (!geminiTraitsOf(model).mixes) return kept;
  const first = kept.findIndex((part) => isCall(objectOf(part)));
  const call = objectOf(kept[first]);
  if (call === undefined || call["thoughtSignature"] !== undefined || call["thought_signature"] !== undefined)
    return kept;
  return kept.with(first, { ...call, thoughtSignature: unsignedCall });
}

function isCall(part: JsonObject | undefined): boolean {
  return part?.["functionCall"] !== undefined || part?.["function_call"] !== undefined;
}
