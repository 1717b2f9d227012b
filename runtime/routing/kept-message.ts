import type { Judgement } from "./judge-failure.ts";

const maxLength = 300;

/**
 * What may be remembered of the words with which an attempt failed: an upstream that finds fault with the request may quote
 * it, so nothing then; one that refuses a key may repeat the key, which is taken out. `key` is its value.
 */
export function keptMessage(message: string, scope: Judgement["scope"], key: string | undefined): string | undefined {
  if (scope === "client") return undefined;
  const clean = key === undefined ? message : message.replaceAll(key, "[key]");
  return clean.slice(0, maxLength);
}
