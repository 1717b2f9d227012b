import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { type Admitted, createAdmission } from "../../runtime/admission/admission.ts";
import type { Load, LoadShedding } from "../../runtime/admission/load-shedding.ts";
import type { AdmissionLimits } from "../../runtime/contract.ts";
import type { Served } from "../../runtime/server/serve.ts";
import { defaults } from "../../schemas/defaults.ts";
import { startServed } from "../support/served.ts";
import { fakeTimers } from "./timers.ts";

const here = new AbortController().signal;

/** An admission on a clock of its own; `load` is what a look at the process would find. */
function admissionOf(limits: Partial<AdmissionLimits>) {
  const timers = fakeTimers();
  const refused: string[] = [];
  const watched: LoadShedding[] = [];
  const admission = createAdmission(
    { ...defaults.admission, ...limits },
    {
      now: timers.now,
      after: timers.after,
      refused: (reason) => refused.push(reason),
      watch: (shedding) => {
        watched.push(shedding);
        return () => void watched.splice(watched.indexOf(shedding), 1);
      },
    },
  );
  return {
    admission,
    timers,
    refused,
    watched,
    sample: (load: Load) => watched[0]?.sample(load),
    reconfigure: (next: Partial<AdmissionLimits>) => admission.reconfigure({ ...defaults.admission, ...next }),
    /** Fails where the request is refused. */
    enter: async (signal = here): Promise<Admitted> => {
      const given = await admission.enter(signal);
      if ("class" in given) throw new Error(given.message);
      return given;
    },
  };
}

function messageOf(given: unknown): string {
  return typeof given === "object" && given !== null && "message" in given ? String(given.message) : "";
}

test("without limits everything is let in at once, and counted; nothing is sampled", () => {
  const { admission, refused, watched } = admissionOf({});
  const places = Array.from({ length: 100 }, () => admission.enter(here));
  expect(admission.report()).toEqual({
    inFlight: 100,
    queued: 0,
    limit: 0,
    load: { rssBytes: 0, loopDelayMs: 0 },
    refused: { full: 0, queue_full: 0, waited_too_long: 0, memory: 0, event_loop: 0 },
  });
  for (const place of places) if ("release" in place) place.release();
  expect([admission.report().inFlight, refused, watched]).toEqual([0, [], []]);
});

test.each([
  ["a full gateway without a queue", { queueSize: 100, queueMs: 0 }, 0, "full", "limits.max_in_flight"],
  ["a full gateway with a full queue", { queueSize: 1, queueMs: 50 }, 0, "queue_full", "limits.queue_size"],
  ["a queue without end", { queueSize: 2, queueMs: 50 }, 50, "waited_too_long", "limits.queue_ms"],
  ["an adaptive limit", { adaptive: true }, 0, "full", "limits.adaptive"],
] as const)(
  "R357 %s: 503, Retry-After of a second, and the setting's name",
  async (_, limits, passMs, reason, setting) => {
    const { admission, enter, timers, refused } = admissionOf({ maxInFlight: 1, ...limits });
    await enter();
    const waiting = "queueMs" in limits && limits.queueMs > 0 ? admission.enter(here) : undefined;
    const answer = admission.enter(here);
    timers.pass(passMs);
    const error = await answer;
    expect(error).toMatchObject({
      class: "overloaded",
      status: 503,
      code: "gateway_overloaded",
      retryAfterMs: 1000,
    });
    expect(messageOf(error)).toMatch(/^The gateway serves .*; try again in a moment\.$/);
    expect(messageOf(error)).toContain(setting);
    expect(refused).toContain(reason);
    expect(admission.report().refused).toMatchObject({ [reason]: refused.filter((one) => one === reason).length });
    timers.pass(50);
    await waiting;
  },
);

test("who waits is let in as soon as a place is free, or forgotten when the client leaves", async () => {
  const { admission, enter, refused } = admissionOf({ maxInFlight: 1, queueSize: 2, queueMs: 1000 });
  const first = await enter();
  const leaving = new AbortController();
  const left = admission.enter(leaving.signal);
  const second = enter();
  expect(admission.report()).toMatchObject({ inFlight: 1, queued: 2, limit: 1 });
  leaving.abort();
  expect(await left).toMatchObject({ status: 499 });
  first.release();
  first.release();
  (await second).release();
  expect(admission.report()).toMatchObject({ inFlight: 0, queued: 0 });
  expect(refused).toEqual([]);
});

test("a reload changes the limit, lets in who may now, and forgets nobody", async () => {
  const { admission, enter, reconfigure } = admissionOf({ maxInFlight: 1, queueSize: 5, queueMs: 1000 });
  const held = [await enter()];
  const waiting = [enter(), enter()];
  reconfigure({ maxInFlight: 2, queueSize: 5, queueMs: 1000 });
  expect(admission.report()).toMatchObject({ inFlight: 2, queued: 1, limit: 2 });
  reconfigure({ maxInFlight: 0 });
  for (const place of waiting) held.push(await place);
  reconfigure({ maxInFlight: 2 });
  expect(admission.report()).toMatchObject({ inFlight: 3, queued: 0, limit: 2 });
  held[0]?.release();
  expect(admission.enter(here)).toHaveProperty("class", "overloaded");
  held[1]?.release();
  held.push(await enter());
  for (const place of held) place.release();
  expect(admission.report().inFlight).toBe(0);
});

test.each([
  ["memory", { maxRssBytes: 1000 }, { rssBytes: 1001, loopDelayMs: 0 }, "limits.max_rss_mb"],
  ["event_loop", { maxLoopDelayMs: 100 }, { rssBytes: 0, loopDelayMs: 1000 }, "limits.max_loop_delay_ms"],
] as const)(
  "F183 overload by %s refuses all but one request at a time, until it is over",
  async (reason, limits, load, setting) => {
    const { admission, enter, sample, refused } = admissionOf(limits);
    const first = await enter();
    sample(load);
    expect(admission.enter(here)).toMatchObject({
      status: 503,
      code: "gateway_overloaded",
      retryAfterMs: 1000,
    });
    expect(messageOf(admission.enter(here))).toContain(setting);
    first.release();
    const second = await enter();
    expect(admission.enter(here)).toHaveProperty("class", "overloaded");
    expect(refused).toEqual([reason, reason, reason]);
    expect(admission.report().refused[reason]).toBe(3);
    for (let n = 0; n < 10; n++) sample({ rssBytes: 0, loopDelayMs: 0 });
    (await enter()).release();
    second.release();
  },
);

test("a reload switches the watch over the process on and off, and stop ends it", () => {
  const { admission, reconfigure, watched } = admissionOf({});
  reconfigure({ maxRssBytes: 1000 });
  expect(watched).toHaveLength(1);
  reconfigure({ maxLoopDelayMs: 5 });
  expect(watched).toHaveLength(1);
  reconfigure({});
  expect(watched).toEqual([]);
  reconfigure({ maxRssBytes: 1000 });
  admission.stop();
  expect(watched).toEqual([]);
});

test("an adaptive limit follows what requests tell; the time they waited to be let in is not the upstream's", async () => {
  const { admission, enter, timers } = admissionOf({
    maxInFlight: 100,
    adaptive: true,
    queueSize: 500,
    queueMs: 60_000,
  });
  const round = async (latencyMs: number, overloaded = false) => {
    for (let n = 0; n < 100; n++) {
      const place = await enter();
      place.began(latencyMs, overloaded);
      place.release();
    }
    return admission.report().limit;
  };
  expect(await round(100)).toBe(100);
  const held = await Promise.all(Array.from({ length: 100 }, () => enter()));
  const waiting = Array.from({ length: 200 }, () => enter());
  timers.pass(1000);
  for (const place of held) place.release();
  for (const one of waiting) {
    const place = await one;
    place.began(1100, false);
    place.release();
  }
  expect(admission.report().limit).toBe(100);
  await round(1100);
  expect(await round(1100)).toBe(50);
});

test("who waits is let in when an adaptive limit grows", async () => {
  const { admission, enter } = admissionOf({ maxInFlight: 20, adaptive: true, queueSize: 5, queueMs: 60_000 });
  const held = [await enter()];
  for (let n = 0; n < 200; n++) held[0]?.began(100, true);
  while (held.length < 10) held.push(await enter());
  const waiting = enter();
  expect(admission.report()).toMatchObject({ inFlight: 10, queued: 1, limit: 10 });
  for (let n = 0; n < 100; n++) held[0]?.began(100, false);
  expect(admission.report()).toMatchObject({ inFlight: 11, queued: 0, limit: 13 });
  (await waiting).release();
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
