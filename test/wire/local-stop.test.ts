import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { StreamEvent } from "../../runtime/wire/canonical.ts";
import { cutAtStop, localStop } from "../../runtime/wire/local-stop.ts";
import { response, text } from "../support/canonical.ts";

const end: readonly StreamEvent[] = [{ kind: "stop", stop: { reason: "end" } }, { kind: "end" }];

function streamed(pieces: readonly string[], sequences: readonly string[]) {
  const stop = localStop(sequences);
  const events = [...pieces.map((piece): StreamEvent => ({ kind: "text", text: piece })), ...end];
  const seen = events.flatMap((event) => stop.push(event));
  return {
    text: seen.map((event) => (event.kind === "text" ? event.text : "")).join(""),
    stop: seen.flatMap((event) => (event.kind === "stop" ? [event.stop] : [])),
    ends: seen.filter(({ kind }) => kind === "end").length,
  };
}

describe("stop sequences for upstreams without a field for them", () => {
  test.each([
    [["one STOP two"], ["STOP"], "one ", "STOP"],
    [["one ST", "OP two"], ["STOP"], "one ", "STOP"],
    [["one S", "T", "O", "P"], ["STOP"], "one ", "STOP"],
    [["one ST", "ART"], ["STOP"], "one START", undefined],
    [["one ST"], ["STOP"], "one ST", undefined],
    [["aab"], ["ab", "b"], "a", "ab"],
    [["STOP"], ["STOP"], "", "STOP"],
  ] as const)("%p with %p shows %p", (pieces, sequences, shown, sequence) => {
    const got = streamed(pieces, sequences);
    expect(got.text).toBe(shown);
    expect(got.stop).toEqual([sequence === undefined ? { reason: "end" } : { reason: "stop-sequence", sequence }]);
    expect(got.ends).toBe(1);
    const whole = cutAtStop(response([text(pieces.join(""))]), sequences);
    expect(whole.blocks.map((block) => (block.kind === "text" ? block.text : "")).join("")).toBe(shown);
  });

  test("however the text is cut into pieces, a stream shows what a whole answer does", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "c") });
    const sequences = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.array(letters), sequences, (pieces, stops) => {
        const whole = cutAtStop(response([text(pieces.join(""))], { stop: { reason: "end" } }), stops);
        const shown = whole.blocks.map((block) => (block.kind === "text" ? block.text : "")).join("");
        const got = streamed(pieces, stops);
        expect(got.text).toBe(shown);
        expect(got.stop[0]?.reason).toBe(whole.stop.reason);
      }),
    );
  });

  test("what is held back comes before anything else", () => {
    const stop = localStop(["STOP"]);
    stop.push({ kind: "text", text: "a S" });
    expect(stop.push({ kind: "tool-open", key: 0, id: "x", name: "f", tool: "function" })[0]).toEqual({
      kind: "text",
      text: "S",
    });
  });
});
