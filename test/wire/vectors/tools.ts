import { sha256Hex } from "../../../runtime/wire/names.ts";
import {
  answered,
  assistant,
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
import { toChat, toMessages } from "./request-vectors.ts";
import type { Vector } from "./vector.ts";

const longName = "mcp__server__".padEnd(90, "n");
/** 51 characters and a hash of all 90. */
const shortName = `${longName.slice(0, 51)}_${sha256Hex(longName).slice(0, 12)}`;
const longId = (end: string) => "toolu_".padEnd(85, "x") + end;
const shortId = (end: string) => `${longId(end).slice(0, 27)}_${sha256Hex(longId(end)).slice(0, 12)}`;

export const tools: readonly Vector[] = [
  toMessages({
    id: "T01 T02",
    title: "arguments that are empty, no object or broken",
    model: sonnet4,
    body: chat(
      [
        user("q"),
        called(["a", "w", ""], ["b", "w", "[1,2]"], ["c", "w", '{"a":']),
        answered("a", "1"),
        answered("b", "2"),
        answered("c", "3"),
      ],
      { tools: [fn("w")] },
    ),
    sent: {
      messages: [
        { role: "user", content: "q" },
        {
          role: "assistant",
          content: [use("a", "w"), use("b", "w", { _raw: "[1,2]" }), use("c", "w", { _raw: '{"a":' })],
        },
        { role: "user", content: [result("a", "1"), result("b", "2"), result("c", "3")] },
      ],
    },
    losses: ["arguments_wrapped:messages"],
  }),
  toMessages({
    id: "T03 T04",
    title: "an empty list of tools takes its choice and flag along",
    model: sonnet4,
    body: chat([user("q")], { tools: [], tool_choice: "auto", parallel_tool_calls: true }),
    absent: ["tools", "tool_choice", "parallel_tool_calls"],
  }),
  toMessages({
    id: "T06",
    title: "tools without parameters, and those with",
    model: sonnet4,
    body: chat([user("q")], { tools: [fn("w"), fn("x", { type: "object", properties: { a: { type: "string" } } })] }),
    sent: {
      tools: [
        { name: "w", input_schema: { type: "object", properties: {} } },
        { name: "x", input_schema: { type: "object", properties: { a: { type: "string" } } } },
      ],
    },
  }),
  toMessages({
    id: "T07",
    title: "a demanded call on models that can be forced",
    model: sonnet4,
    body: chat([user("q")], { tools: [fn("w")], tool_choice: "required" }),
    sent: { tool_choice: { type: "any" } },
  }),
  toMessages({
    id: "T07",
    title: "and on those that cannot",
    model: opus55,
    body: chat([user("q")], { tools: [fn("w")], tool_choice: "required" }),
    sent: { tool_choice: { type: "auto" } },
    losses: ["downgraded:tool_choice"],
  }),
  toMessages({
    id: "T08",
    title: "a named tool while thinking with a budget is the only one offered",
    model: sonnet4,
    body: chat([user("q")], {
      tools: [fn("w"), fn("x")],
      tool_choice: { type: "function", function: { name: "w" } },
      reasoning_effort: "high",
    }),
    sent: { tool_choice: { type: "auto" }, tools: [{ name: "w", input_schema: { type: "object", properties: {} } }] },
    losses: ["downgraded:tool_choice"],
  }),
  toMessages({
    id: "T09",
    title: "allowed tools are the only ones sent",
    model: sonnet4,
    body: chat([user("q")], {
      tools: [fn("w"), fn("x")],
      tool_choice: { type: "allowed_tools", allowed_tools: { mode: "required", tools: [fn("x")] } },
    }),
    sent: { tool_choice: { type: "any" }, tools: [{ name: "x", input_schema: { type: "object", properties: {} } }] },
  }),
  toMessages({
    id: "T10",
    title: "one call at a time without a choice",
    model: sonnet4,
    body: chat([user("q")], { tools: [fn("w")], parallel_tool_calls: false }),
    sent: { tool_choice: { type: "auto", disable_parallel_tool_use: true } },
  }),
  toMessages({
    id: "T12",
    title: "tools of other kinds run at OpenAI only",
    model: sonnet4,
    body: chat([user("q")], { tools: [{ type: "image_generation" }] }),
    rejected: { code: "tool_type_unsupported", param: "tools[0].type" },
  }),
  toMessages({
    id: "T22",
    title: "a union at the root of a schema becomes one object",
    model: sonnet4,
    body: chat([user("q")], {
      tools: [
        fn("w", {
          anyOf: [
            { type: "object", properties: { a: {} } },
            { type: "object", properties: { b: {} } },
          ],
        }),
      ],
    }),
    sent: { tools: [{ name: "w", input_schema: { type: "object", properties: { a: {}, b: {} } } }] },
    losses: ["schema_relaxed:tools"],
  }),
  toChat({
    id: "T05",
    title: "a choice without tools",
    model: "gpt-4.1",
    body: messages([user("q")], { tool_choice: { type: "auto", disable_parallel_tool_use: true } }),
    absent: ["tools", "tool_choice", "parallel_tool_calls"],
  }),
  toChat({
    id: "T10",
    title: "tools and choices",
    model: "gpt-4.1",
    body: messages([user("q")], {
      tools: [{ ...Object(stub("w")), description: "d" }],
      tool_choice: { type: "any", disable_parallel_tool_use: true },
    }),
    sent: {
      tools: [{ type: "function", function: { name: "w", description: "d", parameters: { type: "object" } } }],
      tool_choice: "required",
      parallel_tool_calls: false,
    },
  }),
  toChat({
    id: "T23",
    title: "an image in a result follows in a user message",
    model: "gpt-4.1",
    body: messages(
      [
        user("q"),
        assistant([use("t1", "w"), use("t2", "w")]),
        user([
          result("t1", [
            { type: "text", text: "shot" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBO" } },
          ]),
          result("t2", "x"),
        ]),
      ],
      { tools: [stub("w")] },
    ),
    sent: {
      messages: [
        { role: "user", content: "q" },
        { ...Object(called(["t1", "w"], ["t2", "w"])), content: null },
        answered("t1", "shot\n[image 1 of t1 follows]"),
        answered("t2", "x"),
        { role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,iVBO" } }] },
      ],
    },
  }),
  toChat({
    id: "T11",
    title: "a name of 90 characters is short in tools and history",
    model: "gpt-5",
    body: messages([user("q"), assistant([use("a", longName)]), user([result("a", "1")])], { tools: [stub(longName)] }),
    sent: {
      tools: [{ type: "function", function: { name: shortName, parameters: { type: "object" } } }],
      messages: [
        { role: "user", content: "q" },
        { ...Object(called(["a", shortName])), content: null },
        answered("a", "1"),
      ],
    },
  }),
  toMessages({
    id: "T13",
    title: "ids with other characters are the same on call and result",
    model: sonnet4,
    body: chat([user("q"), called(["call:1|fc_2", "w"]), answered("call:1|fc_2", "1")], { tools: [fn("w")] }),
    sent: {
      messages: [
        { role: "user", content: "q" },
        { role: "assistant", content: [use("call_1_fc_2_9760c530a919", "w")] },
        { role: "user", content: [result("call_1_fc_2_9760c530a919", "1")] },
      ],
    },
  }),
  toChat({
    id: "T14",
    title: "ids of 86 characters stay apart at 40",
    model: "gpt-5",
    body: messages(
      [
        user("q"),
        assistant([use(longId("a"), "w"), use(longId("b"), "w")]),
        user([result(longId("b"), "2"), result(longId("a"), "1")]),
      ],
      { tools: [stub("w")] },
    ),
    sent: {
      messages: [
        { role: "user", content: "q" },
        { ...Object(called([shortId("a"), "w"], [shortId("b"), "w"])), content: null },
        answered(shortId("a"), "1"),
        answered(shortId("b"), "2"),
      ],
    },
  }),
  toMessages({
    id: "T17",
    title: "of two tools with one name the first stays",
    model: sonnet4,
    body: chat([user("q")], { tools: [fn("x"), fn("x", { type: "object" })] }),
    sent: { tools: [{ name: "x", input_schema: { type: "object", properties: {} } }] },
    losses: ["duplicate_tool:tools[1]"],
  }),
  toChat({
    id: "T19",
    title: "strictness is not spoken of unasked",
    model: "gpt-4.1",
    body: messages([user("q")], { tools: [stub("w")] }),
    absent: ["tools[0].function.strict"],
  }),
];
