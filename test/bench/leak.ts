/**
 * Whether the gateway keeps memory: its resident memory after 200,000 requests and 20,000 streams that their clients left,
 * against that after the first 20,000. `bun test/bench/leak.ts [--requests 200000]`; prints the series, and exits 1 beyond 15 %.
 * A quarter of the requests are streams, half go from one format to the other.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { spawnCompiled } from "../support/spawn-compiled.ts";
import { startProgram } from "../support/start-program.ts";

const { values } = parseArgs({ options: { requests: { type: "string", default: "200000" } } });
const total = Number(values.requests);
const warmUp = total / 10;
const abortedStreams = total / 10;
const concurrency = 16;
const requestsPerSecond = 1500;
const sampleMs = 500;
/** Before the two figures that are compared: what a collection can free is not kept. */
const restMs = 5000;

const upstream = await startProgram("../bench/programs/upstream.ts");
const gateway = await spawnCompiled({
  config: `[providers.openai]\nbase_url = "${upstream.url}"\n[providers.anthropic]\nbase_url = "${upstream.url}"\n`,
  env: { AROUTER_OPENAI_API_KEY: "key", AROUTER_ANTHROPIC_API_KEY: "key" },
});

const paths = ["/v1/chat/completions", "/v1/messages"] as const;
const models = ["gpt-4o", "claude-sonnet-4-5"] as const;

function send(number: number, stream: boolean, signal?: AbortSignal): Promise<Response> {
  const body = JSON.stringify({
    model: models[number % 2],
    stream,
    max_tokens: 100,
    messages: [{ role: "user", content: `Request ${number}. ${"x".repeat(1000)}` }],
  });
  return fetch(gateway.url + (paths[(number >> 1) % 2] ?? paths[0]), { method: "POST", body, signal: signal ?? null });
}

async function whole(number: number): Promise<void> {
  const answer = await send(number, number % 4 === 3);
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`status ${answer.status}`);
}

/** Leaves after the first bytes. */
async function abandoned(number: number): Promise<void> {
  const leaving = new AbortController();
  const answer = await send(number, true, leaving.signal);
  await answer.body?.getReader().read();
  leaving.abort();
}

/** `count` calls of `one`, with a bounded rate. */
async function load(count: number, one: (number: number) => Promise<void>): Promise<void> {
  const startedMs = performance.now();
  let next = 0;
  async function client(): Promise<void> {
    for (let number = next++; number < count; number = next++) {
      await Bun.sleep(Math.max(0, startedMs + (number * 1000) / requestsPerSecond - performance.now()));
      await one(number);
    }
  }
  await Promise.all(Array.from({ length: concurrency }, client));
}

async function residentMb(): Promise<number> {
  const status = await readFile(`/proc/${gateway.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

/** The median of some seconds at rest: a collection may be under way at any one moment. */
async function settledMb(): Promise<number> {
  const samples: number[] = [];
  for (let n = 0; n < 9; n++) {
    await Bun.sleep(sampleMs);
    samples.push(await residentMb());
  }
  return samples.sort((a, b) => a - b)[4] ?? Number.NaN;
}

const startedMs = performance.now();
async function tell(what: string, restMs = 0): Promise<number> {
  await Bun.sleep(restMs);
  const mb = await settledMb();
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  console.log(`${what.padEnd(52)} ${mb.toFixed(1).padStart(7)} MB  ${seconds.padStart(4)} s`);
  return mb;
}

await tell("at the start");
await load(warmUp, whole);
const before = await tell(`after ${warmUp} requests and a rest`, restMs);
for (let part = 1; part <= 9; part++) {
  await load((total - warmUp) / 9, whole);
  await load(abortedStreams / 9, abandoned);
  await tell(`after ${warmUp * (part + 1)} and ${Math.round((abortedStreams / 9) * part)} aborted streams`);
}
const after = await tell("after a rest", restMs);
const change = (100 * (after - before)) / before;
console.log(`change ${change.toFixed(1)} %, allowed 15 %`);
await gateway.stop();
upstream.stop();
process.exit(change <= 15 ? 0 : 1);
