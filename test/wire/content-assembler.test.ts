import { expect, test } from "bun:test";
import { contentAssembler } from "../../runtime/wire/anthropic-messages/content-assembler.ts";
import type { JsonObject } from "../../runtime/wire/canonical.ts";

/** A block as its stream shows it, and as the whole message has it. */
const cases: readonly (readonly [string, JsonObject, readonly JsonObject[], JsonObject])[] = [
  [
    "text",
    { type: "text", text: "" },
    [
      { type: "text_delta", text: "Hel" },
      { type: "text_delta", text: "lo" },
      { type: "citations_delta", citation: { url: "a" } },
      { type: "citations_delta", citation: { url: "b" } },
    ],
    { type: "text", text: "Hello", citations: [{ url: "a" }, { url: "b" }] },
  ],
  ["text that is all in its start", { type: "text", text: "Hi" }, [], { type: "text", text: "Hi" }],
  [
    "thinking",
    { type: "thinking", thinking: "", signature: "" },
    [
      { type: "thinking_delta", thinking: "hm" },
      { type: "thinking_delta", thinking: "m" },
      { type: "signature_delta", signature: "S==" },
    ],
    { type: "thinking", thinking: "hmm", signature: "S==" },
  ],
  [
    "input in pieces",
    { type: "server_tool_use", id: "s", name: "web_search", input: {}, caller: { type: "direct" } },
    ["", '{"que', 'ry":"x"}'].map((partial_json) => ({ type: "input_json_delta", partial_json })),
    { type: "server_tool_use", id: "s", name: "web_search", input: { query: "x" }, caller: { type: "direct" } },
  ],
  ["input that never came", { type: "mcp_tool_use", input: { a: 1 } }, [], { type: "mcp_tool_use", input: { a: 1 } }],
  [
    "input that was cut off",
    { type: "server_tool_use", input: {} },
    [{ type: "input_json_delta", partial_json: '{"que' }],
    { type: "server_tool_use", input: {} },
  ],
  [
    "a compaction, which begins as null",
    { type: "compaction", content: null },
    [{ type: "compaction_delta", content: "All so far." }],
    { type: "compaction", content: "All so far." },
  ],
  [
    "a block and a delta nobody knows",
    { type: "brand_new", anything: { at: ["all", 1] } },
    [{ type: "brand_new_delta", text: "?" }],
    { type: "brand_new", anything: { at: ["all", 1] } },
  ],
];

test.each(cases)(
  "S12 the content of a stream is what the whole message would hold: %s",
  (_name, start, deltas, whole) => {
    const content = contentAssembler();
    content.start(0, start);
    for (const delta of deltas) content.delta(0, delta);
    expect(content.blocks()).toEqual([whole]);
  },
);

test("S12 blocks keep the order they began in, also when their deltas interleave or an index comes again", () => {
  const content = contentAssembler();
  content.start(1, { type: "text", text: "a" });
  content.start(0, { type: "text", text: "b" });
  content.delta(1, { type: "text_delta", text: "1" });
  content.delta(0, { type: "text_delta", text: "2" });
  content.start(1, { type: "text", text: "c" });
  content.delta(1, { type: "text_delta", text: "3" });
  content.delta(7, { type: "text_delta", text: "for no block" });
  expect(content.blocks().map((block) => block["text"])).toEqual(["a1", "b2", "c3"]);
});
