import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import fc from "fast-check";
import { failure } from "../../runtime/errors.ts";
import type { StreamEvent } from "../../runtime/wire/canonical.ts";
import { gemini } from "../../runtime/wire/gemini/codec.ts";
import { jsonArrayFraming } from "../../runtime/wire/gemini/json-array.ts";
import { parseJson } from "../../runtime/wire/json.ts";
import { sseDecoder } from "../../runtime/wire/sse.ts";
import { arbitraryStream } from "../support/arbitrary-response.ts";
import { replyContext } from "../support/canonical.ts";

const encoder = new TextEncoder();

function framed(chunks: readonly Uint8Array[]): string {
  const framing = jsonArrayFraming();
  const parts = chunks.map((chunk) => framing.push(chunk));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.concat([...parts, framing.end()]));
}

const arrayOf = (sse: string): string => framed([encoder.encode(sse)]);

describe("R206 R291 a stream without alt=sse", () => {
  const rows: readonly (readonly [title: string, sse: string, array: string])[] = [
    ["elements as Google's servers part them", 'data: {"a":1}\n\ndata: {"b":2}\n\n', '[{"a":1},\r\n{"b":2}]'],
    [
      "numbers and names stay as they are written",
      'data: {"n":1e400,"n":12345678901234567890}\n\n',
      '[{"n":1e400,"n":12345678901234567890}]',
    ],
    ["an answer without any event", "", "[]"],
    [
      "CRLF, a byte order mark, and no space behind the colon",
      '\ufeffdata:{"a":1}\r\n\r\ndata:{"b":2}\r\n\r\n',
      '[{"a":1},\r\n{"b":2}]',
    ],
    ["one event in several lines", 'data: {"a":\ndata: 1}\n\n', '[{"a":\n1}]'],
    ["comments and events without data are nothing", ': hi\n\nevent: x\n\ndata: {"a":1}\n\n', '[{"a":1}]'],
    [
      "keep-alives are white space",
      `${gemini.keepAlive}data: {"a":1}\n\n${gemini.keepAlive}data: {"b":2}\n\n`,
      ' [{"a":1} ,\r\n{"b":2}]',
    ],
    ["what is no JSON would spoil the array", 'data: {"a":1}\n\ndata: {"b"\n\ndata: [DONE]\n\n', '[{"a":1}  ]'],
    ["a last event without its blank line counts", 'data: {"a":1}\n\ndata: {"b":2}', '[{"a":1},\r\n{"b":2}]'],
    ["half an event does not", 'data: {"a":1}\n\ndata: {"b":', '[{"a":1}]'],
  ];
  for (const [title, sse, array] of rows) test(title, () => expect(arrayOf(sse)).toBe(array));

  test("an error frame is the last element, and the array is whole", () => {
    const frame = gemini.streamError(failure("overloaded", "busy"), "r");
    expect(JSON.parse(arrayOf(`data: {"a":1}\n\n${frame}`))).toMatchObject([{ a: 1 }, { error: { code: 503 } }]);
    expect(JSON.parse(arrayOf(frame))).toMatchObject([{ error: { status: "UNAVAILABLE" } }]);
  });

  test("each element is sent as soon as its event is there", () => {
    const framing = jsonArrayFraming();
    const sent = ['data: {"a":1}\n\n', 'data: {"b"', ":2}\n", "\n"].map((piece) =>
      new TextDecoder().decode(framing.push(encoder.encode(piece))),
    );
    expect(sent).toEqual(['[{"a":1}', "", "", ',\r\n{"b":2}']);
  });

  test("R15 the array of any written stream holds its events, however the bytes are cut", () => {
    fc.assert(
      fc.property(arbitraryStream, fc.array(fc.nat({ max: 3000 }), { maxLength: 8 }), (events, places) => {
        const bytes = encoder.encode(write(events));
        const ends = [...places.map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b), bytes.length];
        const pieces = ends.map((end, at) => bytes.subarray(at === 0 ? 0 : ends[at - 1], end));
        const array = framed(pieces);
        expect(array).toBe(framed([bytes]));
        expect(JSON.parse(array)).toEqual(
          dataOf(bytes)
            .filter((data) => !isQuiet(data))
            .map((data) => JSON.parse(data)),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("R15 whatever a native upstream sends, cut anywhere, is an array of its JSON events", async () => {
    const folder = `${import.meta.dir}/cases/gemini`;
    for (const name of new Glob("*.sse").scanSync(folder)) {
      const bytes = new Uint8Array(await Bun.file(`${folder}/${name}`).arrayBuffer());
      const whole = framed([bytes]);
      const events = dataOf(bytes).map(parseJson);
      expect([name, JSON.parse(whole)]).toEqual([name, events.filter((event) => event !== undefined)]);
      expect(framed(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toBe(whole);
    }
  });

  test("no bytes make it throw, and all give an array", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), (chunks) => {
        expect(Array.isArray(JSON.parse(framed(chunks)))).toBe(true);
      }),
    );
  });
});

function write(events: readonly StreamEvent[]): string {
  const writer = gemini.streamWriter(replyContext());
  return events.map((event) => writer.push(event)).join("");
}

function dataOf(bytes: Uint8Array): readonly string[] {
  const decoder = sseDecoder();
  return [...decoder.push(bytes), ...decoder.end()].map(({ data }) => data);
}

function isQuiet(data: string): boolean {
  return `data: ${data}\n\n` === gemini.keepAlive;
}
