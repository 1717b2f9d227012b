import type { Json, JsonObject } from "../../../runtime/wire/canonical.ts";
import { packOpaque } from "../../../runtime/wire/carrier.ts";
import { sha256Hex } from "../../../runtime/wire/names.ts";
import {
  answered,
  called,
  chat,
  fn,
  messages,
  opus55,
  result,
  sonnet4,
  stub,
  use,
  user,
} from "../../support/translation.ts";
import type { RequestVector, Vector } from "./vector.ts";

/** Requests of clients of the Responses API, and for upstreams that have it. */

type Row = Omit<RequestVector, "kind" | "from" | "to">;

const items = (input: readonly Json[], more: JsonObject = {}): JsonObject => ({ model: "m", input, ...more });
const ask = { type: "message", role: "user", content: [{ type: "input_text", text: "go" }] };
const calling = (call_id: string, name = "w", args = "{}") => ({
  type: "function_call",
  call_id,
  name,
  arguments: args,
});
const output = (call_id: string, value: string) => ({ type: "function_call_output", call_id, output: value });
const flat = (name: string) => ({ type: "function", name, parameters: { type: "object", properties: {} } });
const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false };
const longId = "call_".padEnd(86, "x");
const shortId = (maxChars: number) => `${longId.slice(0, maxChars - 13)}_${sha256Hex(longId).slice(0, 12)}`;

const toChat: readonly Row[] = [
  {
    id: "wR10",
    title: "calls that follow each other are one message",
    model: "gpt-4.1",
    body: items([ask, calling("a"), calling("b"), output("a", "1"), output("b", "2")], { tools: [flat("w")] }),
    sent: {
      messages: [
        user("go"),
        {
          role: "assistant",
          content: null,
          tool_calls: ["a", "b"].map((id) => ({ id, type: "function", function: { name: "w", arguments: "{}" } })),
        },
        answered("a", "1"),
        answered("b", "2"),
      ],
    },
  },
  {
    id: "wR11",
    title: "text before a call stays in its message",
    model: "gpt-4.1",
    body: items([
      ask,
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "Let me look", annotations: [] }] },
      calling("a"),
      output("a", "1"),
    ]),
    sent: {
      messages: [
        user("go"),
        {
          role: "assistant",
          content: "Let me look",
          tool_calls: [{ id: "a", type: "function", function: { name: "w", arguments: "{}" } }],
        },
        answered("a", "1"),
      ],
    },
  },
  {
    id: "T16 T17",
    title: "tools in a namespace, one of them twice",
    model: "gpt-4.1",
    body: items(
      [
        {
          type: "additional_tools",
          role: "developer",
          tools: [{ type: "namespace", name: "functions", tools: [{ type: "custom", name: "exec" }] }],
        },
        ask,
      ],
      { tools: [flat("x"), flat("x")] },
    ),
    sent: {
      tools: [
        { type: "function", function: { name: "x", parameters: { type: "object", properties: {} } } },
        { type: "custom", custom: { name: "functions__exec" } },
      ],
    },
    losses: ["duplicate_tool:tools[1]"],
  },
  {
    id: "T20",
    title: "a grammar is nested deeper",
    model: "gpt-4.1",
    body: items([ask], {
      tools: [{ type: "custom", name: "p", format: { type: "grammar", syntax: "regex", definition: "a+" } }],
    }),
    sent: {
      tools: [
        {
          type: "custom",
          custom: { name: "p", format: { type: "grammar", grammar: { syntax: "regex", definition: "a+" } } },
        },
      ],
    },
  },
  {
    id: "P11",
    title: "the form of the answer is nested deeper",
    model: "gpt-4.1",
    body: items([ask], { text: { format: { type: "json_schema", name: "n", schema, strict: true } } }),
    sent: { response_format: { type: "json_schema", json_schema: { name: "n", schema, strict: true } } },
  },
  {
    id: "T14",
    title: "ids of 86 characters",
    model: "gpt-4.1",
    body: items([ask, calling(longId), output(longId, "1")]),
    sent: {
      messages: [
        user("go"),
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: shortId(40), type: "function", function: { name: "w", arguments: "{}" } }],
        },
        answered(shortId(40), "1"),
      ],
    },
  },
  {
    id: "E16",
    title: "an earlier response that nobody put before the input",
    model: "gpt-4.1",
    body: items([ask], { previous_response_id: "resp_x" }),
    rejected: { code: "previous_response_not_found", param: "previous_response_id" },
  },
];

const toMessages: readonly Row[] = [
  {
    id: "wR13",
    title: "thinking of Anthropic's comes back",
    model: opus55,
    body: items(
      [
        ask,
        {
          type: "reasoning",
          id: "rs_1",
          summary: [],
          encrypted_content: packOpaque({ from: "anthropic-messages", data: "S", model: opus55 }, { text: "" }),
        },
        calling("toolu_1"),
        output("toolu_1", "1"),
      ],
      { tools: [flat("w")] },
    ),
    sent: {
      messages: [
        { role: "user", content: "go" },
        { role: "assistant", content: [{ type: "thinking", thinking: "", signature: "S" }, use("toolu_1", "w")] },
        { role: "user", content: [result("toolu_1", "1")] },
      ],
    },
  },
  {
    id: "wR28",
    title: "of two outputs the last one counts",
    model: sonnet4,
    body: items([ask, calling("a"), output("a", "1"), output("a", "2")], { tools: [flat("w")] }),
    sent: {
      messages: [
        { role: "user", content: "go" },
        { role: "assistant", content: [use("a", "w")] },
        { role: "user", content: [result("a", "2")] },
      ],
    },
    losses: ["duplicate_tool_result:messages"],
  },
  {
    id: "K13",
    title: "reasoning that led to what is dropped",
    model: sonnet4,
    body: items([
      ask,
      { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" },
      { type: "file_search_call", id: "fs_1", queries: ["x"], status: "completed" },
      { role: "assistant", content: "a" },
      { role: "user", content: "b" },
    ]),
    sent: {
      messages: [
        { role: "user", content: "go" },
        { role: "assistant", content: "a" },
        { role: "user", content: "b" },
      ],
    },
    losses: ["dropped:input[2]", "reasoning_dropped:input[2]"],
  },
];

const ofChat: readonly Row[] = [
  {
    id: "wR14",
    title: "calls alone make no message",
    model: "gpt-5.4",
    body: chat([user("go"), called(["a", "w"]), answered("a", "1")], { tools: [fn("w")] }),
    sent: {
      input: [ask, calling("a"), output("a", "1")],
      tools: [{ type: "function", name: "w", parameters: { type: "object", properties: {} }, strict: false }],
    },
  },
  {
    id: "K14",
    title: "reasoning comes back encrypted, whatever was asked",
    model: "gpt-5.4",
    body: chat([user("go")]),
    sent: { include: ["reasoning.encrypted_content"], store: false },
    absent: ["reasoning"],
  },
  {
    id: "T14",
    title: "ids of 86 characters",
    model: "gpt-5.4",
    body: chat([user("go"), called([longId, "w"]), answered(longId, "1")]),
    sent: { input: [ask, calling(shortId(64)), output(shortId(64), "1")] },
  },
  {
    id: "T04",
    title: "no tools, no choice",
    model: "gpt-5.4",
    body: chat([user("go")], { tools: [], tool_choice: "auto", parallel_tool_calls: true }),
    absent: ["tools", "tool_choice", "parallel_tool_calls"],
  },
];

const ofMessages: readonly Row[] = [
  {
    id: "T19",
    title: "R264 strictness is said",
    model: "gpt-5.4",
    body: messages([user("go")], { tools: [stub("w")] }),
    sent: { tools: [{ type: "function", name: "w", parameters: { type: "object" }, strict: false }] },
  },
  {
    id: "K08",
    title: "R264 models that think with tools in hand do so here",
    model: "gpt-5.6",
    body: messages([user("go")], { tools: [stub("w")], output_config: { effort: "max" } }),
    sent: { reasoning: { effort: "max" } },
  },
  {
    id: "K07",
    title: "R264 efforts of older models",
    model: "gpt-5.4",
    body: messages([user("go")], { output_config: { effort: "max" } }),
    sent: { reasoning: { effort: "xhigh" } },
    losses: ["clamped:effort"],
  },
];

const pair = (from: RequestVector["from"], to: RequestVector["to"], rows: readonly Row[]): readonly Vector[] =>
  rows.map((row) => ({ kind: "request", from, to, ...row }));

export const responsesRequests: readonly Vector[] = [
  ...pair("openai-responses", "openai-chat", toChat),
  ...pair("openai-responses", "anthropic-messages", toMessages),
  ...pair("openai-chat", "openai-responses", ofChat),
  ...pair("anthropic-messages", "openai-responses", ofMessages),
  {
    kind: "growth",
    id: "K16",
    from: "openai-responses",
    to: "anthropic-messages",
    title: "R134 a conversation of items that grows keeps its beginning",
    model: sonnet4,
    body: items([{ role: "developer", content: "S" }, ask, calling("a"), output("a", "1")], { tools: [flat("w")] }),
    more: [{ role: "assistant", content: "x" }, { role: "developer", content: "note" }, ask],
    history: "messages",
  },
  {
    kind: "growth",
    id: "K16",
    from: "anthropic-messages",
    to: "openai-responses",
    title: "R264 a conversation of messages that grows keeps its items",
    model: "gpt-5.4",
    body: messages([user("a"), { role: "assistant", content: [use("t", "w")] }, user([result("t", "1")])], {
      tools: [stub("w")],
    }),
    more: [{ role: "assistant", content: "x" }, user("b")],
    history: "input",
  },
];
