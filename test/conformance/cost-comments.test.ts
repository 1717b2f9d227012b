import { afterAll, beforeAll, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import EarlierAnthropic from "anthropic-sdk-0";
import OpenAI from "openai";
import { startGateway, type TestGateway } from "../support/gateway.ts";

/** On an idle machine a compile takes half a second. */
const patienceMs = 60_000;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
}, patienceMs);
afterAll(async () => {
  await gateway.stop();
});

const prompt = "Tell me a story.";
const story = "Once upon a time a gateway counted what it spent.";

/** A fetch for an SDK, and all that came through it. */
function listening() {
  let heard: Promise<string> = Promise.resolve("");
  const listen = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const response = await fetch(url, init);
    if (response.body === null) return response;
    const [mine, theirs] = response.body.tee();
    heard = new Response(mine).text();
    return new Response(theirs, response);
  };
  return { listen, heard: () => heard };
}

const openai = (fetch: typeof globalThis.fetch) => new OpenAI({ apiKey: "any", baseURL: `${gateway.url}/v1`, fetch });
const messages = [{ role: "user" as const, content: prompt }];

/** What a client makes of a streamed answer: its text. */
const clients: Readonly<Record<string, (fetch: typeof globalThis.fetch, model: string) => Promise<string | null>>> = {
  "openai, Chat Completions": async (fetch, model) => {
    const stream = openai(fetch).chat.completions.stream({ model, messages, stream_options: { include_usage: true } });
    return (await stream.finalChatCompletion()).choices[0]?.message.content ?? null;
  },
  "openai, Responses": async (fetch, model) => {
    const stream = openai(fetch).responses.stream({ model, input: prompt });
    return (await stream.finalResponse()).output_text;
  },
  "@anthropic-ai/sdk 1": async (fetch, model) => {
    const client = new Anthropic({ apiKey: "any", baseURL: gateway.url, fetch });
    return await client.messages.stream({ model, max_tokens: 100, messages }).finalText();
  },
  "@anthropic-ai/sdk 0": async (fetch, model) => {
    const client = new EarlierAnthropic({ apiKey: "any", baseURL: gateway.url, fetch });
    return await client.messages.stream({ model, max_tokens: 100, messages }).finalText();
  },
};

for (const [name, ask] of Object.entries(clients)) {
  test.each(["gpt-4o", "claude-haiku-4-5"])(`R43 ${name} reads past the cost behind a stream of %s`, async (model) => {
    gateway.script({ do: { text: story } });
    const { listen, heard } = listening();
    expect(await ask(Object.assign(listen, { preconnect: fetch.preconnect }), model)).toBe(story);
    expect(await heard()).toMatch(/\n\n: x-arouter-cost-usd: 0\.\d+\n: x-arouter-cost-saved-usd: 0\n\n$/);
  });
}

test("R43 clients of the Gemini API are sent none", async () => {
  gateway.script({ do: { text: story } });
  const client = new GoogleGenAI({ apiKey: "any", httpOptions: { baseUrl: gateway.url } });
  let text = "";
  for await (const chunk of await client.models.generateContentStream({ model: "gpt-4o", contents: prompt })) {
    text += chunk.text ?? "";
  }
  expect(text).toBe(story);
});
