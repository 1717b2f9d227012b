import { LRUCache } from "lru-cache";
import type { Account } from "../request/request-memory.ts";

/** Which account of a vendor has a file or a batch, and whose it is. */
export type KeptIds = Readonly<{
  note(id: string, of: Readonly<{ tenant: string; account: Account }>): void;
  /** Undefined for an id nobody was told here: it may be from before the gateway started. */
  find(id: string): Readonly<{ tenant: string; account: Account }> | undefined;
}>;

const limits = { max: 100_000, ttl: 30 * 24 * 60 * 60 * 1000, ttlResolution: 0 } as const;

/** In memory, for a month at most; `now` is a monotonic clock in milliseconds. */
export function createKeptIds(now: () => number): KeptIds {
  const ids = new LRUCache<string, Readonly<{ tenant: string; account: Account }>>({ ...limits, perf: { now } });
  return { note: (id, of) => void ids.set(id, of), find: (id) => ids.get(id) };
}
