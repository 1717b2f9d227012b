import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../../runtime/wire/canonical.ts";
import { facts } from "../../runtime/wire/openai-responses/facts.ts";

describe("R22 R23 R24 R25 R134 facts of a Responses request", () => {
  const image = { type: "input_image", image_url: "https://a.example/x.png" };
  const none = { stream: false, hasTools: false, hasImage: false, responseFormat: undefined, maxTokens: undefined };
  const rows: readonly (readonly [name: string, body: JsonObject, expected: object])[] = [
    ["an empty body", {}, none],
    ["wrong types", { stream: "yes", tools: {}, input: 7, text: "x", max_output_tokens: "1" }, none],
    ["a string", { input: "q" }, none],
    ["stream", { stream: true }, { ...none, stream: true }],
    ["tools", { tools: [{}] }, { ...none, hasTools: true }],
    ["empty tools", { tools: [], input: [{ type: "additional_tools", tools: [] }] }, none],
    [
      "tools that an item brings along",
      { input: [{ type: "additional_tools", tools: [{ type: "custom", name: "a" }] }] },
      { ...none, hasTools: true },
    ],
    ["an image of the user's", { input: [{ role: "user", content: [image] }] }, { ...none, hasImage: true }],
    [
      "an image in an output",
      { input: [{ type: "function_call_output", call_id: "a", output: [image] }] },
      { ...none, hasImage: true },
    ],
    ["text about images", { input: [{ role: "user", content: "input_image" }] }, none],
    [
      "the form of the answer",
      { text: { format: { type: "json_object" } } },
      { ...none, responseFormat: "json_object" },
    ],
    ["a limit", { max_output_tokens: 5 }, { ...none, maxTokens: 5 }],
  ];
  for (const [name, body, expected] of rows) test(name, () => expect(facts(body)).toMatchObject(expected));

  test("every text a model reads, in order", () => {
    const body: JsonObject = {
      instructions: "I",
      input: [
        { role: "developer", content: "S" },
        { role: "user", content: [{ type: "input_text", text: "a" }, image] },
        { type: "reasoning", summary: [{ type: "summary_text", text: "hm" }], encrypted_content: "E" },
        { role: "assistant", content: [{ type: "refusal", refusal: "no" }] },
        { type: "function_call", call_id: "c", name: "w", arguments: '{"x":1}' },
        { type: "custom_tool_call", call_id: "d", name: "p", input: "raw" },
        { type: "shell_call", call_id: "e", action: { commands: ["ls"] } },
        { type: "function_call_output", call_id: "c", output: "r1" },
        { type: "custom_tool_call_output", call_id: "d", output: [{ type: "input_text", text: "r2" }] },
        { type: "shell_call_output", call_id: "e", output: [{ stdout: "r3", stderr: "r4" }] },
        { type: "additional_tools", tools: [{ type: "custom", name: "late" }] },
      ],
      tools: [
        { type: "function", name: "w", description: "weather", parameters: { type: "object" } },
        {
          type: "namespace",
          name: "n",
          tools: [{ type: "custom", name: "x", format: { type: "grammar", syntax: "regex", definition: "a+" } }],
        },
      ],
    };
    expect(facts(body).texts()).toEqual([
      ...["I", "S", "a", "hm", "no", "w", '{"x":1}', "p", "raw", '{"commands":["ls"]}', "r1", "r2", "r3", "r4", "late"],
      ...["w", "weather", '{"type":"object"}', "n", "x", '{"type":"grammar","syntax":"regex","definition":"a+"}'],
    ]);
    expect(facts({ input: "hi" }).texts()).toEqual(["hi"]);
  });

  test("R29 the schema the answer must follow", () => {
    const schema = { type: "object" };
    const format = (type: string): JsonObject => ({ text: { format: { type, name: "n", schema } } });
    expect(facts(format("json_schema")).outputSchema()).toEqual({ schema, of: "text" });
    expect(facts(format("json_object")).outputSchema()).toBeUndefined();
    expect(facts({}).outputSchema()).toBeUndefined();
  });
});
