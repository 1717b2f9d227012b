import { Worker } from "node:worker_threads";
import type { Store } from "./store.ts";
import type { NumberedCall, StoreAnswer, StoreCall } from "./store-call.ts";

type Waiting = Readonly<{ resolve: (value: unknown) => void; reject: (error: Error) => void }>;

/**
 * The SQLite store at `path` in a thread of its own: neither a slow disk, nor another process that writes, nor a question
 * about a million requests holds up those that are served. The thread starts with the first call, and again when it has
 * died; it never keeps the process running.
 */
export function storeThread(path: string): Store {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let count = 0;

  function start(): Worker {
    const started = new Worker(workerModule(), { workerData: path });
    const end = (why: unknown) => {
      if (thread !== started) return;
      thread = undefined;
      const error = new Error(`the store's thread has ended (${why instanceof Error ? why.message : String(why)})`);
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    started.on("message", (answer: StoreAnswer) => settle(answer));
    started.on("error", end);
    started.on("exit", (code) => end(`code ${code}`));
    // After the listeners: in Bun adding one holds the process again.
    started.unref();
    return started;
  }

  function settle(answer: StoreAnswer): void {
    const call = waiting.get(answer.n);
    waiting.delete(answer.n);
    if (answer.kind === "done") call?.resolve(answer.value);
    else call?.reject(new Error(answer.message));
  }

  /** `Result` is what the store says to this call; the thread knows no types. */
  function ask<Result>(call: StoreCall): Promise<Result> {
    thread ??= start();
    count += 1;
    const numbered: NumberedCall = { n: count, call };
    thread.postMessage(numbered);
    return new Promise((resolve, reject) => {
      waiting.set(numbered.n, { resolve: (value) => resolve(value as Result), reject });
    });
  }

  return {
    append: (traces) => ask({ kind: "append", traces }),
    list: (query) => ask({ kind: "list", query }),
    get: (id) => ask({ kind: "get", id }),
    usage: (query) => ask({ kind: "usage", query }),
    savings: (query) => ask({ kind: "savings", query }),
    prune: (query) => ask({ kind: "prune", query }),
    close: async () => {
      if (thread === undefined) return;
      await ask({ kind: "close" });
      await thread.terminate();
    },
  };
}

/** In an executable of `bun build --compile` an entry point keeps its path under the common root. */
function workerModule(): URL | string {
  const compiled = import.meta.url.startsWith("file:///$bunfs/");
  return compiled ? "./runtime/store/store-worker.js" : new URL("./store-worker.ts", import.meta.url);
}
