import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { JsonObject } from "../../runtime/wire/canonical.ts";
import { gemini } from "../../runtime/wire/gemini/codec.ts";

const { facts } = gemini;
const png = { mimeType: "image/png", data: "iVBORw0KGgo=" };

describe("R206 facts of a generateContent body", () => {
  test("every text a model would read, in order; not its own thoughts", () => {
    const body: JsonObject = {
      system_instruction: { role: "system", parts: [{ text: "sys" }] },
      contents: [
        { role: "user", parts: [{ text: "hi" }, { inlineData: png }] },
        {
          role: "model",
          parts: [
            { text: "hidden", thought: true },
            { text: "seen" },
            { function_call: { name: "get", args: { city: "Paris" } } },
            { executableCode: { code: "print(1)" } },
            { codeExecutionResult: { output: "1" } },
          ],
        },
        { role: "user", parts: [{ functionResponse: { name: "get", response: { output: "sunny" } } }] },
      ],
      tools: [
        { function_declarations: [{ name: "get", description: "d", parameters: { type: "OBJECT" } }] },
        { functionDeclarations: [{ name: "put", parametersJsonSchema: { type: "object" } }] },
        { googleSearch: {} },
      ],
    };
    expect(facts(body).texts()).toEqual([
      ...["sys", "hi", "seen", "get", '{"city":"Paris"}', "print(1)", "1", "get", '{"output":"sunny"}'],
      ...["get", "d", '{"type":"OBJECT"}', "put", '{"type":"object"}'],
    ]);
  });

  test.each([
    ["a plain string as instruction", { systemInstruction: "s" }, ["s"]],
    ["a list of parts as instruction", { systemInstruction: [{ text: "a" }, { text: "b" }] }, ["a", "b"]],
    ["nothing at all", {}, []],
  ] as const)("texts of %s", (_title, body, texts) => {
    expect(facts({ ...body }).texts()).toEqual([...texts]);
  });

  const rows: readonly (readonly [string, JsonObject, Readonly<Record<string, unknown>>])[] = [
    ["stream is what the URL said", { stream: true }, { stream: true }],
    ["tools", { tools: [{ googleSearch: {} }] }, { hasTools: true }],
    ["no functions are no tools", { tools: [{ functionDeclarations: [] }, {}] }, { hasTools: false }],
    [
      "an image",
      { contents: [{ parts: [{ inline_data: { mime_type: "image/png", data: "" } }] }] },
      { hasImage: true },
    ],
    [
      "an image by URI",
      { contents: [{ parts: [{ fileData: { mimeType: "image/png", fileUri: "gs://b/a" } }] }] },
      { hasImage: true },
    ],
    [
      "a PDF is no image",
      { contents: [{ parts: [{ inlineData: { mimeType: "application/pdf" } }] }] },
      { hasImage: false },
    ],
    [
      "an image in a function's response",
      { contents: [{ parts: [{ functionResponse: { name: "f", parts: [{ inlineData: png }] } }] }] },
      { hasImage: true },
    ],
    ["a limit", { generation_config: { max_output_tokens: 5 } }, { maxTokens: 5 }],
    ["no limit", { generationConfig: { maxOutputTokens: "5" } }, { maxTokens: undefined }],
    ["JSON", { generationConfig: { responseMimeType: "application/json" } }, { responseFormat: "json_object" }],
    ["text", { generationConfig: { responseMimeType: "text/plain" } }, { responseFormat: "text" }],
    ["a schema", { generationConfig: { responseSchema: { type: "OBJECT" } } }, { responseFormat: "json_schema" }],
    ["no format", {}, { responseFormat: undefined }],
  ];
  test.each([...rows])("%s", (_title, body, expected) => {
    expect(facts(body)).toMatchObject(expected);
  });

  test("the schema of the answer is JSON Schema, whatever it was written as", () => {
    const schema = { type: "object", properties: { n: { type: "integer" } } };
    const upper = { type: "OBJECT", properties: { n: { type: "INTEGER" } } };
    for (const config of [{ responseSchema: upper }, { responseJsonSchema: upper }, { response_json_schema: schema }]) {
      expect(facts({ generationConfig: config }).outputSchema()).toEqual({ schema, of: "text" });
    }
    expect(facts({}).outputSchema()).toBeUndefined();
  });

  test("any object can be read", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const body: JsonObject = JSON.parse(JSON.stringify(value));
        const read = facts(body);
        expect(read.texts().every((text) => text.length > 0)).toBe(true);
        expect(typeof read.hasImage).toBe("boolean");
      }),
    );
  });
});
