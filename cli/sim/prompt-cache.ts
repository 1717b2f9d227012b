import { LRUCache } from "lru-cache";

/** Remembers prompt prefixes by their hash, as the vendors' prompt caches do, without their expiry. */
export type PromptCache = Readonly<{
  has(prefix: string): boolean;
  add(prefix: string): void;
  clear(): void;
}>;

/** Smallest prefix worth caching, in tokens, for both vendors. */
export const minCachedTokens = 1024;

/** An empty cache of at most `maxPrefixes`. */
export function promptCache(maxPrefixes: number): PromptCache {
  const seen = new LRUCache<string, true>({ max: maxPrefixes });
  return {
    has: (prefix) => seen.get(prefix) === true,
    add: (prefix) => {
      seen.set(prefix, true);
    },
    clear: () => seen.clear(),
  };
}
