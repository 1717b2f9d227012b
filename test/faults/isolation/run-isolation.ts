import { blackHole, closedPort, startFaultServer } from "../../support/fault-server.ts";
import { spawnCompiled } from "../../support/spawn-compiled.ts";
import { startProgram } from "../../support/start-program.ts";

/** What becomes of the neighbour, a provider that is asked beside the one that is measured. */
const neighbours = ["healthy", "refused", "black hole", "stalled"] as const;
type Neighbour = (typeof neighbours)[number];

export type IsolationOptions = Readonly<{
  rounds: number;
  sliceMs: number;
  /** What the measured provider takes for an answer. */
  answerMs: number;
}>;

/** What was measured beside one neighbour. */
export type Beside = Readonly<{
  neighbour: Neighbour;
  /** Of each request to the measured provider, in milliseconds. */
  latencies: readonly number[];
  /** Answers of the measured provider that were not 200. */
  failures: number;
  /** What requests to the neighbour got, by status; 0 is none before the slice was over. */
  statuses: ReadonlyMap<number, number>;
}>;

const requestsPerSecond = 150;
const neighbourPerSecond = 50;
/** Between two slices: what is left of one must not be measured in the next. */
const pauseMs = 150;

/**
 * Asks one provider at a steady rate through one gateway process, in short slices that take turns: beside each neighbour
 * once in every round. Dead neighbours have no breaker, so that each of their requests takes all the time it can.
 */
export async function runIsolation({ rounds, sliceMs, answerMs }: IsolationOptions): Promise<readonly Beside[]> {
  const upstream = await startProgram("../bench/programs/patient-upstream.ts", { ANSWER_MS: String(answerMs) });
  const [refused, hole] = await Promise.all([closedPort(), blackHole()]);
  const stalled = await startFaultServer(() => undefined);
  const urls = { healthy: upstream.url, refused: refused.url, "black hole": hole.url, stalled: stalled.url };
  const gateway = await spawnCompiled({
    config: [provider("measured", upstream.url), ...neighbours.map((name) => provider(idOf(name), urls[name]))].join(
      "",
    ),
    env: { ISOLATION_KEY: "key" },
  });
  try {
    const besides = neighbours.map((neighbour) => ({
      neighbour,
      latencies: [] as number[],
      failures: 0,
      statuses: new Map<number, number>(),
    }));
    // Code is compiled and connections are made before anything counts.
    await slice(gateway.url, { neighbour: "healthy", latencies: [], failures: 0, statuses: new Map() }, 1000);
    for (let round = 0; round < rounds; round++) {
      // Each in each place: what comes first in a round is not always the same one.
      for (const at of neighbours.keys()) {
        const beside = besides[(at + round) % besides.length];
        if (beside !== undefined) await slice(gateway.url, beside, sliceMs);
        await Bun.sleep(pauseMs);
      }
    }
    return besides;
  } finally {
    await gateway.stop();
    for (const server of [upstream, refused, hole, stalled]) server.stop();
  }
}

type Filling = { -readonly [Member in keyof Beside]: Beside[Member] } & {
  readonly latencies: number[];
  readonly statuses: Map<number, number>;
};

async function slice(url: string, beside: Filling, sliceMs: number): Promise<void> {
  const over = new AbortController();
  const measured = steadily(requestsPerSecond, sliceMs, async () => {
    const startedMs = performance.now();
    const status = await ask(url, "measured");
    beside.latencies.push(performance.now() - startedMs);
    if (status !== 200) beside.failures += 1;
  });
  const others = steadily(neighbourPerSecond, sliceMs, async () => {
    const status = await ask(url, idOf(beside.neighbour), over.signal).catch(() => 0);
    beside.statuses.set(status, (beside.statuses.get(status) ?? 0) + 1);
  });
  await measured;
  over.abort();
  await others;
}

/** Starts `one` at a steady rate, whether or not those before are done; resolves when all are. */
async function steadily(perSecond: number, forMs: number, one: () => Promise<void>): Promise<void> {
  const startedMs = performance.now();
  const running: Promise<void>[] = [];
  for (let n = 0; (n * 1000) / perSecond < forMs; n++) {
    await Bun.sleep(Math.max(0, startedMs + (n * 1000) / perSecond - performance.now()));
    running.push(one());
  }
  await Promise.all(running);
}

async function ask(url: string, model: string, signal?: AbortSignal): Promise<number> {
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "hello" }] });
  const answer = await fetch(`${url}/v1/chat/completions`, { method: "POST", body, signal: signal ?? null });
  await answer.arrayBuffer();
  return answer.status;
}

function idOf(neighbour: Neighbour): string {
  return neighbour.replace(" ", "-");
}

function provider(id: string, url: string): string {
  return `
[providers.${id}]
type = "openai"
base_url = "${url}"
api_key = "env.ISOLATION_KEY"
circuit_breaker.enabled = false
retry.max_attempts = 1
timeouts = { connect_ms = 500, first_byte_ms = 700, idle_ms = 700, total_ms = 700 }
[[models]]
name = "${id}"
provider = "${id}"
`;
}
