import { expect, test } from "bun:test";
import { createServer } from "node:net";
import { withFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";
import { startServe } from "./serve-process.ts";

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

const keys = { DEEPSEEK_API_KEY: "a", KIMI_API_KEY: "b", MINIMAX_API_KEY: "c" };

test("R353 R355 R364 R367 R368 R377 R378 R379 --profile model-router needs no configuration: its port, its table, its health", () =>
  withFolder({}, async (cwd) => {
    const port = await freePort();
    const served = await startServe(["--profile", "model-router"], { cwd, env: { ...keys, PROXY_PORT: String(port) } });
    expect(served.output()).toContain(`listens on http://127.0.0.1:${port}\n`);
    const health = await fetch(`${served.url}/health`);
    expect([health.status, await health.json()]).toMatchObject([
      200,
      {
        status: "ok",
        tiers: {
          opus: { upstream: "DeepSeek", key_present: true },
          sonnet: { upstream: "Kimi", key_present: true },
          haiku: { upstream: "MiniMax", key_present: true },
        },
      },
    ]);
    served.kill("SIGTERM");
    expect(await served.exited).toBe(0);
  }));

test("R231 R306 R307 R308 the flags of the proxy, with one dash, on its own YAML", () => {
  const config = `
providers:
  anthropic: { type: anthropic, endpoint: "https://api.anthropic.com", apiKey: env.ANTHROPIC_API_KEY }
models:
  - { name: "claude-sonnet-4-5-20250929", context: 200000, alias: "claude-sonnet*", provider: anthropic, weight: 5 }
apiKeys: [sk-proxy-custom-key-123]
`;
  return withFolder({ "config.yaml": config }, async (cwd) => {
    const port = await freePort();
    const flags = ["-profile", "anthropic-proxy", "-watch", "-log-file", "requests.jsonl", "-tps-threshold", "45.0"];
    const env = { ANTHROPIC_API_KEY: "sk-ant-test", PORT: String(port) };
    const served = await startServe(flags, { cwd, env });
    const health = await fetch(`${served.url}/health`);
    expect(await health.json()).toMatchObject({ tps_threshold: 45 });
    served.kill("SIGTERM");
    expect(await served.exited).toBe(0);
    expect(await Bun.file(`${cwd}/requests.jsonl`).exists()).toBe(true);
  });
});

test("a profile that there is not", async () => {
  const { code, err } = await runCli(["serve", "--profile", "model-routre"]);
  expect(code).toBe(2);
  expect(err).toContain('--profile is arouter or anyrouter or anthropic-proxy or model-router, not "model-routre".');
});

test.each([
  ["compile", []],
  ["check", []],
] as const)("%s takes a profile too", (command, more) =>
  withFolder({ "arouter.toml": "" }, async (folder) => {
    const argv = [command, "--profile", "model-router", "--config", `${folder}/arouter.toml`, "--print-ir", ...more];
    const { code, out } = await runCli(argv);
    expect(code).toBe(0);
    expect(out).toContain('profile "model-router"\n');
  }),
);
