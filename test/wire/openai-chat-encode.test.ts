import { describe, expect, test } from "bun:test";
import type { Block, Json } from "../../runtime/wire/canonical.ts";
import {
  assistant,
  call,
  compatible,
  encode,
  image,
  losses,
  messages,
  outcome,
  result,
  text,
  user,
  vendor,
} from "../support/chat-encoding.ts";

describe("R19 system text", () => {
  const system: Block[] = [text("A"), text("B")];
  const rows = [
    ["gpt-5", vendor, "developer"],
    ["gpt-4.1", vendor, "system"],
    ["gpt-5", compatible, "system"],
  ] as const;
  for (const [model, dialect, role] of rows) {
    test(`${role} for ${model}, vendor ${dialect.vendor}`, () => {
      expect(encode({ system }, model, dialect).body["messages"]).toEqual([
        { role, content: "A\n\nB" },
        { role: "user", content: "hi" },
      ]);
    });
  }
  test("later system text stays in place", () => {
    expect(messages([user(text("a")), { role: "system", blocks: [text("note")] }], "gpt-5")).toEqual([
      { role: "user", content: "a" },
      { role: "developer", content: "note" },
    ]);
  });
  test("cache marks become breakpoints only where the model has them", () => {
    const marked: Block[] = [{ kind: "text", text: "A", cache: { ttl: "long" } }, text("B")];
    const part = { type: "text", text: "A", prompt_cache_breakpoint: { mode: "explicit" } };
    expect(encode({ system: marked }, "gpt-6").body["messages"]).toMatchObject([
      { role: "developer", content: [part, { type: "text", text: "B" }] },
      {},
    ]);
    expect(encode({ system: marked }, "gpt-5").body["messages"]).toMatchObject([{ content: "A\n\nB" }, {}]);
    expect(encode({ system: marked }, "gpt-6", compatible).body["messages"]).toMatchObject([{ content: "A\n\nB" }, {}]);
  });
});

describe("R19 turns", () => {
  test("text, reasoning and calls of one assistant turn are one message", () => {
    const turn = assistant(
      { kind: "thinking", text: "hm" },
      text("Let me "),
      text("look"),
      call("c1", "w", '{"a": 1}'),
      call("c2", "w", ""),
    );
    const answers = user(result("c1", [text("1")]), result("c2", []));
    expect(messages([user(text("a")), turn, answers])).toEqual([
      { role: "user", content: "a" },
      {
        role: "assistant",
        content: "Let me look",
        tool_calls: [
          { id: "c1", type: "function", function: { name: "w", arguments: '{"a": 1}' } },
          { id: "c2", type: "function", function: { name: "w", arguments: "{}" } },
        ],
      },
      { role: "tool", tool_call_id: "c1", content: "1" },
      { role: "tool", tool_call_id: "c2", content: "" },
    ]);
  });
  test("an assistant turn of calls alone has null content, an empty one an empty string", () => {
    const turns = [
      user(text("a")),
      assistant({ kind: "thinking", text: "hm" }),
      user(text("b")),
      assistant(call("c")),
      user(result("c", [text("r")])),
    ];
    expect(messages(turns)).toMatchObject([{}, { content: "" }, {}, { content: null }, {}]);
  });
  test("T23 media of results follow the tool messages in one user message, before what the user said", () => {
    const turns = [
      assistant(call("t1"), call("t2")),
      user(result("t1", [text("shot"), image]), result("t2", [text("x")]), text("go on")),
    ];
    expect(messages([user(text("a")), ...turns])).toMatchObject([
      {},
      {},
      { role: "tool", tool_call_id: "t1", content: "shot\n[image 1 of t1 follows]" },
      { role: "tool", tool_call_id: "t2", content: "x" },
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url: "data:image/png;base64,iVBO" } },
          { type: "text", text: "go on" },
        ],
      },
    ]);
  });
  test("a failed result says so in JSON", () => {
    expect(
      messages([user(text("a")), assistant(call("t")), user(result("t", [text("no such file")], true))]),
    ).toMatchObject([{}, {}, { role: "tool", content: '{"error":"no such file"}' }]);
  });
  test("T14 call ids over 40 characters are shortened alike on call and result", () => {
    const id = "toolu_".padEnd(86, "x");
    const sent = JSON.parse(JSON.stringify(messages([user(text("a")), assistant(call(id)), user(result(id, []))])));
    expect(sent[1].tool_calls[0].id).toHaveLength(40);
    expect(sent[2].tool_call_id).toBe(sent[1].tool_calls[0].id);
  });
  test("signed reasoning goes back to the compatible server that signed it, and nowhere else", () => {
    const own: Block = { kind: "thinking", text: "T", signature: { from: "openai-chat", data: "S" } };
    const foreign: Block = { kind: "redacted-thinking", data: { from: "anthropic-messages", data: "R" } };
    const turns = [user(text("a")), assistant(own, foreign, text("b")), user(text("c"))];
    expect(messages(turns, "deepseek-reasoner", compatible)).toMatchObject([
      {},
      { content: "b", reasoning_details: [{ type: "reasoning.text", text: "T", signature: "S", index: 0 }] },
      {},
    ]);
    expect(JSON.stringify(messages(turns, "gpt-5"))).not.toContain("reasoning");
  });
  test("several texts of a user stay parts at the vendor and become one string elsewhere", () => {
    expect(messages([user(text("a"), text("b"))])).toMatchObject([{ content: [{ text: "a" }, { text: "b" }] }]);
    expect(messages([user(text("a"), text("b"))], "llama", compatible)).toEqual([{ role: "user", content: "a\n\nb" }]);
  });
  test("N10 an answer begun for the model is history here", () => {
    const encoded = encode({ turns: [user(text("a")), assistant(text("{"))] });
    expect(encoded.body["messages"]).toMatchObject([{}, { role: "assistant", content: "{" }]);
    expect(losses(encoded)).toEqual(["prefill_as_history:messages"]);
  });
  test("another vendor's blocks: search results and summaries as text, server tools dropped", () => {
    const foreign = (type: string, json: Json): Block => ({ kind: "opaque", from: "anthropic-messages", type, json });
    const found = foreign("search_result", {
      title: "T",
      source: "https://s",
      content: [{ type: "text", text: "body" }],
    });
    const turns = [
      user(found),
      assistant(
        foreign("compaction", { content: "so far" }),
        foreign("server_tool_use", {}),
        foreign("web_search_tool_result", {}),
        text("a"),
      ),
      user(text("b")),
    ];
    const encoded = encode({ turns });
    expect(encoded.body["messages"]).toEqual([
      { role: "user", content: "T\nhttps://s\nbody" },
      { role: "user", content: "Summary of earlier conversation: so far" },
      { role: "assistant", content: "a" },
      { role: "user", content: "b" },
    ]);
    expect(losses(encoded)).toEqual([
      "search_result_as_text:messages",
      "compaction_as_text:messages",
      "dropped:server_tool_use",
      "dropped:web_search_tool_result",
    ]);
  });
});

describe("R19 P14 P15 documents and media", () => {
  test("a PDF becomes a file part, text is written out", () => {
    const pdf: Block = {
      kind: "document",
      title: "a.pdf",
      source: { kind: "base64", mediaType: "application/pdf", data: "JV" },
    };
    const note: Block = {
      kind: "document",
      title: "n.txt",
      source: { kind: "text", mediaType: "text/plain", text: "words" },
    };
    const encoded = encode({ turns: [user(pdf, note)] });
    expect(encoded.body["messages"]).toMatchObject([
      {
        content: [
          { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JV" } },
          { type: "text", text: "n.txt:\nwords" },
        ],
      },
    ]);
    expect(losses(encoded)).toEqual(["document_as_text:messages"]);
  });
  const rows: readonly (readonly [string, Block])[] = [
    ["file_id_foreign", { kind: "document", source: { kind: "file", from: "anthropic-messages", id: "f" } }],
    ["file_id_foreign", { kind: "image", source: { kind: "file", from: "anthropic-messages", id: "f" } }],
    ["document_url_unsupported", { kind: "document", source: { kind: "url", url: "https://a/x.pdf" } }],
    ["block_unsupported", { kind: "opaque", from: "anthropic-messages", type: "container_upload", json: {} }],
  ];
  for (const [code, block] of rows) {
    test(`${code} for ${block.kind}`, () => {
      expect(outcome({ turns: [user(block)] })).toMatchObject({ kind: "rejection", code, param: "messages" });
    });
  }
});
