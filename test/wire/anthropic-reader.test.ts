import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import fc from "fast-check";
import { anthropicMessages } from "../../runtime/wire/anthropic-messages/codec.ts";
import type { JsonObject, StreamEvent, Usage } from "../../runtime/wire/canonical.ts";
import { type AnswerMap, emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { type SseEvent, sseDecoder } from "../../runtime/wire/sse.ts";
import { expectGolden } from "../support/golden.ts";

const folder = `${import.meta.dir}/cases/anthropic-messages`;
const names = [...new Glob("*.sse").scanSync(folder)].map((file) => file.replace(/\.sse$/, "")).sort();

async function framesOf(name: string): Promise<readonly SseEvent[]> {
  const decoder = sseDecoder();
  const frames = decoder.push(new Uint8Array(await Bun.file(`${folder}/${name}.sse`).arrayBuffer()));
  return [...frames, ...decoder.end()];
}

function read(frames: readonly SseEvent[], answer: AnswerMap = emptyAnswerMap): readonly StreamEvent[] {
  const reader = anthropicMessages.streamReader(answer);
  return [...frames.flatMap((frame) => reader.push(frame)), ...reader.end()];
}

function frame(data: JsonObject & { type: string }): SseEvent {
  return { event: data.type, data: JSON.stringify(data) };
}

function delta(partial: string): SseEvent {
  return frame({ type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: partial } });
}

const messageStart = frame({
  type: "message_start",
  message: { id: "msg_1", model: "claude-x", usage: { input_tokens: 3 } },
});
const messageEnd = [
  frame({ type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 5 } }),
  frame({ type: "message_stop" }),
];

function toolStream(name: string, fragments: readonly string[]): readonly SseEvent[] {
  const block = { type: "tool_use", id: "toolu_1", name, input: {} };
  return [
    messageStart,
    frame({ type: "content_block_start", index: 0, content_block: block }),
    ...fragments.map(delta),
    frame({ type: "content_block_stop", index: 0 }),
    ...messageEnd,
  ];
}

describe("R15 R20 Messages streams become the events written beside them", () => {
  test("there are fixtures", () => expect(names.length).toBeGreaterThan(25));
  for (const name of names) {
    test(name, async () => {
      const events = read(await framesOf(name));
      await expectGolden(
        `${folder}/${name}.events.jsonl`,
        events.map((event) => `${JSON.stringify(event)}\n`).join(""),
      );
    });
  }
});

test("every fixture ends once, and calls open before their arguments and close once", async () => {
  for (const name of names) {
    const events = read(await framesOf(name));
    const ends = events.filter((event) => event.kind === "end" || event.kind === "error");
    expect([name, ends.length, events.at(-1) === ends[0]]).toEqual([name, 1, true]);
    const open = new Set<number>();
    for (const event of events) {
      if (event.kind === "tool-open") open.add(event.key);
      if (event.kind === "tool-arguments") expect(open.has(event.key)).toBe(true);
      if (event.kind === "tool-close") expect(open.delete(event.key)).toBe(true);
    }
    if (events.at(-1)?.kind === "end") expect(open.size).toBe(0);
  }
});

describe("what the request renamed or wrapped is undone", () => {
  test("a tool gets its own name back", () => {
    const answer = { ...emptyAnswerMap, toolNames: new Map([["w_1", "w/1"]]) };
    expect(read(toolStream("w_1", ["{}"]), answer)).toContainEqual({
      kind: "tool-open",
      key: 0,
      id: "toolu_1",
      name: "w/1",
      tool: "function",
    });
  });

  const custom = { ...emptyAnswerMap, customTools: new Set(["patch"]) };
  const rawText = (fragments: readonly string[]) =>
    read(toolStream("patch", fragments), custom).flatMap((event) =>
      event.kind === "tool-arguments" ? [event.text] : [],
    );

  test("X43 a custom tool's text is taken out of its JSON while that arrives", () => {
    expect(rawText(['{"inp', 'ut":"a\\', "nb\\u00", 'e9"}'])).toEqual(["a", "\nb", "é"]);
  });

  test("X43 any text, cut anywhere", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.array(fc.nat({ max: 60 })), fc.boolean(), (input, cuts, spaced) => {
        const json = spaced ? JSON.stringify({ input }, null, 2) : JSON.stringify({ input });
        const ends = [...cuts.map((cut) => Math.min(cut, json.length)).sort((a, b) => a - b), json.length];
        expect(rawText(ends.map((end, at) => json.slice(at === 0 ? 0 : ends[at - 1], end))).join("")).toBe(input);
      }),
    );
  });

  test("a model that ignored the schema is passed on as it wrote", () => {
    expect(rawText(['{"text":', '"x"}']).join("")).toBe('{"text":"x"}');
    expect(rawText(["plain"]).join("")).toBe("plain");
    expect(rawText(['{"other":1,"input":"x"}']).join("")).toBe("x");
  });

  test("a forced tool that carries the answer becomes text, and its stop an end", () => {
    const events = read(toolStream("person", ['{"age"', ":4}"]), { ...emptyAnswerMap, outputTool: "person" });
    expect(events.flatMap((event) => (event.kind === "text" ? [event.text] : [])).join("")).toBe('{"age":4}');
    expect(events.some((event) => event.kind === "tool-open")).toBe(false);
    expect(events).toContainEqual({ kind: "stop", stop: { reason: "end" } });
  });
});

describe("the tap of a forwarded stream", () => {
  function tapOf(frames: readonly SseEvent[]) {
    const tap = anthropicMessages.streamTap();
    for (const one of frames) tap.push(one);
    return tap;
  }

  test("agrees with the reader on usage, errors and completeness", async () => {
    for (const name of names) {
      const frames = await framesOf(name);
      const events = read(frames);
      const tap = tapOf(frames);
      const usages = events.flatMap((event): Usage[] => (event.kind === "usage" ? [event.usage] : []));
      const failure = events.find((event) => event.kind === "error");
      const isOwnError = frames.some((one) => one.data.includes('"error":'));
      expect([name, tap.usage()]).toEqual([name, usages.at(-1)]);
      expect([name, tap.error()]).toEqual([name, isOwnError ? failure?.error : undefined]);
      const isWhole = events.at(-1)?.kind === "end" || name === "too-much-noise";
      expect([name, tap.complete()]).toEqual([name, isWhole]);
      const hasTerminator = frames.some((one) => one.data.includes('"message_stop"'));
      expect([name, tap.missingEnd() === ""]).toEqual([name, hasTerminator]);
    }
  });

  test("is committed from the first content on, not before", async () => {
    const at = async (name: string) => {
      const tap = anthropicMessages.streamTap();
      return (await framesOf(name)).findIndex((one) => {
        tap.push(one);
        return tap.committed();
      });
    };
    // start, block, ping, delta
    expect(await at("text")).toBe(3);
    // the tool itself is content
    expect(await at("max-tokens-in-tool")).toBe(1);
    expect(await at("redacted-thinking")).toBe(1);
    expect(await at("error-first")).toBe(-1);
    expect(await at("empty-answer")).toBe(1);
  });

  test("text about errors is no error", () => {
    const about = frame({
      type: "content_block_delta",
      index: 0,
      delta: { type: "text_delta", text: '{"error":{"type":"overloaded_error"}}' },
    });
    expect(tapOf([messageStart, about, ...messageEnd]).error()).toBeUndefined();
    const unnamed = { event: "message", data: '{"error":{"type":"rate_limit_error","message":"slow"}}' };
    expect(tapOf([messageStart, unnamed]).error()).toMatchObject({
      class: "rate-limited",
      status: 429,
      message: "slow",
    });
  });
});

const anyFrame = fc.record({
  event: fc.constantFrom(
    "message_start",
    "content_block_start",
    "content_block_delta",
    "message_delta",
    undefined,
    "error",
  ),
  data: fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record(
        {
          type: fc.constantFrom(
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop",
            "x",
          ),
          index: fc.oneof(fc.nat({ max: 2 }), fc.jsonValue()),
          message: fc.jsonValue(),
          content_block: fc.oneof(
            fc.jsonValue(),
            fc.record({
              type: fc.constantFrom("text", "tool_use", "thinking"),
              text: fc.jsonValue(),
              name: fc.jsonValue(),
              input: fc.jsonValue(),
              citations: fc.jsonValue(),
            }),
          ),
          delta: fc.oneof(
            fc.jsonValue(),
            fc.record({
              type: fc.constantFrom("text_delta", "input_json_delta", "signature_delta", "citations_delta"),
              text: fc.jsonValue(),
              partial_json: fc.jsonValue(),
              signature: fc.jsonValue(),
              citation: fc.jsonValue(),
            }),
          ),
          usage: fc.jsonValue(),
          error: fc.constantFrom(undefined, null, false, 0, "text"),
        },
        { requiredKeys: ["type"] },
      )
      .map((json) => JSON.stringify(json)),
  ),
});

test("any frames end in one end or one error, for reader and tap alike", () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 12 }), (frames) => {
      const answer = { ...emptyAnswerMap, customTools: new Set(["c"]), outputTool: "o" };
      const events = read(frames, answer);
      const ends = events.filter((event) => event.kind === "end" || event.kind === "error");
      expect([ends.length, events.at(-1) === ends[0]]).toEqual([1, true]);
      const tap = anthropicMessages.streamTap();
      for (const one of frames) tap.push(one);
      expect(typeof tap.committed()).toBe("boolean");
    }),
    { numRuns: 1000 },
  );
});
