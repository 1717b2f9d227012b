import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { AIMessage, type AIMessageChunk, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { clients } from "./langchain-clients.ts";
import { upstreams } from "./upstreams.ts";

const getWeather = tool(({ city }) => `sunny in ${city}`, {
  name: "get_weather",
  description: "The weather of a city",
  schema: z.object({ city: z.string() }),
});
const question = [new SystemMessage("Be brief."), new HumanMessage("hello")];

/** The types of this field depend on a message's other type parameters. */
function outputTokens(message: Readonly<{ usage_metadata?: unknown }>): number {
  return (message.usage_metadata as Readonly<{ output_tokens?: number }> | undefined)?.output_tokens ?? 0;
}

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.forget());

for (const client of clients) {
  for (const upstream of upstreams) {
    describe(`R135 R136 LangChain's ${client.name} to ${upstream.upstream}`, () => {
      const model = () => client.connect(gateway.url, upstream.model);

      test("text, whole and streamed, with its usage", async () => {
        const whole: AIMessage = await model().invoke(question);
        expect(whole.text).toBe("You said: hello");
        expect(outputTokens(whole)).toBeGreaterThan(0);
        let streamed: AIMessageChunk | undefined;
        let pieces = 0;
        for await (const chunk of await model().stream(question)) {
          pieces += 1;
          streamed = streamed === undefined ? chunk : streamed.concat(chunk);
        }
        expect(pieces).toBeGreaterThan(1);
        expect(streamed?.text).toBe("You said: hello");
        // Its Anthropic class adds the one token of `message_start` to the total of `message_delta`.
        const counted = client.name === "ChatAnthropic" ? expect.any(Number) : outputTokens(whole);
        expect(streamed && outputTokens(streamed)).toEqual(counted);
      });

      test("a tool call and its result", async () => {
        const able = model().bindTools([getWeather]);
        const asked = [new HumanMessage("Use get_weather for Paris.")];
        const called: AIMessage = await able.invoke(asked);
        expect(called).toBeInstanceOf(AIMessage);
        // Bun's matchers write into what they are given, and this goes back to the model.
        expect(structuredClone(called.tool_calls)).toMatchObject([
          { name: "get_weather", args: { city: expect.any(String) } },
        ]);
        const results = (called.tool_calls ?? []).map(
          ({ id = "", name }) => new ToolMessage({ tool_call_id: id, name, content: "sunny in Paris" }),
        );
        const done = await able.invoke([...asked, called, ...results]);
        expect(done.text).toContain("sunny in Paris");
      });

      test("structured output", async () => {
        const typed = model().withStructuredOutput(z.object({ city: z.string() }), { name: "place" });
        expect(await typed.invoke("Where?")).toEqual({ city: expect.any(String) });
      });
    });
  }
}
