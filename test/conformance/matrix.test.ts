import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { expectGolden } from "../support/golden.ts";
import { columns } from "./columns.ts";
import { type Cell, formatsPage, type Ways } from "./matrix/page.ts";
import { rows } from "./matrix/rows.ts";
import type { Stage } from "./scenario.ts";
import { type Recorder, startRecorder } from "./types/recorder.ts";
import { typeErrors, typePatienceMs } from "./types/type-errors.ts";
import { type Written, writtenOf } from "./types/written.ts";
import { upstreams } from "./upstreams.ts";

/** Every client's API to every upstream's, whole and streamed. */
const ways = ["create", "iterate"] as const;
const cells = new Map<string, Cell>();
/** All that was written to clients and vendors. */
const written: Written[] = [];

let gateway: TestGateway;
let recorder: Recorder;
beforeAll(async () => {
  gateway = await startGateway();
  recorder = startRecorder(gateway.url);
});
afterAll(async () => {
  await recorder.stop();
  await gateway.stop();
});

describe("R132 R133 R134 R203 R205 R206 four formats, any to any", () => {
  for (const column of columns) {
    for (const upstream of upstreams) {
      for (const row of rows) {
        for (const way of ways) {
          const key = [column.wire, upstream.upstream, row.title, way].join(" ");
          test(key, async () => {
            gateway.forget();
            const before = await losses();
            const sdk = column.connect({ ...gateway, url: recorder.url });
            const stage: Stage = {
              ...upstream,
              sdk,
              script: (behaviour, times = 1) => gateway.script({ do: behaviour, times }),
              received: () => gateway.received(),
            };
            await row.run(stage, sdk[way]);
            const after = await losses();
            const lost = [...after].filter(([code, count]) => count > (before.get(code) ?? 0)).map(([code]) => code);
            cells.set(key, { lost: lost.sort() });
            written.push(...recorder.taken().flatMap((answer) => writtenOf(column.wire, answer)));
            // What a vendor of the client's own API got is the client's own text.
            if (upstream.upstream === column.wire) return;
            for (const { body } of gateway.received())
              written.push({ format: upstream.upstream, kind: "request", json: body });
          });
        }
      }
    }
  }

  const title = "R136 all that was written is of the types of the vendors' SDKs";
  test(title, async () => expect(await typeErrors(written)).toEqual([]), typePatienceMs);

  test("is what docs/formats.md says", async () => {
    expect(cells.size).toBe(columns.length * upstreams.length * rows.length * ways.length);
    const cellOf: Ways = (client, upstream, title) =>
      ways.map((way) => cells.get([client, upstream, title, way].join(" ")));
    await expectGolden(`${import.meta.dir}/../../docs/formats.md`, formatsPage(cellOf));
  });
});

/** What the gateway has counted as lost so far, by code. */
async function losses(): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const lines = text.matchAll(/^arouter_translation_losses_total\{code="([^"]*)"\} (\d+)$/gm);
  return new Map([...lines].map(([, code = "", count]) => [code, Number(count)]));
}
