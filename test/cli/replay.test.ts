import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Served } from "../../runtime/server/serve.ts";
import { startServed } from "../support/served.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

let simulator: Simulator;
let gateway: Served;
beforeAll(async () => {
  simulator = await startSimulator();
  gateway = await startServed({
    upstreamUrl: simulator.openaiUrl,
    resolve: (model) => {
      const [provider = "", name = ""] = model.includes("/") ? model.split("/") : [providerOf(model), model];
      return { model: name, offers: [{ provider, model: name }] };
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
});

const providerOf = (model: string) => (model.startsWith("claude-") ? "anthropic" : "openai");
const said = (content: string) => [{ role: "user", content }];
const calls = [
  { path: "/v1/chat/completions", body: { model: "gpt-4o", messages: said("one") } },
  { path: "/v1/chat/completions", body: { model: "gpt-4o", messages: said("two"), stream: true } },
  { path: "/v1/messages", body: { model: "claude-sonnet-4-5", max_tokens: 50, messages: said("three") } },
  { path: "/v1/messages", body: { model: "claude-sonnet-4-5", max_tokens: 50, messages: said("four"), stream: true } },
  { path: "/v1/messages", body: { model: "gpt-4o", max_tokens: 50, messages: said("five") } },
  { path: "/v1/embeddings", body: { model: "text-embedding-3-small", input: "six" } },
] as const;

/** Runs `test` with the log file of a gateway that was asked all of `calls`. */
async function withLog(use: (file: string) => Promise<void>): Promise<void> {
  await withFolder({}, async (folder) => {
    const logFile = join(folder, "requests.jsonl");
    const recorded = await startServed({ upstreamUrl: simulator.openaiUrl, serve: { logFile } });
    for (const { path, body } of calls) {
      const answer = await fetch(recorded.url + path, { method: "POST", body: JSON.stringify(body) });
      expect([path, answer.status]).toEqual([path, 200]);
      await answer.text();
    }
    await recorded.stop();
    simulator.reset();
    await use(logFile);
  });
}

const replay = (argv: readonly string[]) => runCli(["replay", "--url", gateway.url, ...argv]);
const asked = () =>
  simulator.requests.map(({ path, json }) => [path, Object(json).model, Object(json).stream ?? false]);

describe("arouter replay", () => {
  test("R322 sends what a log file has again, to the same models, and tells both outcomes", async () => {
    await withLog(async (file) => {
      const { code, out, err } = await replay([file, "--format", "json"]);
      expect([code, err]).toEqual([0, ""]);
      const lines = out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(lines.map(({ provider, model, now }) => [provider, model, now.served])).toEqual([
        ["openai", "gpt-4o", "gpt-4o"],
        ["openai", "gpt-4o", "gpt-4o"],
        ["anthropic", "claude-sonnet-4-5", "claude-sonnet-4-5"],
        ["anthropic", "claude-sonnet-4-5", "claude-sonnet-4-5"],
        ["openai", "gpt-4o", "gpt-4o"],
        ["openai", "text-embedding-3-small", "text-embedding-3-small"],
      ]);
      for (const { then, now } of lines) {
        expect(then).toEqual({ status: 200, tokens: now.tokens, ms: expect.any(Number) });
        expect([now.status, typeof now.ms]).toEqual([200, "number"]);
      }
      // A stream of OpenAI's tells its tokens only to whom asks for them; those of embeddings are not read.
      expect(lines.map(({ now }) => now.tokens > 0)).toEqual([true, false, true, true, true, false]);
      expect(asked()).toEqual([
        ["/v1/chat/completions", "gpt-4o", false],
        ["/v1/chat/completions", "gpt-4o", true],
        ["/v1/messages", "claude-sonnet-4-5", false],
        ["/v1/messages", "claude-sonnet-4-5", true],
        ["/v1/chat/completions", "gpt-4o", false],
        ["/v1/embeddings", "text-embedding-3-small", false],
      ]);
    });
  });

  test("R47 --policy reads the requests that a gateway has finished, and sends nothing", async () => {
    await withLog(async (file) => {
      const config = '[router]\npolicy_file = "policies.yaml"\n[providers.openai]\n[providers.anthropic]\n';
      const policies = `rules:
  - { name: short, when: { max_tokens_lt: 51, stream: true }, then: { model: claude-haiku-4-5 } }
  - { name: team, when: { header: { x-team: a }, endpoint: chat_completions }, then: { model: o3 } }
`;
      await withFolder({ "arouter.toml": config, "policies.yaml": policies }, async (folder) => {
        const { out } = await runCli(["replay", file, "--policy", folder, "--format", "json"]);
        const { requests, total, left_out } = JSON.parse(out);
        type Row = Readonly<{
          model_then: string;
          rules_now: readonly string[];
          model_now: string;
          doubts: readonly string[];
        }>;
        expect(
          requests.map((row: Row) => [row.model_then, row.rules_now.join(), row.model_now, row.doubts.join()]),
        ).toEqual([
          ["gpt-4o", "team,none", null, "headers"],
          ["gpt-4o", "team,none", null, "headers"],
          ["claude-sonnet-4-5", "none", "claude-sonnet-4-5", ""],
          ["claude-sonnet-4-5", "short", "claude-haiku-4-5", ""],
          ["gpt-4o", "none", "gpt-4o", ""],
          ["text-embedding-3-small", "none", "text-embedding-3-small", ""],
        ]);
        expect([total.requests, left_out, asked()]).toEqual([6, {}, []]);
      });
    });
  });

  test("--model asks another one, --limit only the first; a table for people", async () => {
    await withLog(async (file) => {
      const { code, out } = await replay([file, "--model", "claude-haiku-4-5", "--limit", "2", "--concurrency", "2"]);
      expect(code).toBe(0);
      const cells = out.split("\n").map((line) => line.split(/ {2,}/).slice(1, 4));
      expect(cells.slice(0, 3)).toEqual([
        ["MODEL", "SERVED NOW", "STATUS"],
        ["openai/gpt-4o", "claude-haiku-4-5", "200 → 200"],
        ["openai/gpt-4o", "claude-haiku-4-5", "200 → 200"],
      ]);
      expect(out).toEndWith("2 of 2 answered\n");
      expect(asked().map(([path]) => path)).toEqual(["/v1/messages", "/v1/messages"]);
    });
  });

  test("what cannot be sent again is counted by its reason; a request that fails is exit code 1", async () => {
    await withLog(async (file) => {
      const [first = "", answer = "", ...rest] = (await readFile(file, "utf8")).trimEnd().split("\n");
      const changed = (change: object) => JSON.stringify({ ...JSON.parse(first), request_id: "other", ...change });
      const lines = [
        changed({ body: null }),
        changed({ body: '{"model":"gp' }),
        changed({ path: "/v1/images/generations" }),
        changed({ attempt_number: 2 }),
        "not json",
        '{"message":"something else"}',
        first,
        answer,
        ...rest,
      ];
      await writeFile(file, lines.join("\n"));
      simulator.script({ do: { status: 400, errorMessage: "no" } });
      const { code, out } = await replay([file, "--limit", "2"]);
      expect(code).toBe(1);
      expect(out).toContain("200 → 400");
      expect(out.split("\n").slice(-6)).toEqual([
        "1 of 2 answered",
        "1 left out: private",
        "1 left out: cut short",
        "1 left out: of an endpoint that gateways do not serve",
        "2 left out: no line of a log file",
        "",
      ]);
    });
  });

  test.each([
    [[], "Missing FILE."],
    [["missing.jsonl"], "missing.jsonl cannot be read: ENOENT"],
    [["x", "--limit", "0"], "--limit takes a number from 1."],
    [["x", "--concurrency", "65"], "--concurrency takes a number from 1 to 64."],
  ])("%j is wrong usage", async (argv, message) => {
    const { code, err } = await replay(argv);
    expect(code).toBe(2);
    expect(err).toStartWith(`error: ${message}`);
    expect(err).toEndWith("Run: arouter replay --help\n");
  });

  test("nobody answers, or the address is none", async () => {
    await withLog(async (file) => {
      const gone = await runCli(["replay", file, "--url", "http://127.0.0.1:1"]);
      expect([gone.code, gone.err.split(":").slice(0, 4).join(":")]).toEqual([
        2,
        "error: http://127.0.0.1:1 does not answer",
      ]);
      const none = await runCli(["replay", file], { env: { AROUTER_URL: "localhost" } });
      expect([none.code, none.err.split("\n")[0]]).toEqual([
        2,
        "error: localhost is no URL; write http://127.0.0.1:8080",
      ]);
    });
  });
});
