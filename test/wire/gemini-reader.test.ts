import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import fc from "fast-check";
import type { StreamEvent } from "../../runtime/wire/canonical.ts";
import { type AnswerMap, emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { gemini } from "../../runtime/wire/gemini/codec.ts";
import { streamReader } from "../../runtime/wire/gemini/stream-reader.ts";
import { streamTap } from "../../runtime/wire/gemini/stream-tap.ts";
import { replay } from "../../runtime/wire/replay.ts";
import { sseDecoder } from "../../runtime/wire/sse.ts";
import { expectGolden } from "../support/golden.ts";

const folder = `${import.meta.dir}/cases/gemini`;
const names = [...new Glob("*.sse").scanSync(folder)].map((file) => file.replace(/\.sse$/, "")).sort();

async function bytesOf(name: string): Promise<Uint8Array> {
  return new Uint8Array(await Bun.file(`${folder}/${name}.sse`).arrayBuffer());
}

function read(chunks: readonly Uint8Array[], answer: AnswerMap = emptyAnswerMap): StreamEvent[] {
  const decoder = sseDecoder();
  const reader = streamReader(answer);
  const events = chunks.flatMap((chunk) => decoder.push(chunk));
  return [...[...events, ...decoder.end()].flatMap((event) => reader.push(event)), ...reader.end()];
}

function readOne(chunk: object, answer: AnswerMap): readonly StreamEvent[] {
  return read([new TextEncoder().encode(`data: ${JSON.stringify(chunk)}\n\n`)], answer);
}

function watch(bytes: Uint8Array) {
  const tap = streamTap();
  const decoder = sseDecoder();
  for (const event of [...decoder.push(bytes), ...decoder.end()]) tap.push(event);
  return tap;
}

describe("R15 R20 R206 streams of the Gemini API become the events written beside them", () => {
  test("there are fixtures", () => expect(names.length).toBeGreaterThan(35));
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

test("every stream of events keeps the order its readers rely on", async () => {
  for (const name of names) {
    const events = read([await bytesOf(name)]);
    const last = events.at(-1)?.kind;
    expect([name, last === "end" || last === "error"]).toEqual([name, true]);
    expect([name, events.filter(({ kind }) => kind === "stop").length <= 1]).toEqual([name, true]);
    const stopAt = events.findIndex(({ kind }) => kind === "stop");
    const behind =
      stopAt === -1 ? [] : events.slice(stopAt + 1).filter(({ kind }) => kind !== "usage" && kind !== "end");
    expect([name, behind]).toEqual([name, []]);
    const open = new Set<number>();
    for (const event of events) {
      if (event.kind === "tool-open") open.add(event.key);
      if (event.kind === "tool-arguments") expect(open.has(event.key)).toBe(true);
      if (event.kind === "tool-close") expect(open.delete(event.key)).toBe(true);
    }
    expect([name, open.size]).toEqual([name, 0]);
  }
});

describe("a forwarded stream is watched with the same verdict", () => {
  for (const name of names) {
    test(name, async () => {
      const bytes = await bytesOf(name);
      const events = read([bytes]);
      const tap = watch(bytes);
      if (!isOursToJudge.has(name)) expect(tap.complete()).toBe(events.at(-1)?.kind === "end");
      if (name !== "too-many-broken-frames")
        expect(tap.usage()).toEqual(events.findLast((event) => event.kind === "usage")?.usage);
      expect(tap.error() !== undefined).toBe(name.startsWith("error-"));
      expect(tap.empty()).toBe(name === "empty-answer");
    });
  }
  /** A translation must give up here; bytes that pass through are the client's to judge. */
  const isOursToJudge = new Set([
    "too-many-broken-frames",
    "malformed-call",
    "malformed-partial-call",
    "other-without-text",
  ]);

  test("an empty part commits to nothing, text, thoughts and calls do", () => {
    const parts = [{ text: "" }, { text: "", thought: true }, { text: "x" }, { text: "x", thought: true }];
    const committed = [...parts, { functionCall: { name: "w" } }].map((part) => {
      const tap = streamTap();
      tap.push({ event: undefined, data: JSON.stringify({ candidates: [{ content: { parts: [part] } }] }) });
      return tap.committed();
    });
    expect(committed).toEqual([false, false, true, true, true]);
  });

  test("text that talks about ends and errors is text; spaces around the colons hide none", () => {
    const tap = streamTap();
    const text =
      '"finishReason":"STOP" "blockReason":"SAFETY" "error":{"code":500} "usageMetadata":{"promptTokenCount":1}';
    const said = (part: string) => JSON.stringify({ candidates: [{ content: { parts: [{ text: part }] } }] });
    tap.push({ event: undefined, data: said("x") });
    tap.push({ event: undefined, data: said(text) });
    expect([tap.complete(), tap.error(), tap.usage()]).toEqual([false, undefined, undefined]);
    tap.push({
      event: undefined,
      data: '{"candidates": [{"finishReason" : "STOP"}], "usageMetadata" : {"promptTokenCount": 3}}',
    });
    expect(tap.complete()).toBe(true);
    expect(tap.usage()).toMatchObject({ uncachedInput: 3, output: 0 });
  });
});

describe("what the request renamed or wrapped", () => {
  const answer = (functionCall: object) => ({
    candidates: [{ content: { parts: [{ functionCall }] }, finishReason: "STOP" }],
    responseId: "r-1",
  });
  test("tool names come back in full", () => {
    const events = readOne(answer({ name: "short" }), { ...emptyAnswerMap, toolNames: new Map([["short", "a/long"]]) });
    expect(events[1]).toMatchObject({ kind: "tool-open", name: "a/long", tool: "function" });
  });
  test("a custom tool's text is taken out of its object", () => {
    const answers = { ...emptyAnswerMap, customTools: new Set(["patch"]) };
    const events = readOne(answer({ name: "patch", args: { input: 'a"\nb' } }), answers);
    expect(events.slice(1, 3)).toMatchObject([{ tool: "custom" }, { kind: "tool-arguments", text: 'a"\nb' }]);
  });
  test("ids of calls without one differ between calls and answers, and not between two readings", () => {
    const ids = (responseId: string) =>
      readOne(
        {
          candidates: [
            {
              content: { parts: [{ functionCall: { name: "w" } }, { functionCall: { name: "w" } }] },
              finishReason: "STOP",
            },
          ],
          responseId,
        },
        emptyAnswerMap,
      ).flatMap((event) => (event.kind === "tool-open" ? [event.id] : []));
    expect(new Set([...ids("one"), ...ids("two")]).size).toBe(4);
    expect(ids("one")).toEqual(ids("one"));
    for (const id of ids("one")) expect(id).toMatch(/^call_[0-9a-f]{24}$/);
  });
});

/** Chunks of any streaming fixture, in any order and number. */
const anyChunk = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.string(),
  fc
    .record({
      candidates: fc.array(
        fc.record(
          {
            content: fc.record({ parts: fc.array(fc.jsonValue(), { maxLength: 3 }) }),
            finishReason: fc.constantFrom("STOP", "MAX_TOKENS", "OTHER", "", "constructor", "MALFORMED_RESPONSE"),
            groundingMetadata: fc.jsonValue(),
          },
          { requiredKeys: [] },
        ),
      ),
      usageMetadata: fc.jsonValue(),
      promptFeedback: fc.jsonValue(),
    })
    .map((value) => JSON.stringify(value)),
);

test("R20 whatever an upstream sends, a reader answers with one end and nothing behind it", () => {
  fc.assert(
    fc.property(fc.array(anyChunk, { maxLength: 8 }), (frames) => {
      const reader = streamReader(emptyAnswerMap);
      const tap = streamTap();
      const events = frames.flatMap((data) => {
        tap.push({ event: undefined, data });
        return reader.push({ event: undefined, data });
      });
      const all = [...events, ...reader.end()];
      const ends = all.filter(({ kind }) => kind === "end" || kind === "error");
      expect(ends).toHaveLength(1);
      expect(all.at(-1)).toBe(ends[0]);
    }),
    { numRuns: 2000 },
  );
});

test("R15 R16 a whole answer holds what a stream of its parts says", () => {
  const part = fc.oneof(
    fc.record({ text: fc.string(), thought: fc.boolean(), thoughtSignature: fc.constantFrom("", "S") }),
    fc.record({
      functionCall: fc.record({ name: fc.constantFrom("a", "b"), args: fc.dictionary(fc.string(), fc.integer()) }),
    }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const candidate = (some: readonly object[], more: object) => ({
        candidates: [{ content: { role: "model", parts: some }, ...more }],
        responseId: "r-1",
      });
      const whole = gemini.decodeResponse(
        JSON.parse(JSON.stringify(candidate(parts, { finishReason: "STOP" }))),
        emptyAnswerMap,
      );
      if (whole.kind === "failed") throw new Error(whole.error.message);
      const frames = [...parts.map((one) => candidate([one], {})), candidate([], { finishReason: "STOP" })];
      const sse = frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join("");
      expect(joined(read([new TextEncoder().encode(sse)]))).toEqual(joined(replay(whole.value)));
    }),
    { numRuns: 500 },
  );
});

/** Events with neighbouring texts in one, and without the ends of blocks, which fall where fragments do. */
function joined(events: readonly StreamEvent[]): readonly unknown[] {
  const out: unknown[] = [];
  let open: { kind: string; text: string } | undefined;
  for (const event of events) {
    if (event.kind === "block-break") continue;
    const isText = event.kind === "text" || event.kind === "thinking";
    if (isText && open?.kind === event.kind) {
      open.text += event.text;
      continue;
    }
    open = isText && event.text !== "" ? { kind: event.kind, text: event.text } : undefined;
    if (!isText || open !== undefined) out.push(open ?? ("key" in event ? { ...event, key: 0 } : event));
  }
  return out;
}
