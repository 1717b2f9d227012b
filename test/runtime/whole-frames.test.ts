import { expect, test } from "bun:test";
import fc from "fast-check";
import { wholeFrames } from "../../runtime/answer/whole-frames.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test.each([
  ["a frame in one piece passes", ["data: a\n\n"], ["data: a\n\n"], ""],
  ["half a frame is held", ["data: a", "\n\n"], ["", "data: a\n\n"], ""],
  ["a frame and a half", ["data: a\n\ndata: b", "\n\n"], ["data: a\n\n", "data: b\n\n"], ""],
  ["the blank line lies across two pieces", ["data: a\n", "\n"], ["", "data: a\n\n"], ""],
  ["CRLF", ["data: a\r\n\r\n"], ["data: a\r\n\r\n"], ""],
  ["CRLF cut inside the blank line", ["data: a\r\n\r", "\n"], ["", "data: a\r\n\r\n"], ""],
  ["CR alone", ["data: a\r\rdata: b"], ["data: a\r\r"], "data: b"],
  ["an unfinished frame stays", ["data: a"], [""], "data: a"],
])("%s", (_name, pieces, passed, rest) => {
  const frames = wholeFrames();
  expect(pieces.map((piece) => decode(frames.push(encode(piece))))).toEqual(passed);
  expect(decode(frames.rest())).toBe(rest);
});

test("whatever the cuts, all that comes out is all that went in", () => {
  const streamText = fc.array(fc.constantFrom("data: x", "\n", "\r\n", "\r", "é", "北"), { maxLength: 40 });
  fc.assert(
    fc.property(streamText, fc.array(fc.nat(60), { maxLength: 10 }), (parts, cuts) => {
      const bytes = encode(parts.join(""));
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
      const frames = wholeFrames();
      const out = places
        .slice(1)
        .map((end, index) => frames.push(bytes.subarray(places[index] ?? 0, end)))
        .map((piece) => [...piece]);
      expect([...out.flat(), ...frames.rest()]).toEqual([...bytes]);
    }),
  );
});
