import { parentPort, workerData } from "node:worker_threads";
import { oneAtATime } from "../server/one-at-a-time.ts";
import { openDatabase } from "./sqlite/open-database.ts";
import { sqliteStore } from "./sqlite/sqlite-store.ts";
import type { Store } from "./store.ts";
import { callStore, type NumberedCall, type StoreAnswer } from "./store-call.ts";

/** The thread that a store lives in. Its database is opened by the first call and, when that fails, by the next. */
const path: string = workerData;
let store: Store | undefined;

const answer = oneAtATime(async ({ n, call }: NumberedCall): Promise<void> => {
  try {
    store ??= await open();
    post({ kind: "done", n, value: await callStore(store, call) });
  } catch (thrown) {
    post({ kind: "failed", n, message: thrown instanceof Error ? thrown.message : String(thrown) });
  }
});

async function open(): Promise<Store> {
  try {
    return sqliteStore(await openDatabase(path));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Error(`${path} cannot be opened (another file, or "off", is set by [store] path): ${why}`);
  }
}

function post(message: StoreAnswer): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", (call: NumberedCall) => void answer(call));
