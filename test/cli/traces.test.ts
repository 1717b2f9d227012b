import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../runtime/store/sqlite/open-database.ts";
import { sqliteStore } from "../../runtime/store/sqlite/sqlite-store.ts";
import type { NewTrace } from "../../runtime/store/trace-row.ts";
import { attemptRow, newTrace } from "../runtime/store/rows.ts";
import { serveCompiled } from "../support/compiled.ts";
import { expectGolden } from "../support/golden.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

const at = (time: string) => ({ time_ms: Date.parse(`2026-11-21T${time}Z`), stream: 0 });
const traces: readonly NewTrace[] = [
  newTrace("req_plain", {
    ...at("10:00:00.123"),
    key: "client-1",
    cost_nanos: 1_234_567,
    charged_nanos: 1_234_567,
    attempts: [attemptRow(1, { uncached_input: 1200, cost_nanos: 1_234_567 })],
  }),
  newTrace("req_healed", {
    ...at("10:00:01"),
    stream: 1,
    rule: "cheap",
    decision: "self-healed",
    model_served: "claude-sonnet-4-5",
    provider: "anthropic",
    total_ms: 1832.7,
    ttft_ms: 412.5,
    cost_nanos: 400,
    requested_nanos: 10_000_000,
    saved_nanos: 9_999_600,
    charged_nanos: 0,
    byok: 1,
    attempts: [
      attemptRow(1, {
        outcome: "failed",
        status: 429,
        error_type: "rate_limited",
        error_message: "slow down",
        quarantined: 1,
        uncached_input: null,
        cache_read: null,
        cache_write: null,
        output: null,
        reasoning: null,
      }),
      attemptRow(2, {
        provider: "anthropic",
        model: "claude-sonnet-4-5",
        key: "own",
        billing: "byok",
        hedge: 1,
        latency_ms: 900.4,
        ttft_ms: 400,
        cache_read: 20,
        reasoning: 2,
        cost_nanos: 400,
      }),
    ],
  }),
  newTrace("req_nobody", {
    ...at("10:00:02"),
    model_requested: "\u001b[31mred\n",
    model_served: "none",
    provider: "unknown",
    status: 404,
    how: "failed",
    error_type: "not_found",
    attempts: [],
  }),
];

/** Two processes start and are waited for. */
const patienceMs = 60_000;
const golden = (name: string) => join(import.meta.dir, "golden", name);
let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "arouter-traces-"));
  path = join(folder, "traces.db");
  const store = sqliteStore(await openDatabase(path));
  await store.append(traces);
  await store.close();
});
afterAll(() => rm(folder, { recursive: true }));

const cli = (...argv: readonly string[]) => runCli([...argv, "--store", path]);

describe("what people read", () => {
  test.each([
    ["traces", ["traces"]],
    ["traces-errors", ["traces", "--status", "error"]],
    ["traces-page", ["traces", "--limit", "1"]],
    ["traces-none", ["traces", "--rule", "no-such"]],
    ["trace-healed", ["trace", "req_healed"]],
    ["trace-plain", ["trace", "req_plain"]],
    ["trace-nobody", ["trace", "req_nobody"]],
    ["usage", ["usage"]],
    ["usage-by-day", ["usage", "--by", "day", "--model", "gpt-4o"]],
    ["savings", ["savings"]],
    ["savings-by-model", ["savings", "--by", "model"]],
  ])("%s", async (name, argv) => {
    const { code, out, err } = await cli(...argv);
    expect([code, err]).toEqual([0, ""]);
    await expectGolden(golden(`${name}.txt`), out);
  });

  test.each([120, 100, 80, 64])(
    "fits a terminal of %d columns: names are cut, then columns left out",
    async (columns) => {
      const { out } = await runCli(["traces", "--store", path], { columns });
      expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(columns);
      await expectGolden(golden(`traces-${columns}-columns.txt`), out);
    },
  );
});

describe("what programs read", () => {
  test("is what the gateway's API answers", async () => {
    const served = await serveCompiled({
      files: { "arouter.toml": '[providers.openai]\napi_key = "env.KEY"\n[admin]\nkey = "operator-key"\n' },
      env: { KEY: "sk-test", AROUTER_STORE: path },
      upstreams: {},
    });
    const headers = { authorization: "Bearer operator-key" };
    const env = { AROUTER_ADMIN_KEY: "operator-key" };
    for (const [argv, query] of [
      [["traces", "--since", "2026-11-21", "--limit", "2"], "traces?limit=2&since=2026-11-21"],
      [["trace", "req_healed"], "traces/req_healed"],
      [["usage", "--by", "day"], "usage?by=day"],
      [["savings"], "savings"],
    ] as const) {
      const told = await (await fetch(`${served.url}/api/v1/${query}`, { headers })).json();
      for (const source of [
        ["--store", path],
        ["--url", `${served.url}/v1/`],
      ]) {
        const { code, out, err } = await runCli([...argv, "--json", ...source], { env });
        expect([code, err]).toEqual([0, ""]);
        expect(JSON.parse(out)).toEqual(told);
      }
    }
    const asked = { ...env, AROUTER_URL: served.url };
    expect((await runCli(["usage"], { env: asked })).out).toBe((await cli("usage")).out);
    expect(await runCli(["trace", "nobody"], { env: asked })).toMatchObject({ code: 1, out: "" });
    expect(await runCli(["traces", "--since", "x"], { env: asked })).toEqual(await cli("traces", "--since", "x"));
    const refused = await runCli(["usage", "--url", served.url]);
    expect([refused.code, refused.err]).toEqual([
      2,
      `error: ${served.url} answers 401: No API key. Send it as \`Authorization: Bearer <key>\`, as \`x-api-key\` or as \`x-goog-api-key\`. Put the gateway's admin key into AROUTER_ADMIN_KEY.\n`,
    ]);
    await served.stop();
  });
});

const elsewhere =
  "Run this where the gateway runs, or say where to look: --store FILE, or --url http://localhost:8080 for a running gateway.";

describe("what cannot be shown", () => {
  test("a request that is not there", async () => {
    expect(await cli("trace", "req_x")).toEqual({
      code: 1,
      out: "",
      err: 'error: The store has no request "req_x". arouter traces lists those that it has.\n',
    });
  });

  test("a time that is none", async () => {
    expect(await cli("usage", "--since", "yesterday")).toEqual({
      code: 2,
      out: "",
      err: "error: --since must be an age (90s, 15m, 1h, 7d, 2w) or a time (2026-11-21, 2026-11-21T10:00:00Z).\nRun: arouter usage --help\n",
    });
  });

  test("a store that is not there, and a gateway that is not there", async () => {
    const none = join(folder, "none.db");
    expect(await runCli(["traces", "--store", none])).toEqual({
      code: 2,
      out: "",
      err: `error: The trace store ${none} cannot be read: there is no such file.\n${elsewhere}\n`,
    });
    const { code, err } = await runCli(["traces", "--url", "http://127.0.0.1:1"]);
    expect([code, err]).toEqual([2, expect.stringMatching(/^error: http:\/\/127\.0\.0\.1:1 does not answer: /)]);
    expect((await runCli(["traces", "--store", path, "--url", "x"])).err).toBe(
      "error: --store and --url exclude each other.\n",
    );
    expect((await runCli(["traces", "--url", "localhost"])).err).toBe(
      "error: localhost is no URL; write http://localhost:8080\n",
    );
  });
});

test("where the configuration says traces are, unless the environment says otherwise", async () => {
  const config = (lines: string) => `[providers.openai]\napi_key = "env.KEY"\n${lines}\n`;
  await withFolder(
    { "a.toml": config(`[store]\npath = "${path}"`), "off.toml": config('[store]\npath = "off"'), "bad.toml": "x = 1" },
    async (files) => {
      const read = (file: string, env = {}) => runCli(["usage", "--config", join(files, file)], { env });
      expect(await read("a.toml")).toEqual(await cli("usage"));
      expect((await read("off.toml")).err).toBe(
        `error: The configuration keeps no traces: store.path is "off".\n${elsewhere}\n`,
      );
      expect(await read("off.toml", { AROUTER_STORE: path })).toEqual(await cli("usage"));
      expect((await read("a.toml", { AROUTER_STORE: ":memory:" })).err).toBe(
        "error: The gateway keeps its traces in memory. Ask it: --url http://localhost:8080\n",
      );
      expect((await read("bad.toml")).err).toBe(
        `error: ${join(files, "bad.toml")} has errors; arouter check tells them.\n${elsewhere}\n`,
      );
    },
  );
});

test(
  "--follow shows the latest, then what comes, oldest first",
  async () => {
    const main = join(import.meta.dir, "../../cli/main.ts");
    const own = join(folder, "followed.db");
    const store = sqliteStore(await openDatabase(own));
    await store.append(traces.slice(0, 2));
    for (const json of [false, true]) {
      const argv = ["traces", "--follow", "--store", own, ...(json ? ["--json"] : [])];
      const child = Bun.spawn([process.execPath, main, ...argv], { stdout: "pipe" });
      let out = "";
      const reading = child.stdout.pipeTo(
        new WritableStream({
          write: (bytes) => {
            out += new TextDecoder().decode(bytes);
          },
        }),
      );
      const seen = async (text: string) => {
        while (!out.includes(text)) await Bun.sleep(10);
      };
      await seen("req_healed");
      const ids = [`req_first_${json}`, `req_second_${json}`];
      await store.append(ids.map((id) => newTrace(id)));
      await seen(ids[1] ?? "");
      child.kill();
      await reading;
      const lines = out.trimEnd().split("\n");
      const shown = lines
        .map((line) => (json ? JSON.parse(line).id : line.split(/ {2,}/)[1]))
        .filter((id) => id !== "ID");
      expect(shown.slice(0, 2)).toEqual(["req_plain", "req_healed"]);
      expect(shown.slice(-2)).toEqual(ids);
      expect(new Set(shown).size).toBe(shown.length);
    }
    await store.close();
  },
  patienceMs,
);
