import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Block, Response, StreamEvent } from "../../runtime/wire/canonical.ts";
import { cutAtStop, localStop } from "../../runtime/wire/local-stop.ts";
import { replay } from "../../runtime/wire/replay.ts";
import { call, response, text } from "../support/canonical.ts";

function run(sequences: readonly string[], events: readonly StreamEvent[]): readonly StreamEvent[] {
  const { push } = localStop(sequences);
  return events.flatMap(push);
}

const says = (...texts: readonly string[]): readonly StreamEvent[] =>
  texts.map((said) => ({ kind: "text", text: said }));
const stopped = (sequence: string): StreamEvent => ({ kind: "stop", stop: { reason: "stop-sequence", sequence } });
const ended: readonly StreamEvent[] = [{ kind: "stop", stop: { reason: "end" } }, { kind: "end" }];
const usage = { uncachedInput: 1, cacheRead: 0, cacheWrite: 0, output: 2, reasoning: 0, cacheWriteKnown: false };

describe("R19 stop sequences that the upstream has no field for, in streams", () => {
  const rows: readonly Readonly<{
    title: string;
    sequences: readonly string[];
    events: readonly StreamEvent[];
    shown: readonly StreamEvent[];
  }>[] = [
    {
      title: "text behind the match is dropped, usage and the end are not",
      sequences: ["END"],
      events: [...says("one END two", "three"), { kind: "usage", usage }, ...ended],
      shown: [...says("one "), stopped("END"), { kind: "usage", usage }, { kind: "end" }],
    },
    {
      title: "a sequence over three fragments; what may begin it is held back",
      sequences: ["END"],
      events: [...says("a E", "N", "D b"), ...ended],
      shown: [...says("a "), stopped("END"), { kind: "end" }],
    },
    {
      title: "held text turns out to be ordinary",
      sequences: ["END"],
      events: [...says("a EN", "T", "E"), ...ended],
      shown: [...says("a ", "ENT", "E"), ...ended],
    },
    {
      title: "what remains held is shown before a call, and no sequence goes over it",
      sequences: ["END"],
      events: [
        ...says("EN"),
        { kind: "tool-open", key: 0, id: "c", name: "n", tool: "function" },
        { kind: "tool-close", key: 0 },
        ...says("D"),
        ...ended,
      ],
      shown: [
        ...says("EN"),
        { kind: "tool-open", key: 0, id: "c", name: "n", tool: "function" },
        { kind: "tool-close", key: 0 },
        ...says("D"),
        ...ended,
      ],
    },
    {
      title: "a call that is open at the match is closed",
      sequences: ["X"],
      events: [
        { kind: "tool-open", key: 3, id: "c", name: "n", tool: "function" },
        ...says("aX"),
        { kind: "tool-arguments", key: 3, text: "{}" },
        { kind: "tool-close", key: 3 },
        ...ended,
      ],
      shown: [
        { kind: "tool-open", key: 3, id: "c", name: "n", tool: "function" },
        ...says("a"),
        { kind: "tool-close", key: 3 },
        stopped("X"),
        { kind: "end" },
      ],
    },
    {
      title: "neither reasoning nor arguments are looked at",
      sequences: ["END"],
      events: [
        { kind: "thinking", text: "END" },
        { kind: "tool-open", key: 0, id: "c", name: "n", tool: "function" },
        { kind: "tool-arguments", key: 0, text: "END" },
        { kind: "tool-close", key: 0 },
        ...ended,
      ],
      shown: [
        { kind: "thinking", text: "END" },
        { kind: "tool-open", key: 0, id: "c", name: "n", tool: "function" },
        { kind: "tool-arguments", key: 0, text: "END" },
        { kind: "tool-close", key: 0 },
        ...ended,
      ],
    },
    {
      title: "an upstream that breaks behind the match ends the answer",
      sequences: ["END"],
      events: [...says("aEND"), { kind: "error", error: { class: "timeout", status: 504, message: "late" } }],
      shown: [...says("a"), stopped("END"), { kind: "end" }],
    },
    {
      title: "an error before a match stays an error, behind what was held",
      sequences: ["END"],
      events: [...says("aE"), { kind: "error", error: { class: "timeout", status: 504, message: "late" } }],
      shown: [...says("a", "E"), { kind: "error", error: { class: "timeout", status: 504, message: "late" } }],
    },
    {
      title: "the sequence that is whole first wins, whatever their order",
      sequences: ["abcd", "bc"],
      events: [...says("abcd"), ...ended],
      shown: [...says("a"), stopped("bc"), { kind: "end" }],
    },
    {
      title: "of two that end together the longer one is the match",
      sequences: ["c", "bc"],
      events: [...says("abc"), ...ended],
      shown: [...says("a"), stopped("bc"), { kind: "end" }],
    },
    {
      title: "a match that is the whole text leaves none",
      sequences: ["STOP"],
      events: [...says("S", "TOP"), ...ended],
      shown: [stopped("STOP"), { kind: "end" }],
    },
    {
      title: "held text at the end of the answer is shown",
      sequences: ["STOP"],
      events: [...says("one ST"), ...ended],
      shown: [...says("one ", "ST"), ...ended],
    },
    {
      title: "the empty sequence stops nothing",
      sequences: [""],
      events: [...says("abc"), ...ended],
      shown: [...says("abc"), ...ended],
    },
  ];
  for (const row of rows) {
    test(row.title, () => expect(run(row.sequences, row.events)).toEqual([...row.shown]));
  }
});

describe("R19 the same of whole answers", () => {
  const cited: Block = {
    kind: "text",
    text: "ab🎉cd END ef",
    citations: [
      { url: "https://a.example/", title: "a", start: 3, end: 9 },
      { url: "https://b.example/", title: "b", start: 11, end: 13 },
    ],
  };
  const rows: readonly Readonly<{ title: string; blocks: readonly Block[]; expected: Partial<Response> }>[] = [
    {
      title: "blocks behind the match are dropped, calls too",
      blocks: [text("one"), text("two END three"), call("c1")],
      expected: { blocks: [text("one"), text("two ")], stop: { reason: "stop-sequence", sequence: "END" } },
    },
    {
      title: "a match at the beginning leaves no empty block",
      blocks: [{ kind: "thinking", text: "END" }, text("END"), text("more")],
      expected: { blocks: [{ kind: "thinking", text: "END" }], stop: { reason: "stop-sequence", sequence: "END" } },
    },
    {
      title: "citations end with the text, and those behind it go",
      blocks: [text("zz"), cited],
      expected: {
        blocks: [
          text("zz"),
          { kind: "text", text: "ab🎉cd ", citations: [{ url: "https://a.example/", title: "a", start: 3, end: 8 }] },
        ],
      },
    },
    {
      title: "without a match nothing changes",
      blocks: [text("EN"), text("D")],
      expected: { stop: { reason: "end" } },
    },
  ];
  for (const { title, blocks, expected } of rows) {
    test(title, () => expect(cutAtStop(response(blocks), ["END"])).toMatchObject(expected));
  }
});

const letters = fc.string({ unit: fc.constantFrom("a", "b", "c", "🎉"), maxLength: 12 });
const sequences = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 4 }), {
  maxLength: 4,
});

/** Text of a stream joined, and how it stopped. */
function summary(events: readonly StreamEvent[]): unknown {
  const said = events.map((event) => (event.kind === "text" ? event.text : "")).join("");
  return [said, events.find((event) => event.kind === "stop")];
}

test("R15 R19 where fragments were cut changes neither the text nor the stop, and a whole answer ends the same", () => {
  fc.assert(
    fc.property(fc.array(letters), sequences, (fragments, wanted) => {
      const joined = fragments.join("");
      const whole = run(wanted, [...says(joined), ...ended]);
      expect(summary(run(wanted, [...says(...fragments), ...ended]))).toEqual(summary(whole));
      const answer = cutAtStop(response(joined === "" ? [] : [text(joined)]), wanted);
      expect(summary(replay(answer))).toEqual(summary(whole));
    }),
    { numRuns: 2000 },
  );
});

test("R19 text that is shown never holds a sequence", () => {
  fc.assert(
    fc.property(fc.array(letters), sequences, (fragments, wanted) => {
      const [said] = JSON.parse(JSON.stringify(summary(run(wanted, [...says(...fragments), ...ended]))));
      for (const sequence of wanted) expect(said).not.toContain(sequence);
    }),
  );
});
