import { canonicalJson, hash } from "../hash.ts";
import { isArray, isObject, type Json, type JsonObject } from "../json.ts";
import type { InputUsage } from "../prompt.ts";
import { minCachedTokens, type PromptCache } from "../prompt-cache.ts";
import { countTokens } from "../tokens.ts";
import { blocksOf, messagesOf } from "./blocks.ts";
import { withoutCacheMarks } from "./conversation-hash.ts";

/**
 * Input tokens of a request. Every cache mark ends a prefix (tools, then system, then messages, as the vendor orders them):
 * the longest prefix seen before is read from the cache, the rest up to the last mark is written to it.
 */
export function inputUsage(body: JsonObject, cache: PromptCache, scope: string): InputUsage {
  const pieces = promptPieces(body);
  let prefix = hash(`${scope} ${String(body["model"])}`);
  let tokens = 0;
  let read = 0;
  let marked = 0;
  for (const [index, piece] of pieces.entries()) {
    prefix = hash(prefix + canonicalJson(withoutCacheMarks(piece)));
    tokens += pieceTokens(piece);
    const automatic = isObject(body["cache_control"]) && index === pieces.length - 1;
    if ((!isObject(piece["cache_control"]) && !automatic) || tokens < minCachedTokens) continue;
    if (cache.has(prefix)) read = tokens;
    cache.add(prefix);
    marked = tokens;
  }
  return { uncached: tokens - marked, cacheRead: read, cacheWrite: marked - read };
}

function promptPieces(body: JsonObject): readonly JsonObject[] {
  const tools = isArray(body["tools"]) ? body["tools"].filter(isObject) : [];
  const system = body["system"] === undefined ? [] : blocksOf(body["system"]);
  return [...tools, ...system, ...messagesOf(body).flatMap((message) => blocksOf(message["content"]))];
}

/** Media counts for its bytes' share only, so that an image does not outweigh the text by its base64 length. */
const mediaTokens = 100;

function pieceTokens(piece: JsonObject): number {
  if (piece["type"] === "image" || piece["type"] === "document") return mediaTokens;
  const text: Json | undefined = piece["text"];
  return countTokens(typeof text === "string" ? text : JSON.stringify(withoutCacheMarks(piece)));
}
