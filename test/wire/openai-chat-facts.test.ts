import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../../runtime/wire/canonical.ts";
import { openaiChat } from "../../runtime/wire/openai-chat/codec.ts";

describe("R22 R23 R24 R25 facts of a request", () => {
  const image = { type: "image_url", image_url: { url: "https://a" } };
  const none = { stream: false, hasTools: false, hasImage: false, responseFormat: undefined, maxTokens: undefined };
  const rows: readonly (readonly [name: string, body: JsonObject, expected: object])[] = [
    ["an empty body", {}, none],
    ["wrong types", { stream: "yes", tools: {}, messages: "x", response_format: 1, max_tokens: "1" }, none],
    ["stream", { stream: true }, { ...none, stream: true }],
    ["tools", { tools: [{}] }, { ...none, hasTools: true }],
    ["empty tools", { tools: [], functions: [] }, none],
    ["functions", { functions: [{}] }, { ...none, hasTools: true }],
    [
      "an image",
      { messages: [{ role: "user", content: [{ type: "text", text: "a" }, image] }] },
      { ...none, hasImage: true },
    ],
    ["text about images", { messages: [{ role: "user", content: "image_url" }] }, none],
    ["response format", { response_format: { type: "json_object" } }, { ...none, responseFormat: "json_object" }],
    ["both limits", { max_tokens: 1, max_completion_tokens: 2 }, { ...none, maxTokens: 2 }],
  ];
  for (const [name, body, expected] of rows) test(name, () => expect(openaiChat.facts(body)).toMatchObject(expected));

  test("every text a model reads, in order", () => {
    const body: JsonObject = {
      messages: [
        { role: "system", content: "S" },
        { role: "user", content: [{ type: "text", text: "a" }, image, { type: "text", text: "b" }] },
        {
          role: "assistant",
          content: null,
          refusal: "no",
          tool_calls: [
            { id: "c", function: { name: "w", arguments: '{"x":1}' } },
            { id: "d", custom: { name: "p", input: "raw" } },
          ],
        },
        { role: "tool", tool_call_id: "c", content: "result" },
        { role: "assistant", function_call: { name: "f", arguments: "{}" } },
      ],
      tools: [{ type: "function", function: { name: "w", description: "weather", parameters: { type: "object" } } }],
      functions: [{ name: "f" }],
    };
    expect(openaiChat.facts(body).texts()).toEqual([
      ...["S", "a", "b", "no", "w", '{"x":1}', "p", "raw", "result", "f", "{}"],
      ...["w", "weather", '{"type":"object"}', "f"],
    ]);
  });

  test("R29 the schema the answer must follow", () => {
    const schema = { type: "object" };
    const format = (type: string): JsonObject => ({ response_format: { type, json_schema: { name: "n", schema } } });
    expect(openaiChat.facts(format("json_schema")).outputSchema()).toEqual({ schema, of: "text" });
    expect(openaiChat.facts(format("json_object")).outputSchema()).toBeUndefined();
    expect(openaiChat.facts({}).outputSchema()).toBeUndefined();
  });
});
