import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../../runtime/wire/canonical.ts";
import {
  answered,
  assistant,
  called,
  chat,
  fn,
  messages,
  result,
  sent,
  sonnet4,
  stub,
  translate,
  use,
  user,
  vendor,
} from "../support/translation.ts";

describe("what a whole body must satisfy", () => {
  test("R19 K04 a budget stays inside the client's limit, or raises one that meant visible text", () => {
    const inside = sent(
      "openai-chat",
      "anthropic-messages",
      sonnet4,
      chat([user("q")], { reasoning_effort: "high", max_completion_tokens: 4000 }),
    );
    expect(inside.max_tokens).toBe(4000);
    expect(inside.thinking.budget_tokens).toBeGreaterThanOrEqual(1024);
    expect(inside.thinking.budget_tokens).toBeLessThan(4000);
    const raised = sent(
      "openai-chat",
      "anthropic-messages",
      sonnet4,
      chat([user("q")], { reasoning_effort: "high", max_tokens: 4000 }),
    );
    expect(raised.max_tokens).toBe(4000 + raised.thinking.budget_tokens);
  });
  test("R19 T11 a name of 90 characters is short in tools and history", () => {
    const name = "mcp__server__".padEnd(90, "n");
    const body = sent(
      "anthropic-messages",
      "openai-chat",
      "gpt-5",
      messages([user("q"), assistant([use("a", name)]), user([result("a", "1")])], { tools: [stub(name)] }),
    );
    const short = body.tools[0].function.name;
    expect(short.length).toBeLessThanOrEqual(64);
    expect(body.messages[1].tool_calls[0].function.name).toBe(short);
  });
  test("R19 T13 ids with other characters are the same on call and result", () => {
    const body = sent(
      "openai-chat",
      "anthropic-messages",
      sonnet4,
      chat([user("q"), called(["call:1|fc_2", "w"]), answered("call:1|fc_2", "1")], { tools: [fn("w")] }),
    );
    const id = body.messages[1].content[0].id;
    expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
    expect(body.messages[2].content[0].tool_use_id).toBe(id);
  });
  test("R19 T14 ids of 86 characters stay apart at 40", () => {
    const [first, second] = ["a", "b"].map((end) => "toolu_".padEnd(85, "x") + end);
    const body = sent(
      "anthropic-messages",
      "openai-chat",
      "gpt-5",
      messages(
        [
          user("q"),
          assistant([use(first ?? "", "w"), use(second ?? "", "w")]),
          user([result(second ?? "", "2"), result(first ?? "", "1")]),
        ],
        { tools: [stub("w")] },
      ),
    );
    const ids = body.messages[1].tool_calls.map((call: { id: string }) => call.id);
    expect(ids.map((id: string) => id.length)).toEqual([40, 40]);
    expect(ids[0]).not.toBe(ids[1]);
    expect(body.messages.slice(2).map((message: { tool_call_id: string }) => message.tool_call_id)).toEqual(ids);
  });
  test("R19 P12 an e-mail address does not leave as user id", () => {
    const body = sent("openai-chat", "anthropic-messages", sonnet4, chat([user("q")], { user: "bob@x.org" }));
    expect(body.metadata.user_id).toMatch(/^[0-9a-f]{64}$/);
  });
  test("R19 P09 without structured output and while thinking, the schema is told in words", () => {
    const format = {
      type: "json_schema",
      json_schema: { name: "n", schema: { type: "object", properties: { a: { type: "string" } } } },
    };
    const body = sent(
      "openai-chat",
      "anthropic-messages",
      sonnet4,
      chat([user("q")], { response_format: format, reasoning_effort: "high" }),
    );
    expect(body.tool_choice).toBeUndefined();
    expect(body.thinking.type).toBe("enabled");
    expect(JSON.stringify(body.system)).toContain("JSON Schema");
  });
  test("R19 K02 thinking of the last answer is left out when the request does not think", () => {
    const thought = assistant([
      { type: "thinking", thinking: "T", signature: "S" },
      { type: "text", text: "a" },
    ]);
    const body = sent("anthropic-messages", "anthropic-messages", sonnet4, messages([user("q"), thought, user("r")]));
    expect(JSON.stringify(body.messages)).not.toContain("thinking");
  });
  test("R19 K16 a history that grows keeps its first turns byte for byte, both ways", () => {
    const history = [
      user("q"),
      called(["call:1", "w", '{"b":1,  "a":2}']),
      answered("call:1", "r"),
      { role: "assistant", content: "ok" },
      user("s"),
    ];
    const more = [...history, { role: "assistant", content: "done" }, user("t")];
    const short = sent("openai-chat", "anthropic-messages", sonnet4, chat(history, { tools: [fn("w")] }));
    const long = sent("openai-chat", "anthropic-messages", sonnet4, chat(more, { tools: [fn("w")] }));
    expect(JSON.stringify(long.messages.slice(0, short.messages.length))).toBe(JSON.stringify(short.messages));
    const turns = [user("q"), assistant([use("toolu_1", "w", { b: 1 })]), user([result("toolu_1", "r")])];
    const first = sent("anthropic-messages", "openai-chat", "gpt-5", messages(turns, { tools: [stub("w")] }));
    const second = sent(
      "anthropic-messages",
      "openai-chat",
      "gpt-5",
      messages([...turns, assistant("ok"), user("s")], { tools: [stub("w")] }),
    );
    expect(JSON.stringify(second.messages.slice(0, first.messages.length))).toBe(JSON.stringify(first.messages));
  });
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
