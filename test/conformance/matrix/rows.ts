import { expect } from "bun:test";
import type { WireFormat } from "../../../runtime/contract.ts";
import type { Stage } from "../scenario.ts";
import { cachedUsage } from "../scenarios/cached-usage.ts";
import type { Answer, Ask, Schema, Tool } from "../sdk.ts";

/** One column of the table: what is asked, and what every client has to get from every upstream. */
export type Row = Readonly<{
  title: string;
  run(stage: Stage, answer: (ask: Ask) => Promise<Answer>): Promise<void>;
}>;

const city: Schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const weather: Tool = { name: "get_weather", description: "The weather of a city", parameters: city };
const clock: Tool = { name: "get_time", description: "The time in a city", parameters: city };
const user = (text: string) => ({ role: "user", text }) as const;
const longText = "one two three four five six seven eight nine ten ".repeat(20);

/** A transparent PNG of one pixel. */
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const pdf = new TextEncoder()
  .encode("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
  .toBase64();

export const rows: readonly Row[] = [
  {
    title: "text",
    run: async ({ model }, answer) => {
      const got = await answer({ model, system: "Be brief.", turns: [user("hello")] });
      expect(got).toMatchObject({ text: "You said: hello", stop: "stop", toolCalls: [], thinking: "" });
    },
  },
  {
    title: "tools",
    run: async ({ model, script }, answer) => {
      script({ toolCalls: [{ id: "call_1", name: "get_weather", arguments: '{"city":"Oslo"}' }] });
      const got = await answer({ model, turns: [user("How is it in Oslo?")], tools: [weather] });
      expect(got).toMatchObject({ stop: "tools", text: "" });
      expect(got.toolCalls).toMatchObject([{ name: "get_weather", input: { city: "Oslo" } }]);
    },
  },
  {
    title: "parallel tools and results",
    run: async ({ model, script }, answer) => {
      const tools = [weather, clock];
      const toolCalls = tools.map(({ name }, index) => ({ id: `call_${index}`, name, arguments: '{"city":"Rome"}' }));
      script({ text: "Let me look.", toolCalls });
      const ask: Ask = { model, turns: [user("Weather and time in Rome?")], tools };
      const called = await answer(ask);
      expect(called.toolCalls.map(({ name }) => name)).toEqual(["get_weather", "get_time"]);
      const results = called.toolCalls.map(({ id, name }) => ({ callId: id, text: `${name} is fine` }));
      const turns = [...ask.turns, { role: "assistant", answer: called }, { role: "tools", results }] as const;
      expect((await answer({ ...ask, turns })).text).toBe(
        'The tools answered: "get_weather is fine", "get_time is fine"',
      );
    },
  },
  {
    title: "image",
    run: async ({ model, received }, answer) => {
      const turn = { ...user("What is it?"), image: { mediaType: "image/png", data: pixel } } as const;
      expect((await answer({ model, turns: [turn] })).text).toBe("You said: What is it?");
      expect(JSON.stringify(received()[0]?.json)).toContain(pixel);
    },
  },
  {
    title: "PDF",
    run: async ({ model, received }, answer) => {
      const turn = { ...user("What does it say?"), pdf: { name: "a.pdf", data: pdf } };
      expect((await answer({ model, turns: [turn] })).text).toBe("You said: What does it say?");
      expect(JSON.stringify(received()[0]?.json)).toContain(pdf);
    },
  },
  {
    title: "structured output",
    run: async ({ model }, answer) => {
      const got = await answer({ model, turns: [user("Where?")], schema: city });
      expect(JSON.parse(got.text)).toEqual({ city: expect.any(String) });
    },
  },
  {
    title: "reasoning, two turns",
    run: async ({ thinkingModel: model, script }, answer) => {
      script({ thinking: "First the weather.", toolCalls: [{ name: "get_weather", arguments: '{"city":"Oslo"}' }] });
      const ask: Ask = { model, thinking: true, maxTokens: 8000, turns: [user("How is it?")], tools: [weather] };
      const called = await answer(ask);
      const results = called.toolCalls.map(({ id }) => ({ callId: id, text: "sunny" }));
      const turns = [...ask.turns, { role: "assistant", answer: called }, { role: "tools", results }] as const;
      // The upstream refuses a second turn without the state of the first.
      expect((await answer({ ...ask, turns })).text).toBe('The tools answered: "sunny"');
    },
  },
  {
    title: "cached tokens",
    run: async ({ model, script, upstream }, answer) => {
      script({ text: "ok", usage: cachedUsage[upstream] });
      const { usage } = await answer({ model, turns: [user("hello")] });
      expect(usage).toEqual({ input: 1320, cached: 1000, output: 50, reasoning: 30 });
    },
  },
  {
    title: "refusal",
    run: async ({ model }, answer) => {
      const got = await answer({ model, turns: [user("please refuse")] });
      expect(got.stop).toBe("refusal");
      expect(got.refusal).toBeString();
    },
  },
  {
    title: "length stop",
    run: async ({ model }, answer) => {
      const got = await answer({ model, maxTokens: 16, turns: [user(longText)] });
      expect(got.stop).toBe("length");
      expect(`You said: ${longText}`).toStartWith(got.text);
    },
  },
  {
    title: "error before",
    run: async ({ model, script, sdk }, answer) => {
      script({ status: 429, errorMessage: "slow down please", retryAfter: "7" });
      const failure = await sdk.failure(answer({ model, turns: [user("hello")] }));
      expect(failure).toMatchObject({ status: 429, message: expect.stringContaining("slow down please") });
    },
  },
  {
    title: "error inside",
    run: async ({ model, script, sdk }, answer) => {
      script({ text: longText, closeAfterBytes: 400 });
      const failure = await sdk.failure(answer({ model, turns: [user("hello")] }));
      expect(failure.message).not.toBe("");
    },
  },
];

/** For people. */
export const apiNames = {
  "openai-chat": "Chat Completions",
  "openai-responses": "Responses",
  "anthropic-messages": "Messages",
  gemini: "Gemini",
} as const satisfies Record<WireFormat, string>;
