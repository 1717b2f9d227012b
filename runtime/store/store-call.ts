import type { PruneQuery, SavingsQuery, Store, TraceQuery, UsageQuery } from "./store.ts";
import type { NewTrace } from "./trace-row.ts";

/** One call of a store as a message to another thread. */
export type StoreCall =
  | Readonly<{ kind: "append"; traces: readonly NewTrace[] }>
  | Readonly<{ kind: "list"; query: TraceQuery }>
  | Readonly<{ kind: "get"; id: string }>
  | Readonly<{ kind: "usage"; query: UsageQuery }>
  | Readonly<{ kind: "savings"; query: SavingsQuery }>
  | Readonly<{ kind: "prune"; query: PruneQuery }>
  | Readonly<{ kind: "close" }>;

/** `n` numbers the calls of one thread. */
export type NumberedCall = Readonly<{ n: number; call: StoreCall }>;

/** Each call has one answer; they come in the order of the calls. */
export type StoreAnswer =
  | Readonly<{ kind: "done"; n: number; value: unknown }>
  | Readonly<{ kind: "failed"; n: number; message: string }>;

/** Makes the call. */
export function callStore(store: Store, call: StoreCall): Promise<unknown> {
  switch (call.kind) {
    case "append":
      return store.append(call.traces);
    case "list":
      return store.list(call.query);
    case "get":
      return store.get(call.id);
    case "usage":
      return store.usage(call.query);
    case "savings":
      return store.savings(call.query);
    case "prune":
      return store.prune(call.query);
    case "close":
      return store.close();
  }
}
