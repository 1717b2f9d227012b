import { describe, expect, test } from "bun:test";
import type { Block, JsonObject, Response } from "../../runtime/wire/canonical.ts";
import { emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { replay } from "../../runtime/wire/replay.ts";
import { assembleMessage } from "../support/assemble-message.ts";
import { replyContext, response, text } from "../support/canonical.ts";

const { "anthropic-messages": messages, "openai-chat": chat } = codecs;
const search: Block = {
  kind: "web-search",
  id: "ws_1-a",
  query: "capital of Norway",
  sources: [{ url: "https://a.example", title: "A" }],
  failed: false,
};
const answer = response([search, text("Oslo")]);
const asking = replyContext({ request: { tools: [{ type: "web_search_20250305", name: "web_search" }] } });
const plain = (value: JsonObject): JsonObject => JSON.parse(JSON.stringify(value));

const pair = [
  {
    type: "server_tool_use",
    id: "srvtoolu_ws_1_a",
    name: "web_search",
    input: { query: "capital of Norway" },
    caller: { type: "direct" },
  },
  {
    type: "web_search_tool_result",
    tool_use_id: "srvtoolu_ws_1_a",
    content: [
      { type: "web_search_result", url: "https://a.example", title: "A", encrypted_content: "", page_age: null },
    ],
    caller: { type: "direct" },
  },
];

describe("S17 another vendor's search for a Messages client", () => {
  test("that asked for searches: a call and its result with one id, counted", () => {
    expect(plain(messages.encodeResponse(answer, asking))).toMatchObject({
      content: [...pair, { type: "text", text: "Oslo" }],
      usage: { server_tool_use: { web_search_requests: 1 } },
    });
  });
  test("a stream puts together to the same", async () => {
    const assembled = await assembleMessage(streamOf(answer));
    expect(plain({ content: Object(assembled.content) })).toMatchObject({
      content: [...pair, { type: "text", text: "Oslo" }],
    });
    expect(assembled.usage.server_tool_use?.web_search_requests).toBe(1);
  });
  test("a failed one says so", () => {
    expect(messages.encodeResponse(response([{ ...search, failed: true }]), asking)["content"]).toMatchObject([
      {},
      { content: { type: "web_search_tool_result_error", error_code: "unavailable" } },
    ]);
  });
  test("a client that did not ask sees the answer alone", () => {
    expect(messages.encodeResponse(answer, replyContext())).toMatchObject({
      content: [{ type: "text", text: "Oslo" }],
      usage: { server_tool_use: null },
    });
  });

  function streamOf(said: Response): string {
    const writer = messages.streamWriter(asking);
    return replay(said)
      .map((event) => writer.push(event))
      .join("");
  }
});

test("a Chat client sees the answer that came of a search", () => {
  const { choices } = JSON.parse(JSON.stringify(chat.encodeResponse(answer, replyContext())));
  expect(choices[0].message).toMatchObject({ content: "Oslo" });
  expect(JSON.stringify(choices)).not.toContain("Norway");
});

describe("a search of Anthropic's own", () => {
  const [use, found] = pair;
  const body = {
    model: "claude-x",
    content: [use ?? {}, found ?? {}, { type: "text", text: "Oslo" }],
    stop_reason: "end_turn",
    usage: {
      input_tokens: 1,
      output_tokens: 2,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      server_tool_use: { web_search_requests: 3, web_fetch_requests: 0 },
    },
  };
  const decoded = () => {
    const read = messages.decodeResponse(body, emptyAnswerMap);
    if (read.kind === "failed") throw new Error(read.error.message);
    return read.value;
  };

  test("is one block for other APIs, and counted as the vendor counts", () => {
    expect(decoded()).toMatchObject({
      blocks: [{ ...search, id: "srvtoolu_ws_1_a" }, text("Oslo")],
      usage: { webSearches: 3, cacheWrite: 30, cacheWriteLong: 20 },
    });
  });
  test("one that is not finished stays its vendor's own", () => {
    const read = messages.decodeResponse({ ...body, content: [use ?? {}] }, emptyAnswerMap);
    expect(read).toMatchObject({ value: { blocks: [{ kind: "opaque", type: "server_tool_use" }] } });
  });
  test("the counts are told as they came: kept for an hour, kept for less, searched", () => {
    expect(messages.encodeResponse(decoded(), asking)["usage"]).toMatchObject({
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      server_tool_use: { web_search_requests: 3, web_fetch_requests: 0 },
    });
  });
});
