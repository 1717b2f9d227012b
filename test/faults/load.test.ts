import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { startGatewayProcess } from "../support/gateway-process.ts";
import { postText, rawRequest, rawSocket } from "../support/raw-request.ts";
import type { GatewayProcess } from "../support/spawn-gateway.ts";

let simulator: Simulator;
let gateway: GatewayProcess;
beforeAll(async () => {
  simulator = await startSimulator();
  gateway = await startGatewayProcess(simulator.openaiUrl);
});
afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
});

const prompt = [{ role: "user", content: "hello" }];
const healthy = async () =>
  (await rawRequest(gateway.url, postText("/v1/chat/completions", { model: "gpt-4o", messages: prompt }))).status;

test.each([
  ["same format", "gpt-4o"],
  ["translated", "claude-sonnet-4-5"],
])(
  "R40 2,000 streams of 30 events at once complete, %s",
  async (_name, model) => {
    simulator.reset();
    // 28 pieces of text between the first and the last event, spread over time so that all streams are open together.
    const words = Array.from({ length: 28 }, (_, index) => `w${String(index).padStart(2, "0")}`).join("");
    simulator.script({ times: "always", do: { text: words, deltaChars: 3, eventDelayMs: 100 } });
    const request = postText("/v1/chat/completions", { model, messages: prompt, stream: true });
    const answers = await Promise.all(Array.from({ length: 2000 }, () => rawRequest(gateway.url, request, 100_000)));
    const broken = answers.find((answer) => !answer.body.includes("[DONE]"));
    expect(broken).toBeUndefined();
    const whole = answers.filter(
      (answer) => answer.status === 200 && answer.body.includes("data: [DONE]") && answer.body.includes("w27"),
    );
    expect(whole.length).toBe(2000);
    expect(await healthy()).toBe(200);
  },
  120_000,
);

test.each([
  ["while events flow, same format", "gpt-4o", { eventDelayMs: 20, text: "x".repeat(4000), deltaChars: 4 }],
  ["while events flow, translated", "claude-sonnet-4-5", { eventDelayMs: 20, text: "x".repeat(4000), deltaChars: 4 }],
  ["while the provider stalls", "gpt-4o", { stallAfterEvents: 4 }],
  ["before the provider's first event", "claude-sonnet-4-5", { firstEventDelayMs: 60_000 }],
  ["before the provider's headers", "gpt-4o", { neverAnswer: true }],
] as const)("a client that leaves is seen by the provider within 100 ms: %s", async (_name, model, behaviour) => {
  simulator.reset();
  simulator.script({ do: behaviour });
  const { socket } = rawSocket(
    gateway.url,
    postText("/v1/chat/completions", { model, messages: prompt, stream: true }),
  );
  while (simulator.requests.length === 0) await Bun.sleep(5);
  await Bun.sleep(150);
  const leftAtMs = Date.now();
  socket.destroy();
  const asked = () => simulator.requests.find(({ method }) => method === "POST");
  while (asked()?.closedEarlyAtMs === undefined && Date.now() - leftAtMs < 3000) await Bun.sleep(2);
  expect((asked()?.closedEarlyAtMs ?? Number.POSITIVE_INFINITY) - leftAtMs).toBeLessThanOrEqual(100);
});

/** Bodies and heads no honest client sends. */
const malformedBody = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.json({ maxDepth: 6 }),
  fc.constantFrom(
    "",
    "null",
    "[]",
    "{}",
    '{"model":',
    '{"model":5}',
    '{"model":""}',
    "[".repeat(5000),
    `{"a":${"[".repeat(200)}`,
  ),
  fc.json({ maxDepth: 4 }).map((json) => `{"model":"gpt-4o","messages":${json}}`),
  fc
    .json({ maxDepth: 4 })
    .map((json) => `{"model":"claude-sonnet-4-5","messages":[{"role":"user","content":${json}}]}`),
  fc
    .json({ maxDepth: 4 })
    .map((json) => `{"model":"claude-sonnet-4-5","messages":[],"tools":${json},"stream":${json}}`),
  fc
    .json({ maxDepth: 4 })
    .map((json) => `{"model":"gpt-4o","max_tokens":5,"messages":[{"role":"assistant","content":[${json}]}]}`),
);
const malformedRequest = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom("/v1/chat/completions", "/v1/messages"), malformedBody)
      .map(([path, body]) => postText(path, body)),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("gzip", "zstd", "nonsense")
      .map((coding) => postText("/v1/messages", "not compressed", { "content-encoding": coding })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("x-arouter-fallback-chain", "x-arouter-model", "x-arouter-no-policy")
      .map((name) => postText("/v1/messages", { model: "gpt-4o", messages: prompt }, { [name]: "?,".repeat(20) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("GET", "PUT", "TRACE", "CONNECT", "BREW")
      .map((method) => `${method} /v1/messages HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`),
  },
  {
    weight: 1,
    arbitrary: fc
      .string({ maxLength: 40 })
      .map((path) => `GET /${encodeURIComponent(path)} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "GET / HTTP/1.0\r\n\r\n",
      "GET / HTTP/1.1\r\nhost: a@b\r\nconnection: close\r\n\r\n",
      "\u0000\u0001\r\n\r\n",
      "POST /v1/messages HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\nconnection: close\r\n\r\nabcde",
    ),
  },
);

test("10,000 malformed requests leave the process healthy, and none is answered with 500", async () => {
  simulator.reset();
  const requests = fc.sample(malformedRequest, { numRuns: 10_000, seed: 20_261_121 });
  const statuses = new Map<number, number>();
  const wrong: string[] = [];
  let next = 0;
  async function worker(): Promise<void> {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      const { status, body } = await rawRequest(gateway.url, request, 15_000);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 500) wrong.push(`${request}\n→ ${body}`);
    }
  }
  await Promise.all(Array.from({ length: 32 }, worker));
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(gateway.output()).not.toContain("Error:");
  expect(await healthy()).toBe(200);
  expect(statuses.get(400) ?? 0).toBeGreaterThan(5000);
}, 120_000);

test.each([
  ["a body over the limit, declared", postText("/v1/messages", "x".repeat(2 * 1024 * 1024)), 413],
  [
    "a body over the limit, chunked",
    `POST /v1/messages HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n200000\r\n${"x".repeat(0x200000)}\r\n0\r\n\r\n`,
    413,
  ],
  [
    "JSON nested deeper than the limit",
    postText("/v1/messages", `{"model":${"[".repeat(100)}${"]".repeat(100)}}`),
    400,
  ],
] as const)("%s", async (_name, request, status) => {
  const answer = await rawRequest(gateway.url, request);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toMatchObject({ type: "error" });
});
