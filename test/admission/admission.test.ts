import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { createAdmission } from "../../runtime/admission/admission.ts";
import type { AdmissionLimits } from "../../runtime/contract.ts";
import type { Served } from "../../runtime/serve.ts";
import { defaults } from "../../schemas/defaults.ts";
import { startServed } from "../support/served.ts";
import { fakeTimers } from "./timers.ts";

const here = new AbortController().signal;

function admissionOf(limits: Partial<AdmissionLimits>) {
  const timers = fakeTimers();
  const refused: string[] = [];
  const admission = createAdmission(
    { ...defaults.admission, ...limits },
    { now: timers.now, after: timers.after, refused: (reason) => refused.push(reason) },
  );
  return { admission, timers, refused };
}

test("without limits everything is let in, and counted", () => {
  const { admission, refused } = admissionOf({});
  const places = Array.from({ length: 100 }, () => admission.enter(here));
  expect(admission.report()).toMatchObject({ inFlight: 100, queued: 0, limit: 0 });
  for (const place of places) if ("release" in place) place.release();
  expect([admission.report().inFlight, refused]).toEqual([0, []]);
});

test("R357 beyond the limit: 503, a wait of one second, and the name of the limit", () => {
  const { admission, refused } = admissionOf({ maxInFlight: 1 });
  expect(admission.enter(here)).toHaveProperty("release");
  expect(admission.enter(here)).toMatchObject({
    class: "overloaded",
    status: 503,
    code: "gateway_overloaded",
    retryAfterMs: 1000,
    message: "The gateway serves 1 requests at once (limits.max_in_flight); try again in a moment.",
  });
  expect(refused).toEqual(["full"]);
});

test("a reload changes the limit and forgets nobody", () => {
  const { admission } = admissionOf({ maxInFlight: 1 });
  expect(admission.enter(here)).toHaveProperty("release");
  admission.reconfigure({ ...defaults.admission, maxInFlight: 2 });
  expect(admission.enter(here)).toHaveProperty("release");
  expect(admission.enter(here)).toHaveProperty("class", "overloaded");
});

describe("R40 R356 R357 through the gateway", () => {
  let simulator: Simulator;
  let gateway: Served;
  beforeAll(async () => {
    simulator = await startSimulator();
    gateway = await startServed({
      upstreamUrl: simulator.openaiUrl,
      catalog: {
        limits: {
          maxBodyBytes: 1024 * 1024,
          maxJsonDepth: 64,
          maxResponseBytes: 1024 * 1024,
          ...defaults.admission,
          maxInFlight: 2,
        },
      },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await simulator.stop();
  });

  function ask(path: string, model: string): Promise<Response> {
    const body = JSON.stringify({ model, max_tokens: 50, messages: [{ role: "user", content: "hi" }] });
    return fetch(gateway.url + path, { method: "POST", body });
  }

  test.each([
    ["/v1/chat/completions", "gpt-4o", { error: { type: "server_error", code: "gateway_overloaded" } }, 503],
    ["/v1/messages", "claude-sonnet-4-5", { type: "error", error: { type: "overloaded_error" } }, 529],
  ])(
    "two slow calls, then a third on %s is refused at once; the two are answered",
    async (path, model, body, status) => {
      const slow = `${model}@sim:headersDelayMs=400`;
      const first = [ask(path, slow), ask(path, slow)];
      await Bun.sleep(100);
      const third = await ask(path, model);
      expect(third.status).toBe(status);
      expect(third.headers.get("retry-after")).toBe("1");
      expect(await third.json()).toMatchObject(body);
      for (const answer of await Promise.all(first)) expect(answer.status).toBe(200);
      expect((await ask(path, model)).status).toBe(200);
    },
  );
});
