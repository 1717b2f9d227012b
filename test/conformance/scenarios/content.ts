import { expect } from "bun:test";
import { onlyRequest, type Scenario } from "../scenario.ts";
import type { Image, Schema } from "../sdk.ts";

/** A transparent PNG of one pixel. */
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

const images: readonly Readonly<{ kind: string; image: Image; openai: string; anthropic: object }>[] = [
  {
    kind: "by URL",
    image: { url: "https://images.example/cat.png" },
    openai: "https://images.example/cat.png",
    anthropic: { type: "url", url: "https://images.example/cat.png" },
  },
  {
    kind: "as base64",
    image: { mediaType: "image/png", data: pixel },
    openai: `data:image/png;base64,${pixel}`,
    anthropic: { type: "base64", media_type: "image/png", data: pixel },
  },
];

const person: Schema = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
  additionalProperties: false,
};

export const content: readonly Scenario[] = [
  ...images.map(
    ({ kind, image, openai, anthropic }): Scenario => ({
      title: `R19 R24 an image ${kind}`,
      run: async (stage) => {
        const got = await stage.sdk.create({
          model: stage.model,
          turns: [{ role: "user", text: "What is it?", image }],
        });
        expect(got.text).toBe("You said: What is it?");
        const part =
          stage.upstream === "openai-chat"
            ? { type: "image_url", image_url: { url: openai } }
            : { type: "image", source: anthropic };
        expect(onlyRequest(stage).json).toMatchObject({
          messages: [{ role: "user", content: [{ type: "text", text: "What is it?" }, part] }],
        });
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
        expect(json).toMatchObject(
          stage.upstream === "openai-chat"
            ? { response_format: { type: "json_schema", json_schema: { schema } } }
            : { output_config: { format: { type: "json_schema", schema } } },
        );
      },
    }),
  ),
];
