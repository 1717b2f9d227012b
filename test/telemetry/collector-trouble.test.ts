import { afterEach, describe, expect, test } from "bun:test";
import { createServer } from "node:net";
import { startServed } from "../support/served.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Small enough that a few requests fill it: each makes three spans. */
const smallQueue = { OTEL_BSP_MAX_QUEUE_SIZE: "30", OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "6", OTEL_BSP_SCHEDULE_DELAY: "5" };
const answer = {
  id: "chatcmpl-1",
  object: "chat.completion",
  model: "gpt-4o",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "hi" } }],
};

async function start(env: Record<string, string>) {
  const lines: string[] = [];
  const upstream = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json(answer) });
  ends.push(() => upstream.stop(true));
  const served = await startServed({
    upstreamUrl: `http://127.0.0.1:${upstream.port}`,
    lines,
    serve: { env: { OPENAI: "sk-openai-test", ANTHROPIC: "sk-ant-test", ...env } },
  });
  let isStopped = false;
  const stop = async () => {
    if (!isStopped) await served.stop();
    isStopped = true;
  };
  ends.push(stop);
  /** Asks one after the other; the median of what each took. */
  async function medianMs(requests: number): Promise<number> {
    const body = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "hello" }] });
    const took: number[] = [];
    for (let n = 0; n < requests; n += 1) {
      const startedMs = performance.now();
      const response = await fetch(`${served.url}/v1/chat/completions`, { method: "POST", body });
      expect(response.status).toBe(200);
      await response.arrayBuffer();
      took.push(performance.now() - startedMs);
    }
    return took.sort((a, b) => a - b)[Math.floor(requests / 2)] ?? Number.NaN;
  }
  async function dropped(): Promise<number> {
    const text = await (await fetch(`${served.url}/metrics`)).text();
    return Number(/^arouter_telemetry_dropped_total (\d+)$/m.exec(text)?.[1]);
  }
  return { medianMs, dropped, stop, lines };
}

type Collector = Readonly<{ endpoint: string; protocol: string; timeoutMs?: number }>;

/** Until an export is given up; half of the gateways here end before that. */
const defaultTimeoutMs = 10_000;

/** Takes connections and never says a word. */
async function blackHole(protocol: string): Promise<Collector> {
  const sockets = new Set<Readonly<{ destroy(): unknown }>>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { endpoint: `http://127.0.0.1:${port}`, protocol };
}

/** Answers, but half a minute later. */
function slow(): Collector {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    fetch: async () => {
      await Bun.sleep(30_000);
      return new Response();
    },
  });
  ends.push(() => server.stop(true));
  return { endpoint: `http://127.0.0.1:${server.port}`, protocol: "http/protobuf", timeoutMs: 500 };
}

/** Answers at once, with this status. */
function refusing(status: number): Collector {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("no", { status }) });
  ends.push(() => server.stop(true));
  return { endpoint: `http://127.0.0.1:${server.port}`, protocol: "http/protobuf" };
}

const requests = 40;

describe("R7 a collector in trouble costs no request anything", () => {
  test.each([
    ["a black hole over HTTP", () => blackHole("http/protobuf")],
    ["a black hole over gRPC", () => blackHole("grpc")],
    ["one that answers after 30 seconds", slow],
    ["nobody", () => ({ endpoint: "http://127.0.0.1:1", protocol: "http/protobuf", timeoutMs: 500 })],
  ] as const)(
    "%s",
    async (_, collector: () => Collector | Promise<Collector>) => {
      const { endpoint, protocol, timeoutMs = defaultTimeoutMs } = await collector();
      const traced = await start({
        ...smallQueue,
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_TIMEOUT: String(timeoutMs),
      });
      const without = await start({});
      await without.medianMs(10);
      await traced.medianMs(10);
      // The queue is full from here on; whoever waits for this collector waits half a second or more.
      const tracedMs = await traced.medianMs(requests);
      const plainMs = await without.medianMs(requests);
      expect(tracedMs).toBeLessThan(plainMs + 100);
      await Bun.sleep(20);
      expect(await traced.dropped()).toBeGreaterThan(requests);
      expect(await without.dropped()).toBe(0);
      const startedMs = performance.now();
      await traced.stop();
      expect(performance.now() - startedMs).toBeLessThan(8000);
    },
    20_000,
  );

  test("what it refuses is counted, and told once", async () => {
    const { endpoint } = refusing(400);
    const traced = await start({
      ...smallQueue,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces?key=secret`,
    });
    await traced.medianMs(10);
    const deadlineMs = performance.now() + 10_000;
    while ((await traced.dropped()) < 30 && performance.now() < deadlineMs) await Bun.sleep(20);
    expect(await traced.dropped()).toBe(30);
    expect(traced.lines.filter((line) => line.includes("spans cannot be sent"))).toEqual([
      expect.stringContaining(`spans cannot be sent to ${endpoint}/v1/traces: `),
    ]);
  }, 20_000);
});
