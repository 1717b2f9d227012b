import { expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { startSimulator } from "../../cli/sim/simulator.ts";
import { spawnGateway } from "../support/spawn-gateway.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { goodFiles } from "./files.ts";
import { hostileFiles } from "./hostile-files.ts";
import { runCli } from "./run-cli.ts";

const patienceMs = 120_000;

test(
  "R58 build makes one executable that heals an answer, from a hostile folder, far from any source",
  async () => {
    const simulator = await startSimulator();
    const config = goodFiles["arouter.toml"]
      .replace("[providers.openai]", `[providers.openai]\nbase_url = "${simulator.openaiUrl}"`)
      .replace("[providers.anthropic]", `[providers.anthropic]\nbase_url = "${simulator.anthropicUrl}"`);
    await withFolder({ ...goodFiles, "arouter.toml": config }, async (source) => {
      await withFolder(hostileFiles, async (folder) => {
        const argv = ["build", "--config", join(source, "arouter.toml"), "--dist", join(source, "dist")];
        const built = await runCli([...argv, "--out", join(folder, "bin/gateway")]);
        expect(built).toEqual({
          code: 0,
          err: "",
          out: expect.stringMatching(/^Compiled 2 rules.*\nBuilt .*bin\/gateway\n$/),
        });

        const gateway = await spawnGateway([join(folder, "bin/gateway"), "--listen", "127.0.0.1:0"], {
          cwd: folder,
          env: { AROUTER_OPENAI_API_KEY: "sk-test", AROUTER_ANTHROPIC_API_KEY: "sk-ant-test" },
        });
        const { url } = gateway;
        try {
          simulator.script({ when: { model: "gpt-4o-mini" }, do: { text: '{"sum": "not a number"}' } });
          const response = await fetch(`${url}/v1/chat/completions`, {
            method: "POST",
            body: JSON.stringify(extraction),
          });
          expect([response.status, response.headers.get("x-arouter-model-served")]).toEqual([200, "gpt-4.1"]);
          expect(response.headers.get("x-arouter-fallback-count")).toBe("1");
          expect(existsSync(join(folder, "pwned"))).toBe(false);

          gateway.kill("SIGHUP");
          while (!gateway.output().includes("Reloaded: configuration 2 is in force.")) await Bun.sleep(10);
          expect(gateway.output()).toContain(
            "This executable holds its configuration, so only its keys are read again",
          );
          expect((await fetch(`${url}/livez`)).status).toBe(200);
          expect(await (await fetch(`${url}/v1/usage`)).json()).toMatchObject({ total: { requests: 1 } });
          expect(statSync(join(folder, ".arouter/arouter.db")).mode & 0o777).toBe(0o600);
        } finally {
          await gateway.stop();
          await simulator.stop();
        }
      });
    });
  },
  patienceMs,
);

const extraction = {
  model: "gpt-4o",
  messages: [{ role: "user", content: "add it up ".repeat(200) }],
  response_format: {
    type: "json_schema",
    json_schema: {
      name: "sum",
      strict: true,
      schema: {
        type: "object",
        properties: { sum: { type: "number" } },
        required: ["sum"],
        additionalProperties: false,
      },
    },
  },
};
