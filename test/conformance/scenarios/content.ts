import { expect } from "bun:test";
import type { WireFormat } from "../../../runtime/contract.ts";
import { onlyRequest, type Scenario } from "../scenario.ts";
import type { Image, Schema } from "../sdk.ts";

/** A transparent PNG of one pixel. */
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

const images: readonly Readonly<{ kind: string; image: Image; url: string; source: object; part: object }>[] = [
  {
    kind: "by URL",
    image: { url: "https://images.example/cat.png" },
    url: "https://images.example/cat.png",
    part: { fileData: { fileUri: "https://images.example/cat.png" } },
    source: { type: "url", url: "https://images.example/cat.png" },
  },
  {
    kind: "as base64",
    image: { mediaType: "image/png", data: pixel },
    url: `data:image/png;base64,${pixel}`,
    part: { inlineData: { mimeType: "image/png", data: pixel } },
    source: { type: "base64", media_type: "image/png", data: pixel },
  },
];

const person: Schema = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
  additionalProperties: false,
};

function messages(...content: readonly object[]): object {
  return { messages: [{ role: "user", content }] };
}

export const content: readonly Scenario[] = [
  ...images.map(
    ({ kind, image, url, source, part }): Scenario => ({
      title: `R19 R24 an image ${kind}`,
      run: async (stage) => {
        const got = await stage.sdk.create({
          // Of Google's models only the newer ones fetch a URL.
          model: stage.upstream === "gemini" ? stage.thinkingModel : stage.model,
          turns: [{ role: "user", text: "What is it?", image }],
        });
        expect(got.text).toBe("You said: What is it?");
        const sent = {
          "openai-chat": messages({ type: "text", text: "What is it?" }, { type: "image_url", image_url: { url } }),
          "openai-responses": {
            input: [
              {
                role: "user",
                content: [
                  { type: "input_text", text: "What is it?" },
                  { type: "input_image", image_url: url },
                ],
              },
            ],
          },
          "anthropic-messages": messages({ type: "text", text: "What is it?" }, { type: "image", source }),
          gemini: { contents: [{ role: "user", parts: [{ text: "What is it?" }, part] }] },
        } as const satisfies Record<WireFormat, object>;
        expect(onlyRequest(stage).json).toMatchObject(sent[stage.upstream]);
      },
    }),
  ),
  ...(["parse", "parseStream"] as const).map(
    (way): Scenario => ({
      title: `R20 R25 R29 structured output (${way})`,
      run: async (stage) => {
        stage.script({ text: '{"name":"Ada","age":36}' });
        const ask = { model: stage.model, turns: [{ role: "user", text: "Ada is 36." }] } as const;
        expect(await stage.sdk[way](ask, person)).toEqual({ name: "Ada", age: 36 });
        const { json } = onlyRequest(stage);
        const schema = {
          type: "object",
          properties: { name: {}, age: {} },
          required: ["name", "age"],
          additionalProperties: false,
        };
        const sent = {
          "openai-chat": { response_format: { type: "json_schema", json_schema: { schema } } },
          "openai-responses": { text: { format: { type: "json_schema", schema } } },
          "anthropic-messages": { output_config: { format: { type: "json_schema", schema } } },
          gemini: { generationConfig: { responseMimeType: "application/json", responseJsonSchema: schema } },
        } as const satisfies Record<WireFormat, object>;
        expect(json).toMatchObject(sent[stage.upstream]);
      },
    }),
  ),
];
