import { expect } from "bun:test";
import type { OlderFormat } from "../../support/older-formats.ts";
import { providerTerms } from "../../support/terms.ts";
import { startBench } from "./bench.ts";
import { type Client, observe, requestOf } from "./observe.ts";
import { first, hello, well } from "./say.ts";

/** Every length of a stream, in both formats, to a client of the same format and, more coarsely, of the other. */
export async function brokenAtEveryByte(): Promise<void> {
  await brokenEvery(1, "chat", "openai-chat");
  await brokenEvery(1, "messages", "anthropic-messages");
  await brokenEvery(7, "messages", "openai-chat");
  await brokenEvery(7, "chat", "anthropic-messages");
}

const alphaText = "one two three";

async function brokenEvery(step: number, client: Client, format: OlderFormat): Promise<void> {
  const lengths = Array.from({ length: Math.ceil(longestStream / step) }, (_, at) => at * step);
  const broken = lengths.map((resetAfterBytes) => ({ text: alphaText, deltaChars: 4, resetAfterBytes }));
  const settings = { breaker: { ...providerTerms.breaker, enabled: false } };
  const bench = await startBench({ upstreams: [first(broken, { settings }), well], format });
  const { path, body } = requestOf(client, { stream: true });
  const kinds = new Set<string>();
  let left = lengths.length;
  async function askOn(): Promise<void> {
    while (left-- > 0) {
      const seen = await observe(await fetch(bench.url + path, { method: "POST", body }), client, true);
      const whole = seen.kind === "answer" && seen.text === (seen.from === "alpha" ? alphaText : hello);
      const part = seen.kind === "cut" && seen.from === "alpha" && alphaText.startsWith(seen.text);
      expect(whole || part, JSON.stringify(seen)).toBe(true);
      kinds.add(`${seen.kind} of ${"from" in seen ? seen.from : ""}`);
    }
  }
  await Promise.all(Array.from({ length: 16 }, askOn));
  expect([...kinds].sort()).toEqual(["answer of alpha", "answer of beta", "cut of alpha"]);
  await bench.stop();
}

/** No stream of `alphaText` is longer. */
const longestStream = 2500;
