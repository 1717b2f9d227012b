import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Simulator, startSimulator } from "../../../cli/sim/simulator.ts";
import type { LogFormat } from "../../../runtime/log/logger.ts";
import { freePort } from "../../cli/serve-process.ts";
import { startServed } from "../../support/served.ts";
import { withFolder } from "../../support/temporary-folder.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

/** What a gateway prints when a client of the Messages API asks an OpenAI model, and the upstream sends this. */
async function logged(body: string | undefined, env: Readonly<Record<string, string>>, log: LogFormat = "text") {
  const lines: string[] = [];
  const gateway = await startServed({
    upstreamUrl: simulator.openaiUrl,
    lines,
    serve: { log, env: { OPENAI: "sk-openai-test", ANTHROPIC: "sk-ant-test", ...env } },
  });
  if (body !== undefined) simulator.script({ do: { body } });
  const answer = await fetch(`${gateway.url}/v1/messages`, {
    method: "POST",
    body: JSON.stringify({ model: "gpt-4o", max_tokens: 9, top_k: 5, messages: [{ role: "user", content: "canary" }] }),
  });
  await answer.text();
  await gateway.stop();
  return {
    status: answer.status,
    text: lines.join("\n").replaceAll(/(?<=request )[\w-]+|[\d-]+T[\d:.]+Z|\d+ ms/g, "*"),
  };
}

describe("R329 an answer that cannot be read has a line in the log", () => {
  test.each([{}, { LOG_LEVEL: "ERROR" }])("%j", async (env) => {
    const { status, text } = await logged('{"canary"', env);
    expect(status).toBe(502);
    expect(text.split("\n").filter((line) => line.startsWith("warning: "))).toEqual(
      "LOG_LEVEL" in env
        ? []
        : [
            'warning: request *: openai/gpt-4o (openai) gave an answer that cannot be read: Provider "openai" answered 200 with something that is not its API\'s JSON.',
          ],
    );
    expect(text).not.toContain("canary");
  });
});

describe("R330 lines of a conversion come at DEBUG only", () => {
  const debug = [
    "debug: request *: anthropic to openai/gpt-4o (openai), attempt 1: ok in *",
    "debug: request *: dropped at top_k for openai",
  ];
  test("DEBUG", async () =>
    expect((await logged(undefined, { LOG_LEVEL: "DEBUG" })).text.split("\n").slice(1)).toEqual(debug));
  test("INFO", async () => expect((await logged(undefined, {})).text).not.toContain("debug"));
});

test("with --log json standard output is JSON lines and nothing else", async () => {
  await withFolder({}, async (folder) => {
    await writeFile(
      join(folder, "arouter.toml"),
      `listen_addr = "127.0.0.1:${freePort()}"
[router]
policy_file = "policies.yaml"
[store]
path = "off"
[providers.openai]
base_url = "${simulator.openaiUrl}"
api_key = "env.OPENAI_API_KEY"
`,
    );
    await writeFile(join(folder, "policies.yaml"), "rules: []\n");
    const main = join(import.meta.dir, "../../../cli/main.ts");
    const child = Bun.spawn([process.execPath, main, "serve", "--log", "json"], {
      cwd: folder,
      env: { ...process.env, OPENAI_API_KEY: "sk-test", LOG_LEVEL: "loud" },
      stdout: "pipe",
      stderr: "pipe",
    });
    let told = "";
    for await (const bytes of child.stderr) {
      told += new TextDecoder().decode(bytes);
      if (told.includes("listens on") && told.includes("curl")) break;
    }
    const url = /listens on (\S+)/.exec(told)?.[1] ?? "";
    await (await fetch(`${url}/v1/models/nothing`)).text();
    await (await fetch(`${url}/v1/chat/completions`, { method: "POST", body: "{" })).text();
    child.kill("SIGTERM");
    const lines = (await new Response(child.stdout).text()).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { time: expect.any(String), level: "warn", message: expect.stringContaining('LOG_LEVEL is "loud"') },
      expect.objectContaining({ level: "info", status: 400, path: "/v1/chat/completions" }),
    ]);
  });
});
