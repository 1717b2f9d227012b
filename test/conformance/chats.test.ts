import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { GoogleGenAI } from "@google/genai";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { upstreams } from "./upstreams.ts";

/** The chats of `@google/genai`, which keep their history themselves: its whole answers and its streams. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.forget());

describe.each(upstreams.map(({ upstream, model }) => [upstream, model] as const))("R135 R136 to %s", (_, model) => {
  test("chats: a message, a streamed message and a message after that", async () => {
    const client = new GoogleGenAI({ apiKey: "anything", httpOptions: { baseUrl: gateway.url } });
    const chat = client.chats.create({ model, config: { systemInstruction: "Be brief." } });
    expect((await chat.sendMessage({ message: "one" })).text).toBe("You said: one");
    const chunks = await Array.fromAsync(await chat.sendMessageStream({ message: "two" }));
    expect(chunks.map(({ text }) => text ?? "").join("")).toBe("You said: two");
    expect((await chat.sendMessage({ message: "three" })).text).toBe("You said: three");
    const sent = JSON.stringify(gateway.received().at(-1)?.json);
    const said = ["one", "You said: one", "two", "three"].map((text) => sent.indexOf(`"${text}"`));
    expect(said.every((at) => at > 0)).toBe(true);
    expect(said).toEqual(said.toSorted((a, b) => a - b));
  });
});
