import { expect } from "bun:test";
import type { Json, JsonObject } from "../../../runtime/wire/canonical.ts";
import { sha256Hex } from "../../../runtime/wire/names.ts";
import { completion, functionCall, message } from "./bodies.ts";
import type { AnswerVector, Vector } from "./vector.ts";

type Row = Omit<AnswerVector, "kind" | "from" | "to">;

const toMessages = (row: Row): Vector => ({
  kind: "answer",
  from: "openai-chat",
  to: "anthropic-messages",
  ...row,
});
const toChat = (row: Row): Vector => ({ kind: "answer", from: "anthropic-messages", to: "openai-chat", ...row });

const used = (usage: JsonObject) => completion({ content: "a" }, "stop", { usage });
const use = (id: string, input: Json = {}) => ({ type: "tool_use", id, name: "w", input });
/** Of a call without an id of its own, by its place in the answer. */
const madeId = (place: number) => `call_${sha256Hex(`chatcmpl-up:1:${place}`).slice(0, 24)}`;
const choice = (members: Readonly<Record<string, unknown>>) => ({ choices: [members] });

export const answers: readonly Vector[] = [
  toMessages({
    id: "S02",
    title: "cached tokens are counted once",
    body: used({ prompt_tokens: 100, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 75 } }),
    reply: {
      usage: {
        input_tokens: 25,
        cache_read_input_tokens: 75,
        cache_creation_input_tokens: 0,
        output_tokens: 7,
        cache_creation: null,
      },
    },
  }),
  toMessages({
    id: "S03",
    title: "no count is negative",
    body: used({ prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 12 } }),
    reply: { usage: { input_tokens: 0, cache_read_input_tokens: 12 } },
  }),
  toChat({
    id: "B6",
    title: "the prompt is uncached, read and written input together",
    body: message([{ type: "text", text: "a" }], "end_turn", {
      usage: {
        input_tokens: 20,
        cache_read_input_tokens: 1000,
        cache_creation_input_tokens: 300,
        output_tokens: 50,
        output_tokens_details: { thinking_tokens: 30 },
      },
    }),
    reply: {
      usage: {
        prompt_tokens: 1320,
        completion_tokens: 50,
        total_tokens: 1370,
        prompt_tokens_details: { cached_tokens: 1000, cache_write_tokens: 300 },
        completion_tokens_details: { reasoning_tokens: 30 },
      },
    },
  }),
  toMessages({
    id: "S06",
    title: "an end with calls in it is a wish for their results",
    body: completion({ tool_calls: [functionCall("a", "{}")] }, "stop"),
    reply: { stop_reason: "tool_use", content: [use("a")] },
  }),
  toMessages({
    id: "S08",
    title: "a call that was cut off is not delivered",
    body: completion({ content: "Hm", tool_calls: [functionCall("a", '{"a":')] }, "length"),
    reply: { stop_reason: "max_tokens", content: [{ type: "text", text: "Hm" }] },
    losses: ["truncated_tool_call:choices[0].message.tool_calls"],
  }),
  toMessages({
    id: "S14",
    title: "ids that are empty, missing or repeated become four different ones",
    body: completion(
      {
        tool_calls: [
          functionCall("", "{}"),
          functionCall(null, "{}"),
          functionCall("x", "{}"),
          functionCall("x", "{}"),
        ],
      },
      "tool_calls",
    ),
    reply: {
      content: [use(madeId(1)), use(madeId(2)), use("x"), use(madeId(4))],
    },
  }),
  toMessages({
    id: "S15",
    title: "arguments as an object",
    body: completion({ tool_calls: [functionCall("a", { a: 1 })] }, "tool_calls"),
    reply: { content: [use("a", { a: 1 })] },
  }),
  toMessages({
    id: "S18",
    title: "the model is the one that the client asked for",
    body: completion({ content: "a" }, "stop"),
    reply: { model: "my-alias" },
  }),
  toChat({
    id: "S18",
    title: "the other way, too",
    body: message([{ type: "text", text: "a" }], "end_turn"),
    reply: { model: "my-alias" },
  }),
  toMessages({
    id: "S20",
    title: "an answer without any choice is a failure",
    body: { id: "x", choices: [] },
    status: 502,
    reply: { type: "error", error: { type: "api_error", details: { error_code: "upstream_empty" } } },
  }),
  toMessages({
    id: "B3",
    title: "reasoning comes first, then text, then calls",
    body: completion(
      { content: "b", reasoning: "a", reasoning_content: "a", tool_calls: [functionCall("t", "")] },
      "tool_calls",
    ),
    reply: {
      content: [
        { type: "thinking", thinking: "a", signature: "" },
        { type: "text", text: "b" },
        { ...use("t"), caller: { type: "direct" } },
      ],
    },
  }),
  toMessages({
    id: "B3",
    title: "a refusal is a stop reason with an explanation",
    body: completion({ refusal: "No." }, "stop"),
    reply: {
      stop_reason: "refusal",
      stop_details: { type: "refusal", category: null, explanation: "No." },
      content: [{ type: "text", text: "No." }],
    },
  }),
  toChat({
    id: "B1",
    title: "texts are joined, reasoning has three names, sources are annotations",
    body: message(
      [
        { type: "thinking", thinking: "hm", signature: "" },
        { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "q" } },
        {
          type: "web_search_tool_result",
          tool_use_id: "srvtoolu_1",
          content: [{ type: "web_search_result", url: "https://a.example", title: "A", encrypted_content: "e" }],
        },
        { type: "text", text: "It is " },
        {
          type: "text",
          text: "Oslo",
          citations: [{ type: "web_search_result_location", url: "https://a.example", title: "A" }],
        },
      ],
      "end_turn",
    ),
    reply: choice({
      finish_reason: "stop",
      message: {
        content: "It is Oslo",
        refusal: null,
        reasoning_content: "hm",
        reasoning: "hm",
        reasoning_details: [{ type: "reasoning.text", text: "hm", index: 0 }],
        annotations: [
          {
            type: "url_citation",
            url_citation: { url: "https://a.example", title: "A", start_index: 6, end_index: 10 },
          },
        ],
      },
    }),
  }),
  toChat({
    id: "B1",
    title: "arguments keep the order of their members",
    body: message([use("toolu_1", { b: 1, a: [] })], "tool_use"),
    reply: choice({
      finish_reason: "tool_calls",
      message: { content: null, tool_calls: [functionCall("toolu_1", '{"b":1,"a":[]}')] },
    }),
  }),
  toChat({
    id: "B5",
    title: "fast answers are those of a better tier",
    body: message([], "end_turn", {
      usage: { input_tokens: 1, output_tokens: 1, service_tier: "standard", speed: "fast" },
    }),
    reply: { service_tier: "priority" },
  }),
  toChat({
    id: "B1",
    title: "a refusal without words gets some",
    body: message([], "refusal"),
    reply: choice({ finish_reason: "content_filter", message: { content: null, refusal: expect.any(String) } }),
  }),
];
