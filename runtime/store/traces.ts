import { after, afterInBackground, epochMs } from "../clock.ts";
import type { RequestWatcher } from "../request/finished-request.ts";
import { pruneOld, type Retention } from "./prune-old.ts";
import type { Store } from "./store.ts";
import { traceRow } from "./trace-row.ts";
import { writeBehind, writeBehindLimits } from "./write-behind.ts";

/** What can be asked of the requests that are over. */
export type TraceReader = Pick<Store, "list" | "get" | "usage" | "savings">;

/** The traces of a gateway: every request that is over, whether it is stored already or about to be. */
export type Traces = TraceReader &
  Readonly<{
    add: RequestWatcher;
    /** Stores what waits. */
    close(): Promise<void>;
  }>;

export type TracesOptions = Retention &
  Readonly<{
    /** So many traces will never be stored. */
    dropped: (count: number) => void;
    warn: (message: string) => void;
    /** Other processes store their requests there, too. */
    isShared: boolean;
  }>;

/** Takes over the store. */
export function createTraces(store: Store, { dropped, warn, isShared, ...retention }: TracesOptions): Traces {
  const queue = writeBehind(store, { after: afterInBackground, dropped, warn });
  const stopPruning = pruneOld(store, retention, { epochMs, after: afterInBackground });

  async function get(id: string) {
    await queue.flush();
    const found = await store.get(id);
    if (found !== undefined || !isShared) return found;
    // Another worker may have served it and not have stored it yet.
    await new Promise<void>((resolve) => void after(2 * writeBehindLimits.flushMs, resolve));
    return store.get(id);
  }

  return {
    add: (request) => queue.add(traceRow(request)),
    list: (query) => queue.flush().then(() => store.list(query)),
    get,
    usage: (query) => queue.flush().then(() => store.usage(query)),
    savings: (query) => queue.flush().then(() => store.savings(query)),
    close: async () => {
      stopPruning();
      await queue.close();
      await store.close();
    },
  };
}
