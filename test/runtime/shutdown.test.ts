import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { startGatewayProcess } from "../support/gateway-process.ts";
import { postText, rawRequest, rawSocket } from "../support/raw-request.ts";
import { startServed } from "../support/served.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.reset());

const streaming = postText("/v1/messages", {
  model: "claude-sonnet-4-5",
  stream: true,
  max_tokens: 99,
  messages: [{ role: "user", content: "one two three" }],
});

async function firstBytes(received: () => string): Promise<void> {
  while (!received().includes("data:")) await Bun.sleep(5);
}

test("SIGTERM lets a running stream finish, takes no new connection, and exits 0", async () => {
  simulator.script({ do: { eventDelayMs: 60 } });
  const gateway = await startGatewayProcess(simulator.openaiUrl);
  const { socket, received } = rawSocket(gateway.url, streaming);
  await firstBytes(received);
  gateway.kill("SIGTERM");
  await Bun.sleep(50);
  const refused = await rawRequest(gateway.url, "GET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  expect(refused.status).toBe(0);
  expect(await gateway.exited).toBe(0);
  expect(received()).toContain("event: message_stop");
  socket.destroy();
});

test("a stream that outlives the drain ends in the client's error frame", async () => {
  simulator.script({ do: { stallAfterEvents: 4 } });
  const gateway = await startServed({ upstreamUrl: simulator.openaiUrl, catalog: { shutdown: { drainMs: 100 } } });
  const { received } = rawSocket(gateway.url, streaming);
  await firstBytes(received);
  await gateway.stop();
  await Bun.sleep(20);
  expect(received()).toContain("event: error\ndata: ");
  expect(received()).not.toContain("message_stop");
});

test("a second signal ends the process at once", async () => {
  simulator.script({ do: { stallAfterEvents: 4 } });
  const gateway = await startGatewayProcess(simulator.openaiUrl);
  const { received } = rawSocket(gateway.url, streaming);
  await firstBytes(received);
  gateway.kill("SIGINT");
  while (!gateway.output().includes("again to stop at once")) await Bun.sleep(5);
  // At once it would be the same key press, come by another way.
  await Bun.sleep(400);
  gateway.kill("SIGINT");
  expect(await gateway.exited).toBe(1);
});

const chat = (stream: boolean) =>
  postText("/v1/chat/completions", { model: "gpt-4o", stream, messages: [{ role: "user", content: "hello" }] });
const messages = (stream: boolean) =>
  postText("/v1/messages", {
    model: "claude-sonnet-4-5",
    stream,
    max_tokens: 99,
    messages: [{ role: "user", content: "hello" }],
  });

/** Openai's `data: {"error": …}` or its terminator; Anthropic's `error` event or its last. */
const ending = /data: \{"error":|data: \[DONE\]|event: error\ndata: |event: message_stop\n/;

test("R358 SIGTERM under 500 open streams of both formats: each ends whole or in its format's error event", async () => {
  // Half of the upstream streams end during the drain, half never would.
  simulator.script({
    times: 250,
    do: { text: "word ".repeat(20), deltaChars: 5, firstEventDelayMs: 300, eventDelayMs: 60 },
  });
  simulator.script({ times: 250, do: { stallAfterEvents: 4 } });
  const gateway = await startGatewayProcess(simulator.openaiUrl, { DRAIN_MS: "2500" });
  const requests = [chat(true), messages(true)];
  const streams = Array.from({ length: 500 }, (_, index) => rawSocket(gateway.url, requests[index % 2] ?? ""));
  const closed = streams.map(({ socket }) => new Promise((resolve) => socket.on("close", resolve)));
  while (streams.some(({ received }) => !received().includes("data:"))) await Bun.sleep(20);
  gateway.kill("SIGTERM");
  expect(await gateway.exited).toBe(0);
  await Promise.all(closed);
  const bodies = streams.map(({ received }) => received());
  // The last chunk of the transfer encoding is what tells a client that nothing was cut off.
  expect(bodies.filter((body) => !ending.test(body) || !body.endsWith("0\r\n\r\n"))).toEqual([]);
  const broken = bodies.filter((body) => body.includes("The gateway is shutting down."));
  expect(broken.length).toBeGreaterThanOrEqual(250);
  expect(broken.length).toBeLessThan(500);
  expect(broken.filter((body) => body.includes("[DONE]") || body.includes("message_stop"))).toEqual([]);
}, 30_000);

test("R358 answers that are waited for end in a 503 of their format", async () => {
  simulator.script({ when: { model: "gpt-4o" }, do: { neverAnswer: true } });
  simulator.script({ when: { model: "claude-sonnet-4-5" }, times: 2, do: { neverAnswer: true } });
  const gateway = await startServed({ upstreamUrl: simulator.openaiUrl, catalog: { shutdown: { drainMs: 100 } } });
  const waiting = [chat(false), messages(false), messages(true)].map((request) => rawRequest(gateway.url, request));
  while (simulator.requests.filter(({ method }) => method === "POST").length < 3) await Bun.sleep(5);
  await gateway.stop();
  const answers = await Promise.all(waiting);
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  expect(JSON.parse(answers[0]?.body ?? "")).toMatchObject({ error: { message: "The gateway is shutting down." } });
  expect(JSON.parse(answers[1]?.body ?? "")).toMatchObject({
    type: "error",
    error: { message: "The gateway is shutting down." },
  });
});

test("a request that waits for a retry does not hold the shutdown up", async () => {
  simulator.script({ times: "always", do: { status: 500 } });
  const retry = { maxAttempts: 5, initialBackoffMs: 60_000, maxBackoffMs: 60_000, multiplier: 1 };
  const gateway = await startServed({
    upstreamUrl: simulator.openaiUrl,
    catalog: { shutdown: { drainMs: 50 } },
    provider: { retry: { ...retry, statuses: [500], sameProvider: "auto" } },
  });
  const waiting = rawRequest(gateway.url, chat(false));
  while (simulator.requests.filter(({ method }) => method === "POST").length < 1) await Bun.sleep(5);
  const startedMs = performance.now();
  await gateway.stop();
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  // The provider's own answer, unless the gateway was stopped before that was in.
  expect([500, 503]).toContain((await waiting).status);
});
