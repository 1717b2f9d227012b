import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { generateText, isStepCount, jsonSchema, Output, streamText, tool } from "ai";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { providers } from "./ai-sdk-providers.ts";
import { upstreams } from "./upstreams.ts";

const city = jsonSchema<{ city: string }>({
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
});

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.forget());

for (const provider of providers) {
  for (const upstream of upstreams) {
    describe(`R135 R136 ai 7.0.173 with ${provider.name} to ${upstream.upstream}`, () => {
      const common = () => ({ model: provider.model(gateway.url, upstream.model), maxRetries: 0 });

      test("text, whole and streamed, with its usage", async () => {
        const whole = await generateText({ ...common(), system: "Be brief.", prompt: "hello" });
        expect(whole.text).toBe("You said: hello");
        expect(whole.finishReason).toBe("stop");
        expect(whole.usage.outputTokens).toBeGreaterThan(0);
        const streamed = streamText({ ...common(), system: "Be brief.", prompt: "hello" });
        const pieces: string[] = [];
        for await (const piece of streamed.textStream) pieces.push(piece);
        expect(pieces.join("")).toBe("You said: hello");
        expect(pieces.length).toBeGreaterThan(1);
        expect(await streamed.finishReason).toBe("stop");
        expect((await streamed.usage).outputTokens).toBe(whole.usage.outputTokens);
      });

      test("structured output", async () => {
        const answer = await generateText({ ...common(), prompt: "Where?", output: Output.object({ schema: city }) });
        expect(answer.output).toEqual({ city: expect.any(String) });
      });

      test("structured output as it comes", async () => {
        const streamed = streamText({ ...common(), prompt: "Where?", output: Output.object({ schema: city }) });
        const partial: unknown[] = [];
        for await (const one of streamed.partialOutputStream) partial.push(one);
        expect(partial.length).toBeGreaterThan(0);
        expect(partial.at(-1)).toEqual(await streamed.output);
        expect(await streamed.output).toEqual({ city: expect.any(String) });
      });

      test.each(["whole", "streamed"] as const)("tools over several steps, %s", async (how) => {
        const ran: string[] = [];
        const get_weather = tool({
          description: "The weather of a city",
          inputSchema: city,
          execute: ({ city: place }) => {
            ran.push(place);
            return `sunny in ${place}`;
          },
        });
        const ask = {
          ...common(),
          prompt: "Use get_weather for Paris.",
          tools: { get_weather },
          stopWhen: isStepCount(3),
        };
        const { text, steps } = how === "whole" ? await generateText(ask) : await drained(streamText(ask));
        expect(ran).toHaveLength(1);
        expect(steps).toHaveLength(2);
        expect(text).toContain("sunny in");
      });
    });
  }
}

async function drained(stream: {
  consumeStream(): PromiseLike<void>;
  text: PromiseLike<string>;
  steps: PromiseLike<readonly unknown[]>;
}) {
  await stream.consumeStream();
  return { text: await stream.text, steps: await stream.steps };
}
