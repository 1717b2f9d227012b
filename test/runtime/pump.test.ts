import { expect, test } from "bun:test";
import { createCollector } from "../../runtime/answer/collector.ts";
import { type PumpOptions, pump } from "../../runtime/answer/pump.ts";
import type { Relay } from "../../runtime/answer/relay.ts";
import { failure } from "../../runtime/errors.ts";
import type { BodyRead, UpstreamBody } from "../../runtime/upstream/upstream.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const chunk = (text: string): BodyRead => ({ kind: "chunk", bytes: encode(text) });
const broken = failure("bad-upstream-answer", "broke");

/** A body that answers each read with the next step; a step of `never` waits for ever. */
function scripted(steps: readonly (BodyRead | "never")[]) {
  const left = [...steps];
  const seen = { reads: 0, cancelled: false };
  const body: UpstreamBody = {
    read: () => {
      seen.reads++;
      const step = left.shift() ?? { kind: "end" };
      return step === "never" ? new Promise(() => undefined) : Promise.resolve(step);
    },
    cancel: () => {
      seen.cancelled = true;
    },
  };
  return { body, seen };
}

/** Passes bytes on; "!" is the upstream's error frame, "." its terminator. */
function passing(): Relay {
  const state = { stopped: false, error: undefined as Relay extends { error(): infer E } ? E : never };
  return {
    push: (bytes) => {
      const text = new TextDecoder().decode(bytes);
      if (text.includes("!")) state.error = broken;
      if (text.includes(".")) state.stopped = true;
      return bytes;
    },
    end: () => encode(state.stopped ? "" : "<cut>"),
    fail: (error) => {
      state.error = error;
      return encode(`<${error.message}>`);
    },
    committed: () => true,
    empty: () => false,
    said: () => ({}),
    usage: () => undefined,
    spokenChars: () => 0,
    stopped: () => state.stopped,
    ended: () => state.error !== undefined,
    cutShort: () => false,
    error: () => state.error,
    collected: createCollector(),
  };
}

function run(body: UpstreamBody, more: Partial<PumpOptions> = {}) {
  const ends: string[] = [];
  const stream = pump({
    head: [],
    body,
    relay: passing(),
    keepAlive: encode("~"),
    keepAliveMs: 1000,
    stalledClientMs: 0,
    onEnd: (how) => ends.push(how),
    ...more,
  });
  return { stream, ends };
}

test.each([
  ["a whole answer", [chunk("a"), chunk("b."), { kind: "end" }], "ab.", "finished"],
  [
    "a quiet upstream is bridged by keep-alives",
    [{ kind: "waiting" }, chunk("a."), { kind: "end" }],
    "~a.",
    "finished",
  ],
  [
    "an upstream that breaks ends in an error frame",
    [chunk("a"), { kind: "failed", error: broken }],
    "a<broke>",
    "failed",
  ],
  [
    "an error frame of the upstream is the last thing sent",
    [chunk("a"), chunk("!"), chunk("never seen")],
    "a!",
    "failed",
  ],
  [
    "a connection that breaks behind the terminator changes nothing",
    [chunk("a."), { kind: "failed", error: broken }],
    "a.",
    "finished",
  ],
  [
    "an upstream that stays open behind the terminator is not waited for",
    [chunk("a."), { kind: "waiting" }],
    "a.",
    "finished",
  ],
] as const)("%s", async (_name, steps, text, how) => {
  const { stream, ends } = run(scripted(steps).body);
  expect(await new Response(stream).text()).toBe(text);
  expect(ends).toEqual([how]);
});

test("what was held is sent first", async () => {
  const { stream } = run(scripted([chunk("b.")]).body, { head: [encode("h1"), encode("h2")] });
  expect(await new Response(stream).text()).toBe("h1h2b.");
});

test("the upstream is read only as fast as the client reads", async () => {
  const { body, seen } = scripted([chunk("a"), chunk("b"), chunk("c."), { kind: "end" }]);
  const reader = run(body).stream.getReader();
  await Bun.sleep(5);
  expect(seen.reads).toBe(0);
  await reader.read();
  await Bun.sleep(5);
  expect(seen.reads).toBe(1);
});

test("a client that leaves closes the upstream, once", async () => {
  const { body, seen } = scripted([chunk("a"), "never"]);
  const { stream, ends } = run(body);
  const reader = stream.getReader();
  await reader.read();
  await reader.cancel();
  expect(seen.cancelled).toBe(true);
  expect(ends).toEqual(["client-gone"]);
});

test("a client that takes no bytes for stalledClientMs counts as gone", async () => {
  const { body, seen } = scripted([chunk("a"), chunk("b"), "never"]);
  const { stream, ends } = run(body, { stalledClientMs: 20 });
  const reader = stream.getReader();
  await reader.read();
  await Bun.sleep(60);
  expect(ends).toEqual(["client-gone"]);
  expect(seen.cancelled).toBe(true);
  expect(reader.read()).rejects.toThrow("stopped reading");
});
