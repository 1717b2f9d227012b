import { expect } from "bun:test";
import type { Behaviour } from "../../../cli/sim/script/behaviour.ts";
import { startBench } from "./bench.ts";
import { requestOf } from "./observe.ts";
import type { Row } from "./row.ts";
import { first, well } from "./say.ts";

/** What must not be said, and where. */
export const disclosure: readonly Row[] = [
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
];

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
