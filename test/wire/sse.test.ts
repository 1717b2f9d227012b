import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { encodeSse, FrameTooLong, isDone, type SseEvent, sseDecoder } from "../../runtime/wire/sse.ts";

const utf8 = new TextEncoder();

function decode(chunks: readonly Uint8Array[], maxFrameChars?: number): SseEvent[] {
  const decoder = sseDecoder(maxFrameChars);
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
}

function data(...texts: string[]): SseEvent[] {
  return texts.map((text) => ({ event: undefined, data: text }));
}

/** The framing rules written as plainly as possible, for whole streams only. */
function reference(text: string): SseEvent[] {
  const events: SseEvent[] = [];
  let event: string | undefined;
  let lines: string[] = [];
  const dispatch = (isLast: boolean): void => {
    const joined = lines.join("\n");
    if (lines.length > 0 && (!isLast || isComplete(joined))) events.push({ event, data: joined });
    event = undefined;
    lines = [];
  };
  const all = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  if (all.at(-1) === "") all.pop();
  for (const line of all) {
    if (line === "") dispatch(false);
    else {
      const [, field, value = ""] = /^([^:]*)(?::[ ]?([\s\S]*))?$/.exec(line) ?? [];
      if (field === "data") lines.push(value);
      if (field === "event") event = value === "" ? undefined : value;
    }
  }
  dispatch(true);
  return events;
}

function isComplete(text: string): boolean {
  if (text.trim().toUpperCase() === "[DONE]") return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...chunks, bytes.subarray(at)];
}

describe("R15 server-sent events are framed as WHATWG HTML 9.2.6 says", () => {
  const rows: readonly (readonly [name: string, text: string, events: readonly SseEvent[]])[] = [
    ["LF", 'data: {"a":1}\n\n', data('{"a":1}')],
    ["CRLF", 'data: {"a":1}\r\n\r\n', data('{"a":1}')],
    ["lone CR", "data: 1\r\rdata: 2\r\r", data("1", "2")],
    ["mixed line ends", "data: 1\r\n\ndata: 2\n\r\n", data("1", "2")],
    ["byte order mark", "\uFEFFdata: 1\n\n", data("1")],
    ["no space after the colon", "data:1\n\n", data("1")],
    ["only one space is stripped", "data:  1\n\n", data(" 1")],
    ["several data lines", "data: a\ndata\ndata: b\n\n", data("a\n\nb")],
    ["comments", ": hi\n\ndata: 1\n: mid\n\n", data("1")],
    ["event name", "event: ping\ndata: {}\n\n", [{ event: "ping", data: "{}" }]],
    ["event name without data is no event", "event: ping\n\ndata: 1\n\n", data("1")],
    ["id and retry are ignored", "id: 7\nretry: 10\nretry: x\nunknown: y\ndata: 1\n\n", data("1")],
    ["leading blank lines", "\n\ndata: 1\n\n", data("1")],
    ["field names are case-sensitive", "DATA: 1\n\ndata: 2\n\n", data("2")],
    ["pending JSON at the end counts", 'data: {"a":1}', data('{"a":1}')],
    ["pending JSON with its line end counts", 'data: {"a":1}\n', data('{"a":1}')],
    ["pending [DONE] counts", "data: [DONE]", data("[DONE]")],
    ["cut JSON at the end does not count", 'data: {"a":', []],
    ["an unfinished field name does not count", "dat", []],
  ];
  for (const [name, text, events] of rows) {
    test(name, () => {
      expect(decode([utf8.encode(text)])).toEqual([...events]);
      const bytes = utf8.encode(text);
      expect(decode(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual([...events]);
    });
  }
});

const line = fc.oneof(
  fc.constantFrom(
    "data: ",
    "data:",
    "data",
    "event: ping",
    "event:",
    ": note",
    "id: 1",
    "retry: 5",
    "dat",
    "datax: 1",
    "",
  ),
  fc.string({ unit: fc.constantFrom("d", "a", "t", ":", " ", "{", "}", '"', "é", "北", "🎉", "\uFEFF") }),
  fc.json().map((json) => `data: ${json.replaceAll(/[\r\n]/g, " ")}`),
);
const stream = fc
  .array(fc.tuple(line, fc.constantFrom("\n", "\r", "\r\n", "\n\n", "\r\n\r\n", "\r\r", "")), { maxLength: 12 })
  .map((parts) => parts.map(([text, end]) => text + end).join(""));

test("X34 R15 any stream, cut anywhere, gives the events the rules ask for", () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat({ max: 9 })), (text, sizes) => {
      const bytes = utf8.encode(text);
      expect(decode(cut(bytes, sizes))).toEqual(reference(text));
    }),
    { numRuns: 3000 },
  );
});

test("X33 characters split over chunks survive", () => {
  const text = 'data: {"t":"北🎉é"}\n\n';
  expect(decode(Array.from(utf8.encode(text), (byte) => Uint8Array.of(byte)))).toEqual(data('{"t":"北🎉é"}'));
});

describe("an event has a largest size", () => {
  const long = utf8.encode(`data: 1\n\ndata: "${"x".repeat(100)}"\n\ndata: 2\n\n`);
  test("102 characters fit into 102", () => {
    expect(decode([long], 102).length).toBe(3);
  });
  for (const size of [1, 7, 1000]) {
    test(`102 characters do not fit into 101, in chunks of ${size}`, () => {
      const decoder = sseDecoder(101);
      const seen: SseEvent[] = [];
      const feed = (): void => {
        for (let at = 0; at < long.length; at += size) seen.push(...decoder.push(long.subarray(at, at + size)));
        seen.push(...decoder.end());
      };
      expect(feed).toThrow(FrameTooLong);
      expect(seen).toEqual(data("1"));
      expect(() => decoder.push(utf8.encode("data: 3\n\n"))).toThrow(FrameTooLong);
    });
  }
  test("many data lines count together", () => {
    expect(() => decode([utf8.encode("data: 0123456789\n".repeat(20))], 100)).toThrow(FrameTooLong);
  });
});

test("a line of 4 MiB in chunks of 64 bytes takes linear time", () => {
  const chunk = utf8.encode("x".repeat(64));
  const timeMs = (chunks: number): number => {
    const decoder = sseDecoder();
    const startMs = performance.now();
    decoder.push(utf8.encode('data: "'));
    for (let count = 0; count < chunks; count += 1) decoder.push(chunk);
    expect(decoder.push(utf8.encode('"\n\n'))[0]?.data.length).toBe(chunks * 64 + 2);
    return performance.now() - startMs;
  };
  timeMs(1024);
  expect(timeMs(65_536)).toBeLessThan(2000);
});

test("what is encoded decodes to the same event", () => {
  const events: readonly SseEvent[] = [
    { event: undefined, data: "{}" },
    { event: "ping", data: '{"a":1}' },
    { event: undefined, data: "a\nb\n" },
    { event: undefined, data: "" },
  ];
  expect(decode([utf8.encode(events.map(encodeSse).join(""))])).toEqual([...events]);
  expect(encodeSse({ event: "ping", data: "{}" })).toBe("event: ping\ndata: {}\n\n");
});

test("[DONE] is recognised in any case and with trailing space", () => {
  expect(["[DONE]", "[DONE] ", "[done]", "{}", "[DONE]x"].map(isDone)).toEqual([true, true, true, false, false]);
});
