import { expect } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Behaviour } from "../../../cli/sim/script/behaviour.ts";
import { startSimulator } from "../../../cli/sim/simulator.ts";
import { startGatewayProcess } from "../../support/gateway-process.ts";
import { postText, rawRequest, rawSocket } from "../../support/raw-request.ts";
import { withFolder } from "../../support/temporary-folder.ts";
import { providerTerms } from "../../support/terms.ts";
import { startBench } from "./bench.ts";
import { requestOf } from "./observe.ts";
import type { Expected, Row } from "./row.ts";
import { answer, both, byKey, cut, error, first, hello, upstream, well } from "./say.ts";

const shutdownTest = "test/runtime/shutdown.test.ts";
const breakerTest = "test/routing/circuit-breaker.test.ts";
const quarantineTest = "test/routing/key-quarantine.test.ts";
const chatPath = "/v1/chat/completions";
const prompt = { model: "gpt-4o", messages: [{ role: "user", content: "hello" }] };
const never = { ...providerTerms.retry, sameProvider: "never" } as const;
const touchy = { ...providerTerms.breaker, failureThreshold: 2, cooldownMs: 40_000 };
const broken = upstream({ status: 500 }, { settings: { retry: never, breaker: touchy } });

/** Beta, the second model, answers; alpha, under way, is let go. */
const hedgeWins: Expected = {
  gets: [answer("beta", 2)],
  hits: { alpha: 1, beta: 1 },
  moved: { "attempts{alpha,cancelled}": 1, "attempts{beta,ok}": 1, "hedges{hedge}": 1 },
};

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
    id: "F185",
    fault: "All come back at once when a breaker half-opens",
    provenBy: [
      { file: breakerTest, title: "one probe passes; its success closes the breaker and forgets what was" },
      { file: breakerTest, title: "F185 the cooldown is up to a tenth longer, never shorter" },
      {
        file: quarantineTest,
        title: "R127 F185 only one call goes through until it is settled; others are told to come back in 1 s",
      },
    ],
  },
  {
    id: "F186",
    fault: "Every breaker is open",
    cases: [
      {
        kind: "exchanges",
        upstreams: [broken, broken],
        distinct: true,
        ...both({
          gets: [
            error(500, 2, { shouldRetry: "false" }),
            error(500, 2, { shouldRetry: "false" }),
            // What failed at alpha just before counts against the request; beta's own failures begin here.
            error(500, 1),
            error(500, 1),
            error({ chat: 503, messages: 529 }, 0, { retryAfter: "39-45" }),
          ],
          hits: { alpha: 2, beta: 4 },
          moved: {
            "attempts{alpha,server_error}": 2,
            "attempts{beta,server_error}": 4,
            "failovers{alpha,beta,server_error}": 2,
            "breaker_opens{alpha}": 1,
            "breaker_opens{beta}": 1,
          },
        }),
      },
    ],
  },
  {
    id: "F187",
    fault: "A breaker between open and closed: few requests, half of them failing",
    provenBy: [
      { file: breakerTest, title: "F187 on half of the calls failing, but not before there were enough of them" },
      { file: breakerTest, title: "calls that have left the window do not count" },
    ],
  },
  {
    id: "F188",
    fault: "A provider fails every request: retries stay within their budget",
    cases: [
      {
        kind: "scene",
        gets: "its error, 200 times",
        hits: "at most 240",
        moved: "attempts{alpha,server_error}, retries{alpha}",
        run: retryStorm,
      },
    ],
    provenBy: [
      {
        file: "test/routing/retry-budget.test.ts",
        title: "F188 with every attempt failing, upstreams get at most 1.2 times the requests, and the reserve",
      },
    ],
  },
  {
    id: "F189",
    fault: "A hedged request: both models answer",
    cases: [
      {
        kind: "exchanges",
        name: "the second is faster",
        upstreams: [upstream({ headersDelayMs: 1000 }), well],
        hedgeAfterMs: 20,
        ...both(hedgeWins),
      },
      {
        kind: "exchanges",
        name: "the first fails before the second was to start",
        upstreams: [upstream({ status: 500 }), well],
        hedgeAfterMs: 5000,
        ...both({
          ...hedgeWins,
          moved: { "attempts{alpha,server_error}": 1, "attempts{beta,ok}": 1, "hedges{hedge}": 1 },
        }),
      },
      {
        kind: "exchanges",
        name: "the first is in time",
        upstreams: [well, well],
        hedgeAfterMs: 5000,
        ...both({
          gets: [answer("alpha", 1)],
          hits: { alpha: 1, beta: 0 },
          moved: { "attempts{alpha,ok}": 1, "hedges{primary}": 1 },
        }),
      },
    ],
  },
  {
    id: "F190",
    fault: "A hedged request: the winner breaks off",
    cases: [
      {
        kind: "exchanges",
        only: "stream",
        upstreams: [
          upstream({ headersDelayMs: 1000 }),
          upstream({ text: hello.repeat(5), deltaChars: 4, eventDelayMs: 10, endAfterEvents: 8 }),
        ],
        hedgeAfterMs: 20,
        ...both({ ...hedgeWins, gets: [cut("beta", hello.repeat(5))] }),
      },
    ],
  },
  {
    id: "F193",
    fault: "Control characters in a name that is logged",
    cases: [
      { kind: "scene", name: "text", gets: "an answer, and one visible line", run: () => hostileName("text") },
      { kind: "scene", name: "JSON", gets: "an answer, and one line of JSON", run: () => hostileName("json") },
    ],
    provenBy: [
      {
        file: "test/compiler/render.test.ts",
        title: "control characters in messages and hints do not reach the terminal",
      },
    ],
  },
  {
    id: "F194",
    fault: "A provider's key in anything the gateway says",
    cases: [{ kind: "scene", gets: "answers, errors, metrics, health and log lines without it", run: noSecrets }],
    provenBy: [
      { file: "test/compiler/config.test.ts", title: "no secret enters the IR" },
      { file: "test/compiler/cases.test.ts", title: "no golden file holds a secret of its case" },
      {
        file: "test/routing/key-pool.test.ts",
        title: "R126 names every key in order, its state and why, and never its value",
      },
    ],
  },
  {
    id: "F195",
    fault: "A prompt or an answer in the log",
    cases: [{ kind: "scene", gets: "log lines, metrics and health without either", run: noPrompts }],
    provenBy: [{ file: "test/runtime/validation/validation.test.ts", title: "no message quotes the answer" }],
  },
  {
    id: "F196",
    fault: "A page of the server's with source lines in it",
    cases: [
      {
        kind: "raw",
        request: `GET /%ZZ%00 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
        status: 404,
        says: '"error"',
      },
    ],
    provenBy: [
      {
        file: "test/faults/load.test.ts",
        title: "10,000 malformed requests leave the process healthy, and none is answered with 500",
      },
    ],
  },
  {
    id: "F197",
    fault: "A gateway that listens beyond this machine and asks for no key",
    provenBy: [
      { compilerCase: "warn-public-bind" },
      {
        file: "test/compiler/config.test.ts",
        title:
          "R69 an empty configuration means both vendors with keys from the environment, where http://localhost:8080/v1 points",
      },
    ],
  },
  {
    id: "F199",
    fault: "Bun downloads what is imported and not there",
    cases: [{ kind: "scene", gets: "an error at start; nothing is downloaded", run: noInstall }],
  },
  {
    id: "F218",
    fault: "Every key of the provider is refused",
    cases: [
      {
        kind: "exchanges",
        name: "it is said, and the keys are not hammered",
        upstreams: [byKey({ k1: { status: 401 }, k2: { status: 401 } })],
        ...both({
          gets: [error(502, 2, { shouldRetry: "false" })],
          hits: { "alpha/k1": 1, "alpha/k2": 1 },
          moved: {
            "attempts{alpha,upstream_auth}": 2,
            "quarantines{alpha,k1,rejected}": 1,
            "quarantines{alpha,k2,rejected}": 1,
          },
        }),
      },
      {
        kind: "exchanges",
        name: "the last key is good again: the next request finds out",
        upstreams: [first([{ status: 401 }])],
        ...both({
          gets: [error(502, 1, { shouldRetry: "false" }), answer("alpha", 1)],
          hits: { alpha: 2 },
          moved: {
            "attempts{alpha,upstream_auth}": 1,
            "attempts{alpha,ok}": 1,
            "quarantines{alpha,default,rejected}": 1,
          },
        }),
      },
    ],
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

async function retryStorm(): Promise<void> {
  const settings = { breaker: { ...providerTerms.breaker, enabled: false } };
  const bench = await startBench({
    upstreams: [upstream({ status: 500 }, { settings })],
    format: "openai-chat",
    catalog: { retryBudget: { percent: 20, minPerSecond: 0 } },
  });
  const { path, body } = requestOf("chat", {});
  for (let asked = 0; asked < 200; asked++) {
    expect((await fetch(bench.url + path, { method: "POST", body })).status).toBe(500);
  }
  expect(bench.hits()["alpha"]).toBeGreaterThan(220);
  expect(bench.hits()["alpha"]).toBeLessThanOrEqual(240);
  await bench.stop();
}

async function hostileName(log: "text" | "json"): Promise<void> {
  const bench = await startBench({ upstreams: [well], format: "openai-chat", serve: { log } });
  const model = 'a\r\n2026 200 FORGED\u001b[31m\u202e"}';
  const { path, body } = requestOf("chat", { model });
  expect((await fetch(bench.url + path, { method: "POST", body })).status).toBe(200);
  const printed = bench.printed();
  expect(printed).not.toMatch(/[^\x20-\x7e]/);
  if (log === "json") expect(JSON.parse(printed)).toMatchObject({ status: 200, requested: model });
  await bench.stop();
}

/** Answers of all kinds, and everything else the gateway tells: responses, metrics, health, log. */
async function saidAbout(content: string): Promise<string> {
  const failures: readonly Behaviour[] = [
    { status: 401 },
    { status: 400 },
    { status: 500, html: true },
    { body: "no JSON" },
    { resetBeforeHeaders: true },
    {},
  ];
  const bench = await startBench({ upstreams: [first(failures)], format: "openai-chat", serve: { log: "text" } });
  const said: string[] = [];
  for (const stream of [false, true]) {
    const { path, body } = requestOf("chat", { stream, messages: [{ role: "user", content }] });
    for (let asked = 0; asked < 4; asked++) {
      const response = await fetch(bench.url + path, { method: "POST", body });
      said.push(JSON.stringify([...response.headers]));
      if (response.status !== 200) said.push(await response.text());
      else await response.text();
    }
  }
  for (const page of ["/metrics", "/healthz"]) said.push(await (await fetch(bench.url + page)).text());
  await bench.stop();
  return [...said, bench.printed()].join("\n");
}

async function noSecrets(): Promise<void> {
  expect(await saidAbout("hello")).not.toContain("sk-alpha");
}

async function noPrompts(): Promise<void> {
  expect(await saidAbout("canary in the prompt")).not.toContain("canary");
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
