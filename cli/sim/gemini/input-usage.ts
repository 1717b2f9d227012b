import { canonicalJson, hash } from "../hash.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { InputUsage } from "../prompt.ts";
import { minCachedTokens, type PromptCache } from "../prompt-cache.ts";
import { countTokens } from "../tokens.ts";
import { contentsOf, partsOf } from "./contents.ts";

/** An image, or a page of a document, counts the same whatever its size (the vendor's token guide). */
const mediaTokens = 258;

/** Input tokens of a request. Tools, instruction and contents each end a prefix; the longest one seen before is cached. */
export function inputUsage(body: JsonObject, model: string, cache: PromptCache, scope: string): InputUsage {
  const { tools, systemInstruction: system } = body;
  const pieces: readonly (readonly [Json, number])[] = [
    ...(tools === undefined ? [] : [[tools, countTokens(JSON.stringify(tools))] as const]),
    ...[...(isObject(system) ? [system] : []), ...contentsOf(body)].map(
      (content) => [content, tokensOf(content)] as const,
    ),
  ];
  let prefix = hash(`${scope} ${model}`);
  let tokens = 0;
  let cached = 0;
  for (const [piece, size] of pieces) {
    prefix = hash(prefix + canonicalJson(piece));
    tokens += size;
    if (tokens < minCachedTokens) continue;
    if (cache.has(prefix)) cached = tokens;
    cache.add(prefix);
  }
  return { uncached: tokens - cached, cacheRead: cached, cacheWrite: 0 };
}

/** The media among a body's tokens. */
export function mediaUsage(body: JsonObject): number {
  return contentsOf(body).flatMap(partsOf).filter(isMedia).length * mediaTokens;
}

function tokensOf(content: JsonObject): number {
  return partsOf(content).reduce((sum, part) => sum + partTokens(part), 0);
}

function partTokens(part: JsonObject): number {
  if (isMedia(part)) return mediaTokens;
  const { text, thoughtSignature: _, ...rest } = part;
  return countTokens(typeof text === "string" ? text : JSON.stringify(rest));
}

function isMedia(part: JsonObject): boolean {
  return part["inlineData"] !== undefined || part["fileData"] !== undefined;
}
