import { LRUCache } from "lru-cache";
import type { Account } from "../request/request-memory.ts";
import type { Json, JsonObject } from "../wire/canonical.ts";
import { arrayOf, isObject } from "../wire/json.ts";

/** What is known of an answer of the Responses API. */
export type KnownResponse =
  /** It was translated: the gateway itself has it. `input` is all that led to it, earlier answers included. */
  | Readonly<{ kind: "kept"; response: JsonObject; input: readonly Json[] }>
  /** An upstream that speaks the API has it. */
  | Readonly<{ kind: "upstream"; account: Account }>;

/** Answers by id, each for the tenant it was given to alone; the oldest go when there are too many, or too large ones. */
export type ResponseStore = Readonly<{
  put(tenant: string, id: string, known: KnownResponse): void;
  /** Undefined for an id of somebody else's, too. */
  get(tenant: string, id: string): KnownResponse | undefined;
  /** An output item of an answer that the gateway itself has. */
  item(tenant: string, itemId: string): JsonObject | undefined;
  remove(tenant: string, id: string): void;
}>;

const limits = {
  max: 20_000,
  maxSize: 128 * 1024 * 1024,
  maxEntrySize: 8 * 1024 * 1024,
  ttl: 24 * 60 * 60 * 1000,
  ttlResolution: 0,
} as const;

/** Answers live in memory, for a day at most; `now` is a monotonic clock in milliseconds. */
export function createResponseStore(now: () => number): ResponseStore {
  const known = new LRUCache<string, KnownResponse>({ ...limits, sizeCalculation: sizeOf, perf: { now } });
  /** Which answer an item is in. */
  const answerOfItem = new LRUCache<string, string>({ max: 200_000, ttl: limits.ttl, ttlResolution: 0, perf: { now } });
  const keyOf = (tenant: string, id: string) => `${tenant} ${id}`;
  return {
    put(tenant, id, response) {
      known.set(keyOf(tenant, id), response);
      for (const { id: itemId } of itemsOf(response)) {
        if (typeof itemId === "string") answerOfItem.set(keyOf(tenant, itemId), id);
      }
    },
    item(tenant, itemId) {
      const answer = known.get(keyOf(tenant, answerOfItem.get(keyOf(tenant, itemId)) ?? ""));
      return itemsOf(answer).find(({ id }) => id === itemId);
    },
    get: (tenant, id) => known.get(keyOf(tenant, id)),
    remove: (tenant, id) => void known.delete(keyOf(tenant, id)),
  };
}

function itemsOf(known: KnownResponse | undefined): readonly JsonObject[] {
  return known?.kind === "kept" ? arrayOf(known.response["output"]).filter(isObject) : [];
}

/** Bytes it takes, about: a chain of answers shares the items of its beginning, which counts again for each. */
function sizeOf(known: KnownResponse): number {
  return known.kind === "upstream" ? 256 : 256 + JSON.stringify([known.response, known.input]).length;
}
