import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import OpenAI from "openai";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { besideClientRetries } from "../../runtime/routing/client-retries.ts";
import type { Served } from "../../runtime/server/serve.ts";
import { startServed } from "../support/served.ts";
import { providerTerms, steadyTerms } from "../support/terms.ts";

const retry = { ...providerTerms.retry, maxAttempts: 3, initialBackoffMs: 1, maxBackoffMs: 1 };

describe("E06 a client that retries gets half of the further attempts", () => {
  test.each([
    [undefined, 3, 3],
    ["0", 3, 3],
    ["1", 3, 2],
    ["2", 5, 3],
    ["1", 2, 1],
    ["1", 1, 1],
    ["many", 3, 3],
  ])("x-stainless-retry-count: %p, of %i attempts", (count, maxAttempts, expected) => {
    const headers = new Headers(count === undefined ? {} : { "x-stainless-retry-count": count });
    expect(besideClientRetries({ ...retry, maxAttempts }, headers)).toEqual({ ...retry, maxAttempts: expected });
  });
});

let simulator: Simulator;
let gateway: Served;
beforeEach(async () => {
  simulator = await startSimulator();
  gateway = await startServed({ upstreamUrl: simulator.openaiUrl, provider: { ...steadyTerms, retry } });
});
afterEach(async () => {
  await gateway.stop();
  await simulator.stop();
});

test("E06 an upstream that is down is asked seven times for one request of OpenAI's SDK, not nine", async () => {
  simulator.script({ times: 100, do: { status: 503 } });
  const client = new OpenAI({ apiKey: "key", baseURL: `${gateway.url}/v1` });
  const asked = client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "x" }] });
  expect(await asked.catch((thrown: unknown) => thrown)).toMatchObject({ status: 503 });
  expect(simulator.requests.filter(({ method }) => method === "POST")).toHaveLength(3 + 2 + 2);
}, 20_000);
