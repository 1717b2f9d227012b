import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { streamText } from "ai";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { providers } from "./ai-sdk-providers.ts";
import { framingsOf } from "./framings.ts";
import { clients } from "./langchain-clients.ts";
import { upstreams } from "./upstreams.ts";

/** Libraries with readers of their own, beside the vendors' clients of `framing.test.ts`: all a stream says. */
const libraries: readonly Readonly<{ name: string; read(url: string, model: string): Promise<string> }>[] = [
  ...providers.map(({ name, model }) => ({
    name,
    read: async (url: string, id: string) => {
      const { textStream } = streamText({
        model: model(url, id),
        prompt: "hi",
        maxRetries: 0,
        onError: ({ error }) => Promise.reject(error),
      });
      return (await Array.fromAsync(textStream)).join("");
    },
  })),
  ...clients.map(({ name, connect }) => ({
    name: `LangChain's ${name}`,
    read: async (url: string, model: string) => {
      const chunks = await Array.fromAsync(await connect(url, model).stream("hi"));
      return chunks.map(({ text }) => text).join("");
    },
  })),
];
/** Its reader knows nothing but `data: `, and Google sends nothing else; a stream of the client's own API passes as it is. */
const picky = {
  name: "LangChain's ChatGoogleGenerativeAI",
  upstream: "gemini",
  framings: ["no space after colons", "a comment before every event"],
};
const said = "Grüße, 日本語, 👩‍👩‍👧, done.";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

for (const { name, read } of libraries) {
  for (const { upstream, model } of upstreams) {
    describe(`R15 R47 ${name} to ${upstream}: the same events, framed with`, () => {
      const readable = framingsOf(upstream).filter(
        ([framing]) => !(name === picky.name && upstream === picky.upstream && picky.framings.includes(framing)),
      );
      test.each(readable)("%s", async (_name, behaviour) => {
        gateway.forget();
        gateway.script({ do: { text: said, ...behaviour }, times: 1 });
        expect(await read(gateway.url, model)).toBe(said);
      });
    });
  }
}
