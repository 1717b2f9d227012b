import { expect, test } from "bun:test";
import type { Behaviour } from "../../../cli/sim/script/behaviour.ts";
import { startSimulator } from "../../../cli/sim/simulator.ts";
import type { Served } from "../../../runtime/server/serve.ts";
import type { TraceJson } from "../../../runtime/store/trace-json.ts";
import { serveCompiled } from "../../support/compiled.ts";

const requests = 10_000;
const clients = 24;
const patienceMs = 240_000;

const provider = (name: string, billing: string) => `
[providers.${name}]
type = "openai"
base_url = "https://${name}.test"
keys = [{ key = "env.KEY", billing = "${billing}" }]
quarantine = false
circuit_breaker = { enabled = false }
retry = { max_attempts = 2, initial_backoff_ms = 1, max_backoff_ms = 2 }
`;
const model = (name: string, provider: string, prompt: string, completion: string) => `
[[models]]
name = "${name}"
provider = "${provider}"
price = { prompt = "${prompt}", completion = "${completion}" }
`;
const files = {
  "arouter.toml": [
    '[router]\npolicy_file = "policies.yaml"',
    provider("alpha", "platform"),
    provider("beta", "byok"),
    model("dear", "alpha", "2.50", "10"),
    model("dear", "beta", "2.51", "10.01"),
    model("cheap", "alpha", "0.15", "0.6"),
    model("cheap", "beta", "0.1234567", "0.7654321"),
  ].join("\n"),
  "policies.yaml": `rules:
  - name: raced
    when: { header: { x-test: raced } }
    then: { model: dear, hedge: { after_ms: 2, with_model: cheap } }
  - name: thrifty
    when: { header: { x-test: thrifty } }
    then: { model: cheap, fallback_chain: [dear], fallback_on: [error] }
`,
};

/** What an upstream does, more often than not what it should. */
const behaviours: readonly Behaviour[] = [
  {},
  {},
  {},
  { headersDelayMs: 6 },
  { status: 500 },
  { status: 429 },
  { endAfterEvents: 3 },
  { errorAfterEvents: 2 },
  { eventDelayMs: 3 },
  { usage: { prompt_tokens_details: { cached_tokens: 3 } } },
  { usage: null },
  { html: true },
];

/** The same numbers on every run, from 0 to 1 (a linear congruential generator, constants of Numerical Recipes). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function pick<Item>(random: () => number, items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

/** One request, some of which leave before the answer is whole. */
async function ask(served: Served, random: () => number): Promise<void> {
  const stream = random() < 0.5;
  const leaving = new AbortController();
  const isLeaving = random() < 0.1;
  if (isLeaving) setTimeout(() => leaving.abort(), random() * 12);
  await fetch(`${served.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "x-test": pick(random, ["raced", "thrifty", "none"]) },
    body: JSON.stringify({
      model: pick(random, ["dear", "cheap"]),
      messages: [{ role: "user", content: "word ".repeat(1 + random() * 20) }],
      ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
    }),
    signal: leaving.signal,
  })
    .then((response) => response.text())
    .catch((thrown: unknown) => {
      if (!isLeaving) throw thrown;
    });
}

const nanos = (usd: number | null) => Math.round((usd ?? 0) * 1e9);
const total = (amounts: readonly (number | null)[]) => amounts.reduce<number>((sum, usd) => sum + nanos(usd), 0);

async function page(served: Served, path: string): Promise<ReturnType<typeof JSON.parse>> {
  return await (await fetch(served.url + path)).json();
}

async function allTraces(served: Served): Promise<readonly TraceJson[]> {
  const traces: TraceJson[] = [];
  for (let older: number | null = Number.MAX_SAFE_INTEGER % 1e15; older !== null; ) {
    const body = await page(served, `/v1/traces?limit=1000&before=${older}`);
    traces.push(...body.traces);
    older = body.older;
  }
  return traces;
}

/** The sum of a counter over all of its labels, in nano-USD. */
function counted(metrics: string, name: string): number {
  const values = [...metrics.matchAll(new RegExp(`^${name}\\{.*\\} (\\S+)$`, "gm"))].map(([, value]) => Number(value));
  return nanos(values.reduce((sum, value) => sum + value, 0));
}

test(
  "R186 R45 after 10,000 random requests with retries, hedges and aborts the traces, the usage and the metrics add up to the same, to the nano-dollar",
  async () => {
    const random = randomNumbers(7);
    const [alpha, beta] = await Promise.all([startSimulator(), startSimulator()]);
    const served = await serveCompiled({
      files,
      env: { KEY: "sk-test", AROUTER_STORE: ":memory:" },
      upstreams: { alpha: alpha.openaiUrl, beta: beta.openaiUrl },
    });
    let left = requests;
    const client = async () => {
      while (left > 0) {
        left -= 1;
        for (const simulator of [alpha, beta])
          simulator.script({ do: behaviours[Math.floor(random() * behaviours.length)] ?? {} });
        await ask(served, random);
        if (left % 500 === 0) for (const simulator of [alpha, beta]) simulator.reset();
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    while ((await page(served, "/admin/state")).in_flight > 0) await Bun.sleep(20);

    const traces = await allTraces(served);
    const attempts = traces.flatMap((trace) => trace.attempts);
    expect(new Set(traces.map(({ id }) => id)).size).toBe(traces.length);
    // Some clients left before the gateway had heard of them.
    expect(traces.length).toBeGreaterThan(0.95 * requests);
    const outcomes = new Set(attempts.map(({ outcome }) => outcome));
    expect([...outcomes].sort()).toEqual(["broken", "cancelled", "failed", "ok"]);
    expect(attempts.some(({ hedge }) => hedge)).toBe(true);
    expect(traces.some(({ how }) => how === "client-gone")).toBe(true);

    const metrics = await (await fetch(`${served.url}/metrics`)).text();
    const cost = total(traces.map((trace) => trace.cost));
    expect(cost).toBeGreaterThan(1_000_000);
    expect(total(attempts.map((attempt) => attempt.cost))).toBe(cost);
    expect(counted(metrics, "arouter_cost_usd_total")).toBe(cost);
    for (const by of ["model", "provider", "key", "rule", "day"]) {
      const { usage, total: all } = await page(served, `/v1/usage?by=${by}`);
      expect([all.requests, all.attempts, nanos(all.cost)]).toEqual([traces.length, attempts.length, cost]);
      expect(total(usage.map((row: { cost: number }) => row.cost))).toBe(cost);
      expect(nanos(all.charged)).toBe(total(traces.map((trace) => trace.charged)));
      expect(all.tokens_out).toBe(traces.reduce((sum, trace) => sum + (trace.tokens_out ?? 0), 0));
    }
    const saved = total(traces.map((trace) => trace.saved));
    for (const by of ["rule", "model"])
      expect(nanos((await page(served, `/v1/savings?by=${by}`)).total.saved)).toBe(saved);
    expect(counted(metrics, "arouter_cost_saved_usd_total") - counted(metrics, "arouter_cost_extra_usd_total")).toBe(
      saved,
    );
    await served.stop();
    await Promise.all([alpha.stop(), beta.stop()]);
  },
  patienceMs,
);
