import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RecordedRequest } from "../../cli/sim/request-log.ts";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { compile } from "../../compiler/compile.ts";
import { renderPretty } from "../../compiler/render.ts";
import { write } from "../../compiler/write.ts";
import type { Gateway } from "../../runtime/contract.ts";
import { serve } from "../../runtime/server/serve.ts";
import { spawnGateway } from "./spawn-gateway.ts";
import { spareKeys } from "./terms.ts";

export type GatewayOptions = Readonly<{
  /** Text for arouter.toml, but for its `[router]` table and the providers that are always there. */
  config?: string;
  /** The same for one more provider of the simulator's OpenAI API: its table but for the address and the key. */
  provider?: Readonly<{ id: string; lines: string }>;
  /** Text of the policy file; without it there are no rules. */
  policies?: string;
  /** Run `bun run dist/gateway` as users do, not in this process. */
  process?: boolean;
  /** No gateway at all: the addresses are the simulated vendors' own. */
  bypass?: boolean;
}>;

/** A compiled gateway in front of simulated vendors, all on loopback. */
export type TestGateway = Readonly<{
  /** Without `/v1`; the same for both client APIs. */
  url: string;
  simulatorUrl: string;
  script: Simulator["script"];
  /** The conversations the vendors were asked for, oldest first; probes are left out. */
  received(): readonly RecordedRequest[];
  /** Drops scripts and recorded requests. */
  forget(): void;
  stop(): Promise<void>;
}>;

/** The keys the vendors insist on, so that a client's own key getting through is refused. */
const openaiKey = "sk-upstream-openai";
const anthropicKey = "sk-ant-upstream";
const geminiKey = "AIza-upstream";
const environment = {
  AROUTER_STORE: "off",
  AROUTER_OPENAI_API_KEY: openaiKey,
  AROUTER_ANTHROPIC_API_KEY: anthropicKey,
  AROUTER_GEMINI_API_KEY: geminiKey,
};

/** Where generated code finds `arouter/runtime`, and nothing looks for sources. */
const cache = join(import.meta.dir, "../../node_modules/.cache");
const anyPort = "127.0.0.1:0";

/** Compiles a configuration, starts simulated vendors and serves. Rejects with the compiler's words on a bad one. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const simulator = await startSimulator(options.bypass ? {} : { openaiKey, anthropicKey, geminiKey });
  const served = options.bypass ? { url: simulator.openaiUrl, stop: async () => {} } : await run(simulator, options);
  return {
    url: served.url,
    simulatorUrl: simulator.openaiUrl,
    script: simulator.script,
    received: () => simulator.requests.filter(({ method }) => method === "POST"),
    forget: simulator.reset,
    stop: async () => {
      await served.stop();
      await simulator.stop();
    },
  };
}

type Running = Readonly<{ url: string; stop(): Promise<void> }>;

async function run(simulator: Simulator, options: GatewayOptions): Promise<Running> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "gateway-"));
  const config = join(folder, "arouter.toml");
  const dist = join(folder, "dist/gateway");
  await writeFile(config, configText(simulator, options));
  if (options.policies !== undefined) await writeFile(join(folder, "policies.yaml"), options.policies);
  const compiled = await compile(config, { outDir: dist });
  if (!compiled.ok) throw new Error(renderPretty(compiled, { color: false }));
  await write(dist, compiled.files);
  const running = options.process ? await startProcess(dist) : await startHere(dist, config);
  return {
    url: running.url,
    stop: async () => {
      await running.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function configText(
  { openaiUrl, anthropicUrl, geminiUrl }: Simulator,
  { config = "", policies, provider }: GatewayOptions,
): string {
  // Every upstream error reaches the client, and none is remembered.
  const steady = (name: string) => {
    const keys = Array.from({ length: spareKeys }, () => `{ key = "env.${name}" }`);
    return `retry.max_attempts = 1\ncircuit_breaker.enabled = false\nkeys = [${keys.join(", ")}]\n`;
  };
  const further =
    provider &&
    `[providers.${provider.id}]\nbase_url = "${openaiUrl}"\n${provider.lines}\n${steady("AROUTER_OPENAI_API_KEY")}`;
  return `${config}
${further ?? ""}
[failover]
statuses = []
${policies === undefined ? "" : '[router]\npolicy_file = "policies.yaml"'}
[providers.openai]
base_url = "${openaiUrl}"
${steady("AROUTER_OPENAI_API_KEY")}[providers.responses]
type = "openai-responses"
base_url = "${openaiUrl}"
${steady("AROUTER_OPENAI_API_KEY")}[providers.anthropic]
base_url = "${anthropicUrl}"
${steady("AROUTER_ANTHROPIC_API_KEY")}[providers.gemini]
type = "gemini"
base_url = "${geminiUrl}"
${steady("AROUTER_GEMINI_API_KEY")}`;
}

async function startHere(dist: string, config: string): Promise<Running> {
  const { gateway }: { gateway: Gateway } = await import(join(dist, "index.ts"));
  return serve(gateway, {
    env: environment,
    listen: [anyPort],
    log: "none",
    print: () => {},
    readConfigFile: () => readFile(config, "utf8"),
  });
}

async function startProcess(dist: string): Promise<Running> {
  const gateway = await spawnGateway([process.execPath, "run", dist, "--listen", anyPort, "--log", "none"], {
    env: { ...process.env, ...environment },
  });
  return { url: gateway.url, stop: async () => void (await gateway.stop()) };
}
