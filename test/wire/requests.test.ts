import { expect, test } from "bun:test";
import type { JsonObject } from "../../runtime/wire/canonical.ts";
import { answered, called, chat, fn, sent, sonnet4, translate, user, vendor } from "../support/translation.ts";

test("R19 a conversation sent to the other API and back says the same", () => {
  const start = chat(
    [
      { role: "system", content: "S" },
      user([
        { type: "text", text: "look" },
        { type: "image_url", image_url: { url: "https://a.example/x.png" } },
      ]),
      {
        role: "assistant",
        content: "Let me",
        tool_calls: [{ id: "c1", type: "function", function: { name: "w", arguments: '{"a":1}' } }],
      },
      answered("c1", "r"),
      user("go on"),
    ],
    {
      tools: [fn("w", { type: "object", properties: { a: {} } })],
      tool_choice: "auto",
      stop: ["X"],
      max_completion_tokens: 500,
    },
  );
  const there = sent("openai-chat", "anthropic-messages", sonnet4, start);
  const back = sent("anthropic-messages", "openai-chat", "gpt-4.1", there);
  expect(back).toEqual({ ...start, model: "gpt-4.1" });
});

test("requests of 20,000 turns, parts, calls or tools are translated in linear time", () => {
  const count = 20_000;
  const many = <T>(make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
  const bodies: readonly JsonObject[] = [
    chat(many((index) => (index % 2 === 0 ? user("a") : { role: "assistant", content: "b" }))),
    chat(many(() => user("a"))),
    chat([user(many(() => ({ type: "text", text: "x" })))]),
    chat([
      user("q"),
      called(...many((index) => [`c${index}`, "w"] as const)),
      ...many((index) => answered(`c${index}`, "r")),
    ]),
    chat([user("q")], { tools: many((index) => fn(`t${index}`)) }),
  ];
  for (const body of bodies) {
    const startMs = performance.now();
    translate("openai-chat", "anthropic-messages", sonnet4, body, vendor);
    translate("openai-chat", "openai-chat", "gpt-5", body, vendor);
    expect(performance.now() - startMs).toBeLessThan(10_000);
  }
}, 60_000);
