import { afterAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../../runtime/store/sqlite/open-database.ts";
import { sqliteStore } from "../../../runtime/store/sqlite/sqlite-store.ts";
import { storeThread } from "../../../runtime/store/store-thread.ts";
import { everything, newTrace } from "./rows.ts";

const folder = await mkdtemp(join(tmpdir(), "arouter-thread-"));
afterAll(() => rm(folder, { recursive: true }));

test("every call goes through, in order, and ends where the database is closed", async () => {
  const path = join(folder, "calls.db");
  const store = storeThread(path);
  const page = { ...everything, limit: 9, before: undefined, after: undefined };
  const [, list, one, usage, savings, pruned, none] = await Promise.all([
    store.append([newTrace("a", { cost_nanos: 2, saved_nanos: 3, time_ms: 5 }), newTrace("b", { time_ms: 9 })]),
    store.list(page),
    store.get("a"),
    store.usage({ ...everything, by: "model" }),
    store.savings({ ...everything, by: "rule" }),
    store.prune({ beforeMs: 6, keep: undefined, chunk: 9 }),
    store.get("a"),
  ]);
  expect(list.map(({ id }) => id)).toEqual(["b", "a"]);
  expect(one).toEqual({ ...newTrace("a", { cost_nanos: 2, saved_nanos: 3, time_ms: 5 }), seq: 1 });
  expect(usage.total).toMatchObject({ requests: 2, cost_nanos: 0n });
  expect(savings.total).toMatchObject({ requests: 1, saved_nanos: 3n });
  expect([pruned, none]).toEqual([1, undefined]);
  await store.close();
  const again = sqliteStore(await openDatabase(path));
  expect((await again.list(page)).map(({ id }) => id)).toEqual(["b"]);
  await again.close();
});

test("what cannot be opened is told to each who asks, until it can be", async () => {
  const inFile = join(folder, "a-file/traces.db");
  await Bun.write(join(folder, "a-file"), "in the way");
  const store = storeThread(inFile);
  await expect(store.append([newTrace("a")])).rejects.toThrow("EEXIST");
  await expect(store.get("a")).rejects.toThrow("EEXIST");
  await rm(join(folder, "a-file"));
  await store.append([newTrace("a")]);
  expect((await store.get("a"))?.id).toBe("a");
  await store.close();
});

test("two that share a file wait for each other", async () => {
  const path = join(folder, "shared.db");
  const stores = [storeThread(path), storeThread(path), storeThread(path)];
  const batches = Array.from({ length: 60 }, (_, at) =>
    stores[at % 3]?.append(Array.from({ length: 20 }, (_, n) => newTrace(`${at}-${n}`))),
  );
  await Promise.all(batches);
  const { total } = (await stores[0]?.usage({ ...everything, by: "model" })) ?? {};
  expect(total?.requests).toBe(1200);
  await Promise.all(stores.map((store) => store.close()));
});

test("it does not keep a process running", async () => {
  const program = `
    import { storeThread } from ${JSON.stringify(join(import.meta.dir, "../../../runtime/store/store-thread.ts"))};
    const store = storeThread(${JSON.stringify(join(folder, "short.db"))});
    await store.get("a");
    console.log("asked");`;
  const file = join(folder, "short.ts");
  await Bun.write(file, program);
  const child = Bun.spawn([process.execPath, file], { stdout: "pipe" });
  expect([await child.exited, await child.stdout.text()]).toEqual([0, "asked\n"]);
});
