import { expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startSimulator } from "../../cli/sim/simulator.ts";
import { spawnGateway } from "../support/spawn-gateway.ts";
import { goodFiles } from "./files.ts";
import { runCli } from "./run-cli.ts";

const root = join(import.meta.dir, "../..");
/** Inside the repository, where generated code finds `arouter/runtime`; not in node_modules, where Deno takes no TypeScript. */
const outputs = join(root, "dist");

const ways = {
  Bun: (dist: string) => [process.execPath, "run", dist],
  Deno: (dist: string) => [join(root, "node_modules/.bin/deno"), "run", "-A", join(dist, "index.ts")],
} as const;

/** The executable has its own test. */
test.each(Object.entries(ways))(
  "R1 R11 R12 the same dist/gateway answers both APIs, whole and streamed, and stores their traces under %s",
  async (_name, command) => {
    await mkdir(outputs, { recursive: true });
    const folder = await mkdtemp(join(outputs, "ways-"));
    const simulator = await startSimulator();
    const config = goodFiles["arouter.toml"]
      .replace("[providers.openai]", `[providers.openai]\nbase_url = "${simulator.openaiUrl}"`)
      .replace("[providers.anthropic]", `[providers.anthropic]\nbase_url = "${simulator.anthropicUrl}"`);
    for (const [name, text] of Object.entries({ ...goodFiles, "arouter.toml": config })) {
      await writeFile(join(folder, name), text);
    }
    const dist = join(folder, "dist/gateway");
    expect((await runCli(["compile", "--config", join(folder, "arouter.toml"), "--out", dist])).code).toBe(0);

    const gateway = await spawnGateway([...command(dist), "--listen", "127.0.0.1:0"], {
      env: {
        ...process.env,
        AROUTER_OPENAI_API_KEY: "sk-test",
        AROUTER_ANTHROPIC_API_KEY: "sk-ant-test",
        AROUTER_STORE: join(folder, "traces.db"),
      },
    });
    const { url } = gateway;
    try {
      for (const path of ["/v1/chat/completions", "/v1/messages"]) {
        for (const model of ["gpt-4.1", "claude-sonnet-4-5"]) {
          for (const stream of [false, true]) {
            const messages = [{ role: "user", content: "hello there ".repeat(200) }];
            const body = JSON.stringify({ model, stream, max_tokens: 2000, messages });
            const response = await fetch(url + path, { method: "POST", body });
            const text = await response.text();
            expect(response.status, `${path} ${model} ${stream}`).toBe(200);
            const end = path === "/v1/messages" ? "event: message_stop" : "data: [DONE]";
            expect(text.includes(stream ? end : "You said: hello")).toBe(true);
          }
        }
      }
      expect((await fetch(`${url}/livez`)).status).toBe(200);
      expect(await (await fetch(`${url}/v1/usage`)).json()).toMatchObject({ total: { requests: 8 } });
    } finally {
      expect(await gateway.stop()).toBe(0);
      await simulator.stop();
      await rm(folder, { recursive: true });
    }
  },
  60_000,
);
