import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import fc from "fast-check";
import type { StreamEvent } from "../../runtime/wire/canonical.ts";
import { emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { streamReader } from "../../runtime/wire/openai-chat/stream-reader.ts";
import { streamTap } from "../../runtime/wire/openai-chat/stream-tap.ts";
import { sseDecoder } from "../../runtime/wire/sse.ts";
import { expectGolden } from "../support/golden.ts";

const folder = `${import.meta.dir}/cases/openai-chat`;
const names = [...new Glob("*.sse").scanSync(folder)].map((file) => file.replace(/\.sse$/, "")).sort();

async function bytesOf(name: string): Promise<Uint8Array> {
  return new Uint8Array(await Bun.file(`${folder}/${name}.sse`).arrayBuffer());
}

function read(chunks: readonly Uint8Array[]): StreamEvent[] {
  const decoder = sseDecoder();
  const reader = streamReader(emptyAnswerMap);
  const events = chunks.flatMap((chunk) => decoder.push(chunk));
  return [...[...events, ...decoder.end()].flatMap((event) => reader.push(event)), ...reader.end()];
}

function tap(bytes: Uint8Array) {
  const watched = streamTap();
  const decoder = sseDecoder();
  for (const event of [...decoder.push(bytes), ...decoder.end()]) watched.push(event);
  return watched;
}

describe("R15 R20 streams of Chat servers become the events written beside them", () => {
  test("there are fixtures", () => expect(names.length).toBeGreaterThan(30));
  for (const name of names) {
    test(name, async () => {
      const events = read([await bytesOf(name)]);
      await expectGolden(
        `${folder}/${name}.events.jsonl`,
        events.map((event) => `${JSON.stringify(event)}\n`).join(""),
      );
    });
  }
});

test("R15 cutting a stream anywhere changes no event", async () => {
  for (const name of names) {
    const bytes = await bytesOf(name);
    const whole = read([bytes]);
    expect(read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 6 }), (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), bytes.length];
        expect(read(ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end)))).toEqual(whole);
      }),
      { numRuns: 10 },
    );
  }
});

test("every stream of events keeps the order its readers rely on", async () => {
  for (const name of names) {
    const events = read([await bytesOf(name)]);
    const last = events.at(-1)?.kind;
    expect([name, last === "end" || last === "error"]).toEqual([name, true]);
    const open = new Set<number>();
    for (const event of events) {
      if (event.kind === "tool-open") open.add(event.key);
      if (event.kind === "tool-arguments") expect(open.has(event.key)).toBe(true);
      if (event.kind === "tool-close") expect(open.delete(event.key)).toBe(true);
    }
    if (last === "end") expect(open.size).toBe(0);
  }
});

describe("a forwarded stream is watched with the same verdict", () => {
  for (const name of names) {
    test(name, async () => {
      const bytes = await bytesOf(name);
      const events = read([bytes]);
      const watched = tap(bytes);
      const ended = events.at(-1)?.kind === "end";
      const isContent = (event: StreamEvent): boolean => !["start", "usage", "error"].includes(event.kind);
      if (!sendsUnreadable.has(name)) expect(watched.complete()).toBe(ended);
      expect(watched.committed()).toBe(events.some(isContent));
      expect(watched.usage()).toEqual(events.findLast((event) => event.kind === "usage")?.usage);
      expect(watched.error() !== undefined).toBe(name.startsWith("error-"));
    });
  }
  /** A translation must give up here; bytes that pass through are the client's to judge. */
  const sendsUnreadable = new Set(["too-many-broken-frames", "network-error-finish"]);
});

describe("frames are parsed only where they can matter", () => {
  const frame = (delta: object, more: object = {}): string =>
    JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }], ...more });
  test("text that talks about usage, errors and finish reasons is text", () => {
    const watched = streamTap();
    watched.push({ event: undefined, data: frame({ content: "x" }, { usage: null }) });
    const text = '"usage":{"prompt_tokens":1} "finish_reason":"stop" "error":{"message":"no"}';
    watched.push({ event: undefined, data: frame({ content: text }) });
    expect([watched.usage(), watched.error(), watched.complete()]).toEqual([undefined, undefined, false]);
  });
  test("spaces around the colons do not hide a finish, usage or error", () => {
    const watched = streamTap();
    watched.push({ event: undefined, data: frame({ content: "x" }) });
    watched.push({ event: undefined, data: '{"choices" : [{"index": 0, "delta": {}, "finish_reason" : "stop"}]}' });
    watched.push({ event: undefined, data: '{"choices": [], "usage" : {"prompt_tokens": 3, "completion_tokens": 2}}' });
    expect(watched.complete()).toBe(true);
    expect(watched.usage()).toMatchObject({ uncachedInput: 3, output: 2 });
    watched.push({ event: undefined, data: '{"error" : "boom"}' });
    expect(watched.error()).toMatchObject({ class: "server-error", status: 502, message: "boom" });
    expect(watched.complete()).toBe(false);
  });
  test("a role chunk commits to nothing", () => {
    const watched = streamTap();
    watched.push({ event: undefined, data: frame({ role: "assistant", content: "", refusal: null }) });
    expect(watched.committed()).toBe(false);
    watched.push({ event: undefined, data: frame({ tool_calls: [{ index: 0 }] }) });
    expect(watched.committed()).toBe(true);
  });
});

test("tool names the encoder shortened come back in full", () => {
  const reader = streamReader({ ...emptyAnswerMap, toolNames: new Map([["short", "the_long_name"]]) });
  const delta = { tool_calls: [{ index: 0, id: "c", type: "function", function: { name: "short", arguments: "{}" } }] };
  const events = reader.push({ event: undefined, data: JSON.stringify({ id: "x", choices: [{ index: 0, delta }] }) });
  expect(events[1]).toEqual({ kind: "tool-open", key: 0, id: "c", name: "the_long_name", tool: "function" });
});
