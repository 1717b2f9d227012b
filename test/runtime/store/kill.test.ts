import { expect, test } from "bun:test";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startSimulator } from "../../../cli/sim/simulator.ts";
import { writeBehindLimits } from "../../../runtime/store/write-behind.ts";
import { startGatewayProcess } from "../../support/gateway-process.ts";
import { withFolder } from "../../support/temporary-folder.ts";

/** So many are to be stored for sure before the kill. */
const enough = 200;
/** What a busy machine may add to the time that a trace waits. */
const patienceMs = 3000;

test("kill -9 under load loses the traces of the last moment at most, and the store is whole", async () => {
  await withFolder({}, async (folder) => {
    const path = join(folder, "traces.db");
    const simulator = await startSimulator();
    const answered = new Map<string, number>();
    for (let round = 0; round < 2; round++) {
      const gateway = await startGatewayProcess(simulator.openaiUrl, { AROUTER_STORE: path });
      let killedMs = Number.POSITIVE_INFINITY;
      const ask = async () => {
        while (performance.now() < killedMs) {
          const body = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "hello" }] });
          const response = await fetch(`${gateway.url}/v1/chat/completions`, { method: "POST", body });
          await response.text();
          answered.set(response.headers.get("x-arouter-request-id") ?? "", performance.now());
        }
      };
      const load = Array.from({ length: 8 }, () => ask().catch(() => undefined));
      const before = answered.size;
      while (answered.size < before + enough) await Bun.sleep(10);
      await Bun.sleep(writeBehindLimits.flushMs + patienceMs);
      killedMs = performance.now();
      gateway.kill("SIGKILL");
      await gateway.exited;
      await Promise.all(load);

      const database = new DatabaseSync(path);
      expect(database.prepare("PRAGMA integrity_check").get()).toMatchObject({ integrity_check: "ok" });
      const stored = new Set(
        database
          .prepare("SELECT id FROM traces")
          .all()
          .map(({ id }) => id),
      );
      database.close();
      const sure = [...answered].filter(([, atMs]) => atMs < killedMs - writeBehindLimits.flushMs - patienceMs);
      expect(sure.length).toBeGreaterThanOrEqual(enough);
      expect(sure.filter(([id]) => !stored.has(id))).toEqual([]);
      // What is lost is lost: the next round counts from here.
      for (const id of answered.keys()) if (!stored.has(id)) answered.delete(id);
    }
    await simulator.stop();
  });
}, 60_000);
