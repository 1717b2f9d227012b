import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { cases } from "./cases.ts";
import { settledBody } from "./refusals.ts";
import { silentFields } from "./silent-fields.ts";
import { silentLeaves } from "./silent-leaves.ts";
import { upstreams } from "./upstreams.ts";

const used = new Set<string>();

describe("R134 R289 what a client says reaches every other vendor, or the client is told", () => {
  for (const { title, format, body } of cases) {
    test(title, () => {
      for (const { upstream, model } of upstreams) {
        if (upstream === format) continue;
        const patterns = Object.keys(silentFields[format]);
        const isKnown = (leaf: string) => {
          const known = patterns.filter((pattern) => new Glob(pattern).match(leaf));
          for (const pattern of known) used.add(`${format} ${pattern}`);
          return known.length > 0;
        };
        const unknown = silentLeaves(format, upstream, model, settledBody(title, body, upstream)).filter(
          (leaf) => !isKnown(leaf),
        );
        expect(unknown, `silent towards ${upstream}`).toEqual([]);
      }
    });
  }
});

test("a field that nobody reads is found", () => {
  const body = { model: "m", stream: false, max_tokens: 9, messages: [{ role: "user", content: "hi", mood: "fine" }] };
  expect(silentLeaves("anthropic-messages", "openai-chat", "gpt-5", body)).toEqual(["messages/#/mood"]);
});

test("every field that may be silent is sent by some client", () => {
  const listed = Object.entries(silentFields).flatMap(([format, fields]) =>
    Object.keys(fields).map((pattern) => `${format} ${pattern}`),
  );
  expect([...used].toSorted()).toEqual(listed.toSorted());
});
