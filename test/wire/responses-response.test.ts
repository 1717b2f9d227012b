import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { WireFormat } from "../../runtime/contract.ts";
import type { Block, Json, JsonObject, Response } from "../../runtime/wire/canonical.ts";
import { emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { arrayOf, isObject } from "../../runtime/wire/json.ts";
import { openaiResponses } from "../../runtime/wire/openai-responses/codec.ts";
import { arbitraryResponse } from "../support/arbitrary-response.ts";
import { call, replyContext, response, text } from "../support/canonical.ts";

/** A body of the Responses API. */
const body = (output: readonly Json[], more: JsonObject = {}): JsonObject => ({
  id: "resp_up",
  object: "response",
  created_at: 1,
  status: "completed",
  model: "gpt-6-x",
  output,
  ...more,
});
const incomplete = (reason: string): JsonObject => ({ status: "incomplete", incomplete_details: { reason } });
const said = (value: string, more: JsonObject = {}): JsonObject => ({
  type: "message",
  id: "msg_1",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text: value, annotations: [] }],
  ...more,
});
const citedPart: JsonObject = {
  type: "output_text",
  text: "Found.",
  annotations: [{ type: "url_citation", url: "https://a.example/", title: "A", start_index: 0, end_index: 5 }],
};
const refused = said("", { content: [{ type: "refusal", refusal: "I cannot." }] });
const called = (more: JsonObject = {}): JsonObject => ({
  type: "function_call",
  id: "fc_1",
  call_id: "call_1",
  name: "w",
  arguments: '{"c":1}',
  status: "completed",
  ...more,
});
const cutCall = called({ arguments: '{"a":', status: "incomplete" });
const thought = (more: JsonObject = {}): JsonObject => ({ type: "reasoning", id: "rs_1", summary: [], ...more });
const summary = (...texts: readonly string[]): JsonObject => ({
  summary: texts.map((part) => ({ type: "summary_text", text: part })),
});

function decoded(json: Json, answer = emptyAnswerMap): Response {
  const result = openaiResponses.decodeResponse(json, answer);
  if (result.kind === "failed") throw new Error(result.error.message);
  return result.value;
}

describe("items of a Responses upstream", () => {
  const rows: readonly Readonly<{
    title: string;
    items: readonly Json[];
    blocks: readonly Block[];
    losses?: readonly string[];
  }>[] = [
    {
      title: "C4.4 reasoning, text and a call by its call_id, in the order of the items",
      items: [thought({ ...summary("A", "B"), encrypted_content: "gAAA" }), said("Hi"), called(), said("Bye")],
      blocks: [
        {
          kind: "thinking",
          text: "A\n\nB",
          signature: { from: "openai-responses", data: "gAAA", model: "gpt-6-x" },
        },
        text("Hi"),
        call("call_1", '{"c":1}', { name: "w" }),
        text("Bye"),
      ],
    },
    { title: "reasoning without text or state is nothing", items: [thought()], blocks: [] },
    {
      title: "reasoning with state only",
      items: [thought({ encrypted_content: "gAAA" })],
      blocks: [{ kind: "thinking", text: "", signature: { from: "openai-responses", data: "gAAA", model: "gpt-6-x" } }],
    },
    {
      title: "open models show the reasoning itself",
      items: [thought({ content: [{ type: "reasoning_text", text: "raw" }] })],
      blocks: [{ kind: "thinking", text: "raw" }],
    },
    {
      title: "every part of a message is a block; citations count from the beginning of the answer",
      items: [
        said("a🎉"),
        said("", {
          content: [
            {
              type: "output_text",
              text: "bcd",
              annotations: [
                { type: "file_citation", file_id: "f", index: 0 },
                { type: "url_citation", url: "https://a.example/", title: "A", start_index: 1, end_index: 3 },
              ],
            },
            { type: "output_text", text: "" },
            { type: "refusal", refusal: "no" },
          ],
        }),
      ],
      blocks: [
        text("a🎉"),
        { kind: "text", text: "bcd", citations: [{ url: "https://a.example/", title: "A", start: 3, end: 5 }] },
        { kind: "refusal", text: "no" },
      ],
    },
    {
      title: "what was said on the way is a paragraph of its own",
      items: [
        said("Looking.", { phase: "commentary" }),
        said("Found.", { phase: "final_answer", content: [citedPart] }),
        said("", { content: [citedPart] }),
      ],
      blocks: [
        text("Looking."),
        {
          kind: "text",
          text: "\n\nFound.",
          citations: [{ url: "https://a.example/", title: "A", start: 10, end: 15 }],
        },
        {
          kind: "text",
          text: "Found.",
          citations: [{ url: "https://a.example/", title: "A", start: 16, end: 21 }],
        },
      ],
    },
    {
      title: "T21 tools of a namespace by their qualified names, custom ones with their text",
      items: [
        called({ namespace: "mail", name: "send" }),
        { type: "custom_tool_call", id: "ctc_1", call_id: "call_2", namespace: "functions", name: "exec", input: "ls" },
      ],
      blocks: [
        call("call_1", '{"c":1}', { name: "mail__send" }),
        call("call_2", "ls", { name: "functions__exec", tool: "custom" }),
      ],
    },
    {
      title: "the tools that OpenAI's models know by heart are calls, too",
      items: [
        {
          type: "local_shell_call",
          call_id: "c1",
          status: "completed",
          action: { type: "exec", command: ["ls"], env: {} },
        },
        { type: "shell_call", call_id: "c2", status: "completed", action: { commands: ["ls"] } },
        { type: "apply_patch_call", call_id: "c3", status: "completed", operation: { type: "delete_file", path: "a" } },
      ],
      blocks: [
        call("c1", '{"type":"exec","command":["ls"],"env":{}}', { name: "local_shell" }),
        call("c2", '{"commands":["ls"]}', { name: "shell" }),
        call("c3", '{"type":"delete_file","path":"a"}', { name: "apply_patch" }),
      ],
    },
    {
      title: "S15 arguments as an object; a call without a name is none",
      items: [called({ arguments: { a: 1 } }), called({ name: "" })],
      blocks: [call("call_1", '{"a":1}', { name: "w" })],
    },
    {
      title: "a search with its sources; an opened page is none",
      items: [
        {
          type: "web_search_call",
          id: "ws_1",
          status: "completed",
          action: { type: "search", query: "q", sources: [{ type: "url", url: "https://a.example/" }] },
        },
        {
          type: "web_search_call",
          id: "ws_2",
          status: "completed",
          action: { type: "open_page", url: "https://a.example/" },
        },
        { type: "web_search_call", id: "ws_3", status: "failed", action: { type: "search", queries: ["r"] } },
      ],
      blocks: [
        {
          kind: "web-search",
          id: "ws_1",
          query: "q",
          sources: [{ url: "https://a.example/", title: "https://a.example/" }],
          failed: false,
        },
        { kind: "web-search", id: "ws_3", query: "r", sources: [], failed: true },
      ],
    },
    {
      title: "items of OpenAI's other tools are a loss",
      items: [{ type: "file_search_call", id: "fs_1" }, said("a"), { type: "mcp_call", id: "mcp_1" }],
      blocks: [text("a")],
      losses: ["dropped:output[0]", "dropped:output[2]"],
    },
  ];
  for (const { title, items, blocks, losses } of rows) {
    test(`R16 R20 ${title}`, () => {
      const result = openaiResponses.decodeResponse(body(items), emptyAnswerMap);
      expect(result).toMatchObject({ kind: "decoded" });
      expect(decoded(body(items)).blocks).toEqual([...blocks]);
      const told = result.kind === "decoded" ? result.losses.map(({ code, field }) => `${code}:${field}`) : [];
      expect(told).toEqual([...(losses ?? [])]);
    });
  }

  test("S14 calls without an id, or with one that is taken, get one that is the same every time", () => {
    const items = [called({ call_id: "", id: "" }), called({ call_id: null, id: null }), called(), called()];
    const ids = decoded(body(items)).blocks.flatMap((block) => (block.kind === "tool-call" ? [block.id] : []));
    expect(new Set(ids).size).toBe(4);
    expect(ids[2]).toBe("call_1");
    expect(ids[0]).toMatch(/^call_[0-9a-f]{24}$/);
    expect(decoded(body(items)).blocks).toEqual(decoded(body(items)).blocks);
    expect(decoded(body(items, { id: "resp_other" })).blocks[0]).not.toMatchObject({ id: ids[0] });
  });

  test("R19 names that were shortened and tools that were wrapped for the upstream are the client's again", () => {
    const answer = { ...emptyAnswerMap, toolNames: new Map([["w", "a long name"]]), customTools: new Set(["w"]) };
    expect(decoded(body([called({ arguments: '{"input":"a\\nb"}' })]), answer).blocks).toEqual([
      call("call_1", "a\nb", { name: "a long name", tool: "custom" }),
    ]);
  });
});

describe("B0 how a response ended", () => {
  const rows: readonly Readonly<{
    title: string;
    json: JsonObject;
    stop: Response["stop"];
    blocks?: number;
    losses?: readonly string[];
  }>[] = [
    { title: "completed", json: body([said("a")]), stop: { reason: "end" } },
    { title: "completed without a status", json: body([said("a")], { status: null }), stop: { reason: "end" } },
    { title: "completed with a call", json: body([said("a"), called()]), stop: { reason: "tool-calls" } },
    { title: "completed with a refusal", json: body([refused]), stop: { reason: "refusal", explanation: "I cannot." } },
    {
      title: "X25 cut at the limit",
      json: body([said("a")], incomplete("max_output_tokens")),
      stop: { reason: "length" },
    },
    {
      title: "at the limit, with calls that are whole",
      json: body([called()], incomplete("max_output_tokens")),
      stop: { reason: "tool-calls" },
    },
    {
      title: "S08 at the limit within a call, which is dropped",
      json: body([called({ call_id: "call_0" }), cutCall], incomplete("max_output_tokens")),
      stop: { reason: "length" },
      blocks: 1,
      losses: ["truncated_tool_call:output"],
    },
    {
      title: "at the limit before a call's arguments began",
      json: body([called({ arguments: "", status: "in_progress" })], incomplete("max_output_tokens")),
      stop: { reason: "length" },
      blocks: 0,
      losses: ["truncated_tool_call:output"],
    },
    {
      title: "at the limit within a call whose arguments happen to be JSON",
      json: body([called({ status: "incomplete" })], incomplete("max_output_tokens")),
      stop: { reason: "length" },
      blocks: 0,
      losses: ["truncated_tool_call:output"],
    },
    { title: "filtered", json: body([said("a")], incomplete("content_filter")), stop: { reason: "filtered" } },
    {
      title: "filtered within a call",
      json: body([cutCall], incomplete("content_filter")),
      stop: { reason: "filtered" },
      blocks: 0,
      losses: ["truncated_tool_call:output"],
    },
    {
      title: "for a reason nobody else has",
      json: body([said("a")], incomplete("steered")),
      stop: { reason: "end" },
      losses: ["dropped:incomplete_details.reason"],
    },
    {
      title: "broken arguments of a finished answer stay the model's",
      json: body([called({ arguments: "{" })]),
      stop: { reason: "tool-calls" },
    },
  ];
  for (const { title, json, stop, blocks = arrayOf(json["output"]).length, losses = [] } of rows) {
    test(`R20 ${title}`, () => {
      const result = openaiResponses.decodeResponse(json, emptyAnswerMap);
      if (result.kind === "failed") throw new Error(result.error.message);
      expect(result.value.stop).toEqual(stop);
      expect(result.value.blocks).toHaveLength(blocks);
      expect(result.losses.map(({ code, field }) => `${code}:${field}`)).toEqual([...losses]);
    });
  }

  const failures: readonly Readonly<{ title: string; json: Json; error: JsonObject }>[] = [
    {
      title: "failed, with its error",
      json: body([], { status: "failed", error: { code: "rate_limit_exceeded", message: "Slow." } }),
      error: { class: "rate-limited", status: 429, message: "Slow." },
    },
    {
      title: "failed without a word",
      json: body([], { status: "failed", error: null }),
      error: { class: "bad-upstream-answer", status: 502, code: "response_failed" },
    },
    {
      title: "cancelled",
      json: body([], { status: "cancelled" }),
      error: { class: "bad-upstream-answer", status: 502 },
    },
    { title: "not finished yet", json: body([], { status: "queued" }), error: { class: "timeout", status: 504 } },
    {
      title: "an error in place of a response",
      json: { error: { message: "No.", code: 400 } },
      error: { class: "invalid-request", status: 400 },
    },
    {
      title: "S20 no output",
      json: { id: "resp_1" },
      error: { class: "bad-upstream-answer", status: 502, code: "upstream_empty" },
    },
    { title: "no object", json: [1], error: { class: "bad-upstream-answer", status: 502 } },
  ];
  for (const { title, json, error } of failures) {
    test(`R20 ${title}`, () => {
      expect(openaiResponses.decodeResponse(json, emptyAnswerMap)).toMatchObject({ kind: "failed", error });
    });
  }
});

test("R20 usage of a response, with the searches that its output holds", () => {
  const search = { type: "web_search_call", status: "completed", action: { type: "search", query: "q" } };
  const usage = {
    input_tokens: 1320,
    input_tokens_details: { cached_tokens: 1000, cache_write_tokens: 300 },
    output_tokens: 50,
    output_tokens_details: { reasoning_tokens: 30 },
  };
  const known = {
    uncachedInput: 20,
    cacheRead: 1000,
    cacheWrite: 300,
    output: 50,
    reasoning: 30,
    cacheWriteKnown: true,
  };
  expect(decoded(body([search], { usage })).usage).toEqual({ ...known, webSearches: 1 });
  expect(decoded(body([], { usage })).usage).toEqual(known);
  expect(
    decoded(body([], { usage: { input_tokens: 10, input_tokens_details: { cached_tokens: 12 } } })).usage,
  ).toMatchObject({
    uncachedInput: 0,
    cacheRead: 12,
    output: 0,
    cacheWriteKnown: false,
  });
  expect(decoded(body([], { usage: null })).usage).toBeUndefined();
  expect(decoded(body([], { service_tier: "priority" })).serviceTier).toBe("priority");
});

/** A whole answer of another API, as a client of the Responses API gets it. */
function reply(upstream: WireFormat, json: Json, request: JsonObject = {}): JsonObject {
  const result = codecs[upstream].decodeResponse(json, emptyAnswerMap);
  if (result.kind === "failed") throw new Error(result.error.message);
  return openaiResponses.encodeResponse(result.value, replyContext({ request }));
}

const encoded = (value: Response, request: JsonObject = {}): JsonObject =>
  openaiResponses.encodeResponse(value, replyContext({ request }));
const output = (value: Response, request: JsonObject = {}): readonly JsonObject[] =>
  arrayOf(encoded(value, request)["output"]).filter(isObject);

describe("items for clients of the Responses API", () => {
  const codex: JsonObject = {
    tools: [
      { type: "custom", name: "apply_patch" },
      { type: "namespace", name: "mail", tools: [{ type: "function", name: "send" }] },
      { type: "local_shell" },
      { type: "shell" },
      { type: "web_search" },
      { type: "function", name: "a__b" },
    ],
    input: [
      {
        type: "additional_tools",
        tools: [{ type: "namespace", name: "late", tools: [{ type: "custom", name: "exec" }] }],
      },
    ],
  };
  const rows: readonly Readonly<{
    title: string;
    blocks: readonly Block[];
    items: readonly JsonObject[];
    request?: JsonObject;
  }>[] = [
    {
      title: "text that follows text is one part, its citations counted from the part's beginning",
      blocks: [
        text("a🎉"),
        { kind: "text", text: "bc", citations: [{ url: "https://a.example/", title: "A", start: 2, end: 4 }] },
        call("c1"),
        { kind: "text", text: "de", citations: [{ url: "https://a.example/", title: "A", start: 5, end: 6 }] },
      ],
      items: [
        {
          type: "message",
          role: "assistant",
          status: "completed",
          content: [
            {
              type: "output_text",
              text: "a🎉bc",
              annotations: [
                { type: "url_citation", url: "https://a.example/", title: "A", start_index: 2, end_index: 4 },
              ],
              logprobs: [],
            },
          ],
        },
        { type: "function_call", call_id: "c1", name: "lookup", arguments: "{}", status: "completed" },
        { content: [{ text: "de", annotations: [{ start_index: 1, end_index: 2 }] }] },
      ],
    },
    {
      title: "T21 a namespace is the client's again, also of tools that came inside the input",
      blocks: [
        call("c1", "{}", { name: "mail__send" }),
        call("c2", "ls", { name: "late__exec", tool: "custom" }),
        call("c3", "{}", { name: "a__b" }),
      ],
      items: [
        { type: "function_call", name: "send", namespace: "mail", call_id: "c1" },
        { type: "custom_tool_call", name: "exec", namespace: "late", call_id: "c2", input: "ls", status: "completed" },
        { type: "function_call", name: "a__b", call_id: "c3" },
      ],
    },
    {
      title: "of two tools with one name the first is meant, as in the request",
      blocks: [call("c1", "{}", { name: "a__b" })],
      items: [{ type: "function_call", name: "b", namespace: "a", call_id: "c1" }],
      request: {
        tools: [
          { type: "namespace", name: "a", tools: [{ name: "b" }] },
          { type: "function", name: "a__b" },
        ],
      },
    },
    {
      title: "a custom tool gets its raw text",
      blocks: [call("c1", "*** Begin", { name: "apply_patch", tool: "custom" })],
      items: [
        { type: "custom_tool_call", call_id: "c1", name: "apply_patch", input: "*** Begin", status: "completed" },
      ],
    },
    {
      title: "calls of OpenAI's client tools are items of their own type where the client declared them",
      blocks: [
        call("c1", '{"command":["ls"]}', { name: "local_shell" }),
        call("c2", '{"commands":["ls"],"timeout_ms":5}', { name: "shell" }),
        call("c3", "oops", { name: "shell" }),
      ],
      items: [
        {
          type: "local_shell_call",
          call_id: "c1",
          action: { type: "exec", command: ["ls"], env: {} },
          status: "completed",
        },
        {
          type: "shell_call",
          call_id: "c2",
          action: { commands: ["ls"], timeout_ms: 5, max_output_length: null },
          environment: { type: "local" },
          status: "completed",
        },
        { type: "shell_call", call_id: "c3", status: "incomplete" },
      ],
    },
    {
      title: "and functions where it did not",
      blocks: [call("c1", '{"command":["ls"]}', { name: "local_shell" })],
      items: [{ type: "function_call", name: "local_shell", arguments: '{"command":["ls"]}' }],
      request: {},
    },
    {
      title: "an apply_patch tool of OpenAI's form",
      blocks: [call("c1", '{"type":"delete_file","path":"a"}', { name: "apply_patch" })],
      items: [
        { type: "apply_patch_call", call_id: "c1", operation: { type: "delete_file", path: "a" }, status: "completed" },
      ],
      request: { tools: [{ type: "apply_patch" }] },
    },
    {
      title: "a search with its sources",
      blocks: [
        {
          kind: "web-search",
          id: "srvtoolu_1",
          query: "q",
          sources: [{ url: "https://a.example/", title: "A" }],
          failed: false,
        },
      ],
      items: [
        {
          type: "web_search_call",
          status: "completed",
          action: { type: "search", query: "q", queries: ["q"], sources: [{ type: "url", url: "https://a.example/" }] },
        },
      ],
    },
    {
      title: "state that is OpenAI's own stays as it is; redacted thinking has no text",
      blocks: [
        { kind: "thinking", text: "why", signature: { from: "openai-responses", data: "gAAA" } },
        { kind: "redacted-thinking", data: { from: "anthropic-messages", data: "Rd" } },
      ],
      items: [
        { type: "reasoning", summary: [{ type: "summary_text", text: "why" }], encrypted_content: "gAAA" },
        { type: "reasoning", summary: [], encrypted_content: expect.stringMatching(/^ar1\.anthropic-messages\./) },
      ],
    },
    {
      title: "S14 calls of one id are told apart, or the SDK throws",
      blocks: [call("c1"), call("c1")],
      items: [{ call_id: "c1" }, { call_id: expect.stringMatching(/^call_[0-9a-f]{24}$/) }],
    },
  ];
  for (const { title, blocks, items, request = codex } of rows) {
    test(`R20 ${title}`, () => {
      const told = output(response(blocks), request);
      expect(told).toMatchObject([...items]);
      const namespaces = told.map((item) => item["namespace"]);
      expect(namespaces).toEqual(items.map((item) => item["namespace"]));
    });
  }

  test("R20 what a client sends back holds the state of the vendor that made it", () => {
    const blocks: readonly Block[] = [
      { kind: "thinking", text: "", signature: { from: "anthropic-messages", data: "Er", model: "claude-x" } },
      { kind: "redacted-thinking", data: { from: "anthropic-messages", data: "Rd", model: "claude-x" } },
      { kind: "thinking", text: "plan", signature: { from: "anthropic-messages", data: "Es", model: "claude-x" } },
      { kind: "text", text: "signed", signature: { from: "gemini", data: "T1" } },
      { ...call("c1"), signature: { from: "gemini", data: "S1" } },
      { kind: "thinking", text: "then" },
      { ...call("c2"), signature: { from: "gemini", data: "S2" } },
      { kind: "thinking", text: "own", signature: { from: "openai-responses", data: "gAAA" } },
      call("c3", "raw", { tool: "custom" }),
    ];
    const sent = output(response(blocks));
    expect(sent.map(({ type }) => type)).toEqual([
      ...["reasoning", "reasoning", "reasoning", "message", "reasoning", "reasoning", "function_call"],
      ...["reasoning", "function_call", "reasoning", "custom_tool_call"],
    ]);
    const back = openaiResponses.decodeRequest({ model: "m", input: [{ role: "user", content: "hi" }, ...sent] });
    if (back.kind === "rejection") throw new Error(back.message);
    expect(back.value.turns.at(1)?.blocks).toEqual([...blocks]);
  });

  test("S05 R20 usage of a Chat upstream that counts no details", () => {
    const chat = {
      choices: [{ index: 0, message: { role: "assistant", content: "a" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 3, completion_tokens: 2 },
    };
    expect(reply("openai-chat", chat)["usage"]).toEqual({
      input_tokens: 3,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: 2,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 5,
    });
    expect(reply("openai-chat", { ...chat, model: "gpt-6-x" })["model"]).toBe("my-alias");
  });

  test("B4 an answer of Anthropic's", () => {
    const message = {
      id: "msg_up",
      type: "message",
      role: "assistant",
      model: "claude-x",
      content: [
        { type: "thinking", thinking: "why", signature: "Er" },
        { type: "text", text: "Hel", citations: null },
        {
          type: "text",
          text: "lo",
          citations: [{ type: "web_search_result_location", url: "https://a.example/", title: "A" }],
        },
        { type: "tool_use", id: "toolu_1", name: "w", input: { c: "Oslo" } },
      ],
      stop_reason: "tool_use",
      usage: {
        input_tokens: 20,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 5,
        output_tokens: 50,
        service_tier: "priority",
      },
    };
    expect(reply("anthropic-messages", message, { service_tier: "auto" })).toMatchObject({
      id: "resp_req0123456789abcdefghi",
      status: "completed",
      incomplete_details: null,
      service_tier: "priority",
      output: [
        { type: "reasoning", summary: [{ type: "summary_text", text: "why" }], status: "completed" },
        {
          type: "message",
          content: [{ text: "Hello", annotations: [{ url: "https://a.example/", start_index: 3, end_index: 5 }] }],
        },
        { type: "function_call", call_id: "toolu_1", name: "w", arguments: '{"c":"Oslo"}' },
      ],
      usage: {
        input_tokens: 125,
        input_tokens_details: { cached_tokens: 100, cache_write_tokens: 5 },
        total_tokens: 175,
      },
    });
  });
});

test("R20 B0 status of every way to end", () => {
  const ways = [
    "end",
    "stop-sequence",
    "length",
    "context-full",
    "tool-calls",
    "filtered",
    "pause",
    "compaction",
  ] as const;
  const told = ways.map((reason) => {
    const { status, incomplete_details } = encoded(response([text("a")], { stop: { reason } }));
    return [reason, status, incomplete_details];
  });
  const limit = { reason: "max_output_tokens" };
  expect(told).toEqual([
    ["end", "completed", null],
    ["stop-sequence", "completed", null],
    ["length", "incomplete", limit],
    ["context-full", "incomplete", limit],
    ["tool-calls", "completed", null],
    ["filtered", "incomplete", { reason: "content_filter" }],
    ["pause", "incomplete", limit],
    ["compaction", "completed", null],
  ]);
  const declined = response([{ kind: "refusal", text: "no" }], { stop: { reason: "refusal", explanation: "no" } });
  expect(encoded(declined)).toMatchObject({
    status: "completed",
    output: [{ content: [{ type: "refusal", refusal: "no" }] }],
  });
  const blocked = response([], { stop: { reason: "filtered", explanation: "PROHIBITED_CONTENT" } });
  expect(encoded(blocked)).toMatchObject({
    status: "incomplete",
    output: [{ content: [{ type: "refusal", refusal: "PROHIBITED_CONTENT" }] }],
  });
});

test("R16 ids of items are made of the reply's id and their place", () => {
  const value = response([{ kind: "thinking", text: "a" }, text("b"), call("c1"), call("c2", "x", { tool: "custom" })]);
  const ids = output(value).map(({ id }) => String(id));
  expect(ids.map((id) => id.slice(0, id.indexOf("_")))).toEqual(["rs", "msg", "fc", "ctc"]);
  expect(output(value).map(({ id }) => id)).toEqual(ids);
  const other = openaiResponses.encodeResponse(value, replyContext({ requestId: "another" }));
  expect(
    arrayOf(other["output"])
      .filter(isObject)
      .map(({ id }) => id),
  ).not.toEqual(ids);
});

test("R20 what was written reads back as the same items", () => {
  const request = { tools: [{ type: "web_search" }, { type: "namespace", name: "ns", tools: [{ name: "deep" }] }] };
  fc.assert(
    fc.property(arbitraryResponse, (value) => {
      const whole = { ...value, stop: { reason: "end" } } as const;
      const first = output(whole, request);
      expect(output(decoded(encoded(whole, request)), request)).toEqual([...first]);
    }),
    { numRuns: 400 },
  );
});

test("R20 no body makes the decoder throw", () => {
  const member = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom("message", "reasoning", "function_call", "completed", "incomplete"),
  );
  const item = fc.dictionary(
    fc.constantFrom("type", "content", "summary", "call_id", "name", "arguments", "action"),
    member,
  );
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(item), fc.jsonValue(), (any, items, details) => {
      const bodies: readonly unknown[] = [
        any,
        { output: any, usage: any, status: any },
        { output: items, incomplete_details: details },
      ];
      for (const each of bodies) {
        const json: Json = JSON.parse(JSON.stringify(each));
        expect(["decoded", "failed"]).toContain(openaiResponses.decodeResponse(json, emptyAnswerMap).kind);
      }
    }),
    { numRuns: 400 },
  );
});
