import { expect, test } from "bun:test";
import type { Json } from "../../runtime/wire/canonical.ts";
import { withRequiredReasoning } from "../../runtime/wire/openai-chat/required-reasoning.ts";
import { sent } from "../support/translation.ts";

const call = (id: string) => ({ id, type: "function", function: { name: "f", arguments: "{}" } });
const calls = (...ids: readonly string[]) => ({ role: "assistant", content: null, tool_calls: ids.map(call) });
const known: Readonly<Record<string, string>> = { a: "plan A", c: "plan C" };
const completed = (messages: readonly Json[]) =>
  withRequiredReasoning(messages, "reasoning_content", (id) => known[id]);

test.each<readonly [string, Json, string | null | undefined]>([
  ["what is remembered of its call", calls("a"), "plan A"],
  ["of any of its calls", calls("b", "c"), "plan C"],
  ["nothing remembered: empty", calls("b"), ""],
  ["no call: empty", { role: "assistant", content: "hi" }, ""],
  ["null is none", { ...calls("a"), reasoning_content: null }, "plan A"],
  ["what the client sent stays", { ...calls("a"), reasoning_content: "own" }, "own"],
  ["empty is sent, too", { ...calls("a"), reasoning_content: "" }, ""],
  ["a user has none", { role: "user", content: "hi" }, undefined],
])("K11 %s", (_, message, reasoning) => {
  expect(Object(completed([message])[0])["reasoning_content"]).toBe(reasoning);
});

test("what lacks nothing is the same", () => {
  const messages: readonly Json[] = [
    { role: "user", content: "hi" },
    { ...calls("a"), reasoning_content: "own" },
    1,
    null,
  ];
  expect(completed(messages).every((message, index) => message === messages[index])).toBe(true);
});

test("a translated history has the member in every assistant message, empty where there is nothing", () => {
  const dialect = {
    vendor: false,
    streamOptions: true,
    maxTokensField: "auto",
    reasoningField: "reasoning_content",
  } as const;
  const body = {
    model: "m",
    max_tokens: 9,
    messages: [
      { role: "user", content: "hi" },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "t", signature: "" },
          { type: "text", text: "a" },
        ],
      },
      { role: "user", content: "hi" },
      { role: "assistant", content: "b" },
      { role: "user", content: "hi" },
    ],
  };
  const reasoning = (more: object) =>
    sent("anthropic-messages", "openai-chat", "m", body, { ...dialect, ...more })
      .messages.filter(({ role }: { role: string }) => role === "assistant")
      .map(({ reasoning_content }: { reasoning_content?: string }) => reasoning_content);
  expect(reasoning({})).toEqual(["t", undefined]);
  expect(reasoning({ reasoningRequired: true })).toEqual(["t", ""]);
});
