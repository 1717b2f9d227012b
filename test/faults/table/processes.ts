import { expect } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { startSimulator } from "../../../cli/sim/simulator.ts";
import { startGatewayProcess } from "../../support/gateway-process.ts";
import { postText, rawRequest, rawSocket } from "../../support/raw-request.ts";
import { withFolder } from "../../support/temporary-folder.ts";
import type { Row } from "./row.ts";

const shutdownTest = "test/runtime/shutdown.test.ts";
const chatPath = "/v1/chat/completions";
const prompt = { model: "gpt-4o", messages: [{ role: "user", content: "hello" }] };
export const processes: readonly Row[] = [
  {
    id: "F171",
    fault: "Signals, and a standard output nobody reads",
    cases: [{ kind: "scene", name: "the reader of its log is gone", gets: "an answer", hits: "1", run: logReaderGone }],
    provenBy: [
      { file: shutdownTest, title: "SIGTERM lets a running stream finish, takes no new connection, and exits 0" },
      { file: shutdownTest, title: "a second signal ends the process at once" },
    ],
  },
  {
    id: "F180",
    fault: "The wall clock jumps",
    cases: [
      {
        kind: "scene",
        gets: "nothing of it: clock.ts alone reads clocks, and what waits uses the monotonic one",
        run: oneClock,
      },
    ],
    provenBy: [
      { file: "test/runtime/clock.test.ts", title: "delays beyond 2^31-1 ms do not fire at once" },
      {
        file: "test/routing/retry-after.test.ts",
        title: "F180 a wait is a number from 0 to a day, or none, whatever the header says",
      },
    ],
  },
  {
    id: "F182",
    fault: "No file descriptor left",
    cases: [
      { kind: "scene", gets: "an answer, as soon as some are free again", run: noDescriptors, timeoutMs: 60_000 },
    ],
  },
  {
    id: "F183",
    fault: "Memory runs out",
    provenBy: [
      {
        file: "test/admission/load-shedding.test.ts",
        title: "F183 memory over the limit sheds until it is a tenth below it",
      },
    ],
  },
  {
    id: "F199",
    fault: "Bun downloads what is imported and not there",
    cases: [{ kind: "scene", gets: "an error at start; nothing is downloaded", run: noInstall }],
  },
];

async function logReaderGone(): Promise<void> {
  const simulator = await startSimulator();
  const stopsReading = `exec "$0" "$@" > >(sed '/listens on/q' >&2)`;
  const gateway = await startGatewayProcess(simulator.openaiUrl, { AROUTER_LOG: "text" }, ["bash", "-c", stopsReading]);
  for (let asked = 0; asked < 3; asked++) {
    expect((await rawRequest(gateway.url, postText(chatPath, prompt))).status).toBe(200);
  }
  await gateway.stop();
  await simulator.stop();
}

/** Every other file gets its time handed in, so that tests can set it and no file takes the wrong clock. */
async function oneClock(): Promise<void> {
  const runtime = new URL("../../../runtime/", import.meta.url).pathname;
  const files = (await readdir(runtime, { recursive: true })).filter((file) => file.endsWith(".ts"));
  const texts = await Promise.all(
    files.map(async (file) => ({ file, text: await readFile(join(runtime, file), "utf8") })),
  );
  const readers = texts.filter(({ text }) => /\bDate\.now\(|\bperformance\.now\(|new Date\(\)/.test(text));
  // The worker that checks schemas measures how long a pattern took; nothing of clock.ts reaches it.
  expect(readers.map(({ file }) => file).sort()).toEqual(["clock.ts", "validation/check-schema.ts"]);
}

const descriptors = 64;

async function noDescriptors(): Promise<void> {
  const simulator = await startSimulator();
  const gateway = await startGatewayProcess(simulator.openaiUrl, {}, [
    "sh",
    "-c",
    `ulimit -n ${descriptors}; exec "$0" "$@"`,
  ]);
  const idle = Array.from({ length: 2 * descriptors }, () => rawSocket(gateway.url, "").socket);
  await Bun.sleep(300);
  for (const each of idle) each.destroy();
  const deadline = performance.now() + 15_000;
  let status = 0;
  while (status !== 200 && performance.now() < deadline) {
    const asked = rawRequest(gateway.url, postText(chatPath, prompt), 2000);
    status = await asked.then(
      (each) => each.status,
      () => 0,
    );
  }
  expect(status).toBe(200);
  await gateway.stop();
  await simulator.stop();
}

async function noInstall(): Promise<void> {
  const launcher = new URL("../../../cli/launch.mjs", import.meta.url).href;
  const { bunFlags }: Readonly<{ bunFlags: readonly string[] }> = await import(launcher);
  const name = "arouter-is-not-a-package";
  await withFolder({ "main.ts": `import "${name}";` }, async (folder) => {
    const run = Bun.spawnSync([process.execPath, ...bunFlags, join(folder, "main.ts")], { cwd: folder });
    const said = run.stderr.toString();
    expect(said).toContain(`Cannot find package '${name}'`);
    expect(said).not.toContain("GET http");
  });
}
