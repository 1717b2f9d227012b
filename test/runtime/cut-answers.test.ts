import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Served } from "../../runtime/server/serve.ts";
import { type CaptureUpstream, startCaptureUpstream } from "../support/capture-upstream.ts";
import { serveCompiled } from "../support/compiled.ts";

let upstream: CaptureUpstream;
let served: Served;
beforeAll(async () => {
  upstream = startCaptureUpstream();
  const provider = (id: string, type: string) =>
    `[providers.${id}]\ntype = "${type}"\nbase_url = "${upstream.url}"\nauth = "none"\nlacks = ["stop"]\n`;
  const config = provider("google", "gemini") + provider("open", "openai");
  served = await serveCompiled({ files: { "arouter.toml": config }, env: {}, upstreams: {} });
});
afterAll(async () => {
  await served.stop();
  upstream.stop();
});

/** An upstream that says `first`, and then `more` for ever; how much of it was read, and whether it was told to be quiet. */
function endless(first: readonly string[], more: string, after = Number.POSITIVE_INFINITY, last = "") {
  const cancelled = Promise.withResolvers<void>();
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      await Bun.sleep(2);
      const text = first[at] ?? (at < after ? more : last);
      at += 1;
      controller.enqueue(new TextEncoder().encode(text));
      if (text === last) controller.close();
    },
    cancel: () => cancelled.resolve(),
  });
  upstream.answer(() => new Response(body, { headers: { "content-type": "text/event-stream" } }));
  return { cancelled: cancelled.promise, read: () => at };
}

async function ask(model: string): Promise<string> {
  const body = {
    model,
    stream: true,
    stop_sequences: ["END"],
    max_tokens: 100,
    messages: [{ role: "user", content: "hi" }],
  };
  return await (await fetch(`${served.url}/v1/messages`, { method: "POST", body: JSON.stringify(body) })).text();
}

const part = (text: string, output: number) =>
  `data: ${JSON.stringify({
    candidates: [{ content: { parts: [{ text }], role: "model" } }],
    usageMetadata: { promptTokenCount: 5, candidatesTokenCount: output, totalTokenCount: 5 + output },
  })}\n\n`;
const chunk = (delta: object, more: object = {}) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", model: "m", choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`;

describe("R19 an answer that ends at a stop sequence which the upstream knows nothing of", () => {
  test("an upstream that tells its usage all along is cancelled at once", async () => {
    const { cancelled } = endless([part("one E", 3), part("ND two", 6)], part("more", 9));
    const answer = await ask("google/gemini-2.5-pro");
    expect(answer).toContain('"stop_reason":"stop_sequence","stop_sequence":"END"');
    expect(answer).toContain('"output_tokens":6');
    expect(answer).not.toContain("two");
    // Nothing but comments comes behind it.
    expect(answer).toMatch(/event: message_stop\ndata: {"type":"message_stop"}\n\n(: .*\n)*\n?$/);
    await cancelled;
  });

  test("one that tells it at the end is heard to the end: what it has thought unseen nobody could guess", async () => {
    const usage = { prompt_tokens: 5, completion_tokens: 900, total_tokens: 905 };
    const last = `${chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: "length" }] })}${chunk({}, { choices: [], usage })}data: [DONE]\n\n`;
    const { read } = endless(
      [chunk({ content: "one E" }), chunk({ content: "ND two" })],
      chunk({ content: "more" }),
      9,
      last,
    );
    const answer = await ask("open/m");
    expect(answer).toContain('"stop_reason":"stop_sequence","stop_sequence":"END"');
    expect(answer).toContain('"output_tokens":900');
    expect(answer).not.toContain("two");
    expect(read()).toBe(10);
  });
});
