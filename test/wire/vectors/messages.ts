import {
  answered,
  assistant,
  messages as body,
  called,
  chat,
  fn,
  opus55,
  result,
  sonnet4,
  stub,
  use,
  user,
} from "../../support/translation.ts";
import { toChat, toMessages } from "./request-vectors.ts";
import type { Vector } from "./vector.ts";

export const messages: readonly Vector[] = [
  toMessages({
    id: "wR01",
    title: "results of parallel calls share one user turn, in call order",
    model: sonnet4,
    body: chat(
      [user("go"), called(["tc_one", "a"], ["tc_two", "b"]), answered("tc_two", "two"), answered("tc_one", "one")],
      { tools: [fn("a"), fn("b")] },
    ),
    sent: {
      messages: [
        { role: "user", content: "go" },
        { role: "assistant", content: [use("tc_one", "a"), use("tc_two", "b")] },
        { role: "user", content: [result("tc_one", "one"), result("tc_two", "two")] },
      ],
    },
  }),
  toMessages({
    id: "wR02",
    title: "what the user says next joins that turn, behind the results",
    model: sonnet4,
    body: chat([user("go"), called(["t", "a"]), answered("t", "one"), user("continue")], { tools: [fn("a")] }),
    sent: {
      messages: [
        { role: "user", content: "go" },
        { role: "assistant", content: [use("t", "a")] },
        { role: "user", content: [result("t", "one"), { type: "text", text: "continue" }] },
      ],
    },
  }),
  toMessages({
    id: "wR16",
    title: "empty texts are left out",
    model: sonnet4,
    body: chat([
      user("a"),
      { role: "assistant", content: "" },
      user([
        { type: "text", text: "" },
        { type: "text", text: "b" },
      ]),
    ]),
    sent: {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "a" },
            { type: "text", text: "b" },
          ],
        },
      ],
    },
  }),
  toMessages({
    id: "wR19a",
    title: "later system text stays a system turn where the model allows",
    model: opus55,
    body: chat([{ role: "system", content: "S0" }, user("a"), { role: "system", content: "REM" }]),
    sent: {
      system: [{ type: "text", text: "S0" }],
      messages: [
        { role: "user", content: "a" },
        { role: "system", content: "REM" },
      ],
    },
  }),
  toMessages({
    id: "wR19b",
    title: "elsewhere it is a reminder in its place",
    model: opus55,
    body: chat([user("a"), { role: "assistant", content: "b" }, { role: "system", content: "note" }, user("c")]),
    sent: {
      messages: [
        { role: "user", content: "a" },
        { role: "assistant", content: "b" },
        {
          role: "user",
          content: [
            { type: "text", text: "<system-reminder>\nnote\n</system-reminder>" },
            { type: "text", text: "c" },
          ],
        },
      ],
    },
    losses: ["system_moved:messages"],
  }),
  toMessages({
    id: "wR20",
    title: "system text between call and result moves behind the result",
    model: sonnet4,
    body: chat([user("q"), called(["a", "w"]), { role: "system", content: "note" }, answered("a", "ok")], {
      tools: [fn("w")],
    }),
    sent: {
      messages: [
        { role: "user", content: "q" },
        { role: "assistant", content: [use("a", "w")] },
        {
          role: "user",
          content: [result("a", "ok"), { type: "text", text: "<system-reminder>\nnote\n</system-reminder>" }],
        },
      ],
    },
    losses: ["system_moved:messages"],
  }),
  toMessages({
    id: "wR23",
    title: "system text alone is what the user says",
    model: sonnet4,
    body: chat([{ role: "system", content: "Say hi" }]),
    sent: { messages: [{ role: "user", content: "Say hi" }] },
    absent: ["system"],
  }),
  toMessages({
    id: "wR25",
    title: "an answer cannot be begun on models without it",
    model: opus55,
    body: chat([user("a"), { role: "assistant", content: "{" }]),
    rejected: { code: "prefill_unsupported", param: "messages" },
  }),
  toMessages({
    id: "wR25",
    title: "on others it can, without white space at its end",
    model: sonnet4,
    body: chat([user("a"), { role: "assistant", content: "{ \n" }]),
    sent: {
      messages: [
        { role: "user", content: "a" },
        { role: "assistant", content: "{" },
      ],
    },
  }),
  toMessages({
    id: "wR26",
    title: "a call without result gets one that says so",
    model: sonnet4,
    body: chat([user("q"), called(["a", "w"], ["b", "w"]), answered("a", "ok"), user("next")], { tools: [fn("w")] }),
    sent: {
      messages: [
        { role: "user", content: "q" },
        { role: "assistant", content: [use("a", "w"), use("b", "w")] },
        {
          role: "user",
          content: [
            result("a", "ok"),
            { ...Object(result("b", "Tool call was not executed.")), is_error: true },
            { type: "text", text: "next" },
          ],
        },
      ],
    },
    losses: ["missing_tool_result:messages"],
  }),
  toMessages({
    id: "wR28",
    title: "of two results for one call the last stays",
    model: sonnet4,
    body: chat([user("q"), called(["a", "w"]), answered("a", "1"), answered("a", "2")], { tools: [fn("w")] }),
    sent: {
      messages: [
        { role: "user", content: "q" },
        { role: "assistant", content: [use("a", "w")] },
        { role: "user", content: [result("a", "2")] },
      ],
    },
    losses: ["duplicate_tool_result:messages"],
  }),
  toChat({
    id: "wR04",
    title: "results spread over user turns are put together",
    model: "gpt-4.1",
    body: body(
      [
        user("q"),
        assistant([use("A", "w"), use("B", "w")]),
        user([result("A", "1"), { type: "text", text: "hm" }]),
        user([result("B", "2")]),
      ],
      { tools: [stub("w")] },
    ),
    sent: {
      messages: [
        { role: "user", content: "q" },
        { ...Object(called(["A", "w"], ["B", "w"])), content: null },
        answered("A", "1"),
        answered("B", "2"),
        { role: "user", content: "hm" },
      ],
    },
  }),
  toChat({
    id: "wR29",
    title: "two results of one turn stay two",
    model: "gpt-4.1",
    body: body(
      [
        user("q"),
        assistant([use("A", "w"), use("B", "x")]),
        user([result("A", "1"), result("B", [{ type: "text", text: "2" }])]),
      ],
      { tools: [stub("w"), stub("x")] },
    ),
    sent: {
      messages: [
        { role: "user", content: "q" },
        { ...Object(called(["A", "w"], ["B", "x"])), content: null },
        answered("A", "1"),
        answered("B", "2"),
      ],
    },
  }),
];
