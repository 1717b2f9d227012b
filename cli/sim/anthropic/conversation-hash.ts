import { canonicalJson, hash } from "../hash.ts";
import type { Json, JsonObject } from "../json.ts";
import { blocksOf } from "./blocks.ts";

/**
 * Hash of a conversation. Where cache marks stand and whether a text is a string or one block makes no difference, since
 * neither changes what the model reads.
 */
export function conversationHash(messages: readonly JsonObject[]): string {
  const read = messages.map((message) => ({
    role: message["role"] ?? null,
    content: blocksOf(message["content"]).map(withoutCacheMarks),
  }));
  return hash(canonicalJson(read));
}

/** The same value without any `cache_control`. */
export function withoutCacheMarks(value: Json): Json {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === "cache_control" ? undefined : inner)));
}
