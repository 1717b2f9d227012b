import { readFile } from "node:fs/promises";
import { closedPort } from "../../support/fault-server.ts";
import type { OlderFormat } from "../../support/older-formats.ts";
import { spawnCompiled } from "../../support/spawn-compiled.ts";
import type { GatewayProcess } from "../../support/spawn-gateway.ts";
import { type Asked, ask, type Outcome } from "./ask.ts";
import { createHits, type Hits } from "./hits.ts";
import { type ChaosUpstream, startChaosUpstream } from "./upstream.ts";

export type ChaosOptions = Readonly<{
  requests: number;
  seed: number;
  workers: number;
  /** Text of every provider's `circuit_breaker`; `{}` is the product's defaults. */
  breaker: string;
}>;

/** One request and what came of it. */
export type Asking = Asked & Readonly<{ outcome: Outcome; startedMs: number; endedMs: number }>;

/** All that is known of a run once it is over. */
export type ChaosRun = ChaosOptions &
  Readonly<{
    askings: readonly Asking[];
    hits: Hits;
    reloads: Readonly<{ asked: number; applied: number }>;
    /** When a worker was killed; undefined: none was. */
    killedMs: number | undefined;
    restarts: number;
    tookMs: number;
    output: string;
  }>;

/**
 * For upstreams that fail in a quarter of all requests by chance: five failures in a row, the default, come every few
 * seconds then, and mean nothing.
 */
export const patientBreaker = "{ failure_threshold = 12, error_rate = 0.8, cooldown_ms = 2000 }";

const concurrency = 64;
/** Clients that are refused do not ask again at once: without this a second of refusals would be half of the run. */
const requestsPerSecond = 250;
const reloads = 10;

/** The providers, each with three keys. */
const formats = {
  alpha: "openai-chat",
  beta: "anthropic-messages",
  gamma: "openai-chat",
} as const satisfies Record<string, OlderFormat>;
const providers = Object.entries(formats);

/** Asks for everything once, and shakes the gateway meanwhile. */
export async function runChaos(options: ChaosOptions): Promise<ChaosRun> {
  const { requests, seed, workers } = options;
  const hits = createHits();
  const askings: Asking[] = [];
  // A key that is refused for a while, and a provider that is down.
  const scene = (key: string) => {
    const done = askings.length / requests;
    if (key === "beta-2" && done > 0.2 && done < 0.5) return "401";
    return key.startsWith("gamma") && done > 0.6 && done < 0.7 ? "reset" : undefined;
  };
  const upstreams = await Promise.all(
    providers.map(([provider, format]) => startChaosUpstream({ provider, format, seed, scene, hits })),
  );
  const gateway = await startGateway(upstreams, options);
  const shaken = { reloads: 0, killedMs: undefined as number | undefined };

  async function shake(): Promise<void> {
    if (shaken.reloads < reloads && askings.length >= ((shaken.reloads + 1) * requests) / (reloads + 1)) {
      shaken.reloads += 1;
      gateway.kill("SIGHUP");
    }
    if (workers > 1 && shaken.killedMs === undefined && askings.length >= requests * 0.55) {
      shaken.killedMs = performance.now();
      await killWorker(gateway.pid);
    }
  }

  const startedMs = performance.now();
  let next = 0;
  async function client(): Promise<void> {
    for (let number = next++; number < requests; number = next++) {
      const asked = askedAs(number);
      const dueMs = startedMs + (number * 1000) / requestsPerSecond;
      await Bun.sleep(Math.max(0, dueMs - performance.now()));
      const sentMs = performance.now();
      const outcome = await ask(gateway.url, asked);
      askings.push({ ...asked, outcome, startedMs: sentMs, endedMs: performance.now() });
      await shake();
    }
  }
  try {
    await Promise.all(Array.from({ length: concurrency }, client));
    const tookMs = performance.now() - startedMs;
    const output = gateway.output();
    const applied = output.match(/^Reloaded/gm)?.length ?? 0;
    const restarts = output.match(/another one starts/g)?.length ?? 0;
    return {
      ...options,
      askings,
      hits,
      reloads: { asked: shaken.reloads, applied },
      killedMs: shaken.killedMs,
      restarts,
      tookMs,
      output,
    };
  } finally {
    await gateway.stop();
    for (const upstream of upstreams) upstream.stop();
  }
}

/** Half of them streams, and half of each for either API. */
function askedAs(number: number): Asked {
  return { number, stream: number % 2 === 0, format: number % 4 < 2 ? "openai-chat" : "anthropic-messages" };
}

async function startGateway(
  upstreams: readonly ChaosUpstream[],
  { workers, breaker }: ChaosOptions,
): Promise<GatewayProcess> {
  const tables = providers.map(([name, format], index) =>
    providerText(name, format, upstreams[index]?.url ?? "", breaker),
  );
  const names = providers.flatMap(([name]) => [1, 2, 3].map((key) => `${name}-${key}`));
  // Workers share a port that has to be named.
  const listen = new URL((await closedPort()).url).host;
  return spawnCompiled({
    config: `[routing]\nstrategy = "round_robin"\n${tables.join("")}`,
    env: Object.fromEntries(names.map((name) => [variable(name), `sk-${name}`])),
    listen,
    flags: workers > 1 ? ["--workers", String(workers)] : [],
  });
}

function providerText(name: string, format: OlderFormat, url: string, breaker: string): string {
  const keys = [1, 2, 3].map((key) => `{ key = "env.${variable(`${name}-${key}`)}" }`);
  return `
[providers.${name}]
type = "${format === "openai-chat" ? "openai" : "anthropic"}"
base_url = "${url}"
keys = [${keys.join(", ")}]
circuit_breaker = ${breaker}
timeouts = { first_byte_ms = 1000, idle_ms = 3000, total_ms = 4000 }
[[models]]
name = "chaos"
provider = "${name}"
`;
}

function variable(key: string): string {
  return `CHAOS_${key.toUpperCase().replace("-", "_")}`;
}

/** Ends one child of a process as a crash would. */
async function killWorker(supervisor: number): Promise<void> {
  const [first] = (await readFile(`/proc/${supervisor}/task/${supervisor}/children`, "utf8")).trim().split(" ");
  if (first !== undefined) process.kill(Number(first), "SIGKILL");
}
