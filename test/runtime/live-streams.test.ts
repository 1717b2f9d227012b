import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { constants, createGzip } from "node:zlib";
import type { Served } from "../../runtime/server/serve.ts";
import { startServed } from "../support/served.ts";

const frame = (type: string, members: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
const delta = (text: string) => frame("content_block_delta", { index: 0, delta: { type: "text_delta", text } });
const begin = [
  frame("message_start", {
    message: { id: "m", model: "up", role: "assistant", content: [], usage: { input_tokens: 20, output_tokens: 1 } },
  }),
  frame("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
].join("");
const end = [
  frame("content_block_stop", { index: 0 }),
  frame("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 3 } }),
  frame("message_stop", {}),
].join("");

/** What the upstream does with its next request. */
let answer: (request: Request) => Response = () => new Response(null, { status: 500 });
const answered = (request: Request) =>
  request.method === "POST" ? answer(request) : new Response(null, { status: 404 });
let upstream: ReturnType<typeof Bun.serve>;
let gateway: Served;
beforeAll(async () => {
  upstream = Bun.serve({ hostname: "127.0.0.1", port: 0, idleTimeout: 0, fetch: answered });
  gateway = await startServed({ upstreamUrl: upstream.url.href.replace(/\/$/, "") });
});
afterAll(async () => {
  await gateway.stop();
  await upstream.stop(true);
});

const paths = ["/v1/messages", "/v1/chat/completions", "/v1/responses"] as const;

function ask(path: string, signal?: AbortSignal): Promise<Response> {
  const turn = [{ role: "user", content: "hi" }];
  const body = { model: "claude-sonnet-4-5", stream: true, max_tokens: 9, messages: turn };
  const asked = path.endsWith("responses")
    ? { ...body, max_tokens: undefined, messages: undefined, input: turn }
    : body;
  const init = { method: "POST", body: JSON.stringify(asked), ...(signal === undefined ? {} : { signal }) };
  return fetch(gateway.url + path, init);
}

/** Reads until the text holds `wanted`, and gives all read so far. */
async function readUntil(
  reader: Pick<ReadableStreamDefaultReader<Uint8Array>, "read">,
  wanted: string,
): Promise<string> {
  let text = "";
  while (!text.includes(wanted)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the stream ended before ${wanted}: ${text}`);
    text += Buffer.from(value).toString();
  }
  return text;
}

describe("X37 a compressed stream of an upstream", () => {
  test.each(paths)("reaches a client of %s event by event, and not as compressed", async (path) => {
    const gzip = createGzip();
    const send = (text: string) => {
      gzip.write(text);
      gzip.flush(constants.Z_SYNC_FLUSH);
    };
    const headers = { "content-type": "text/event-stream", "content-encoding": "gzip" };
    answer = () =>
      new Response(
        new ReadableStream<Uint8Array>({
          start: (controller) => {
            gzip.on("data", (bytes: Uint8Array) => controller.enqueue(bytes));
            gzip.on("end", () => controller.close());
            send(begin + delta("one "));
          },
        }),
        { headers },
      );
    const response = await ask(path);
    expect(response.headers.get("content-encoding")).toBeNull();
    const reader = response.body?.getReader();
    if (reader === undefined) throw new Error("no body");
    // The upstream says the next word only once the last one has arrived.
    await readUntil(reader, '"one ');
    send(delta("two "));
    await readUntil(reader, '"two ');
    gzip.end(delta("three") + end);
    await readUntil(reader, '"three');
    let rest = await reader.read();
    while (!rest.done) rest = await reader.read();
  });
});

async function tokensOf(model: string): Promise<readonly string[]> {
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  return metrics.split("\n").filter((line) => line.startsWith("arouter_tokens_total") && line.includes(model));
}

function total(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

test("R304 output tokens are counted while the stream goes on, in time for whoever reads the metrics", async () => {
  const streamed = async () => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    return total(metrics.split("\n").filter((line) => line.startsWith("arouter_streamed_output_tokens_total{")));
  };
  const before = await streamed();
  const words: ReadableStreamDefaultController<Uint8Array>[] = [];
  const say = (text: string) => words[0]?.enqueue(new TextEncoder().encode(text));
  const body = new ReadableStream<Uint8Array>({ start: (controller) => void words.push(controller) });
  answer = () => new Response(body, { headers: { "content-type": "text/event-stream" } });
  say(begin + delta("a".repeat(40)));
  const reader = (await ask("/v1/chat/completions")).body?.getReader();
  if (reader === undefined) throw new Error("no body");
  await readUntil(reader, '"aaa');
  expect((await streamed()) - before).toBe(10);
  say(delta("b".repeat(400)));
  await readUntil(reader, '"bbb');
  expect((await streamed()) - before).toBe(110);
  // The upstream's own count is the last word, where it is more.
  say(end.replace('"output_tokens":3', '"output_tokens":120'));
  await readUntil(reader, "[DONE]");
  while (!(await reader.read()).done);
  expect((await streamed()) - before).toBe(120);
});

describe("X45 a client that leaves", () => {
  test.each(paths)("%s: the upstream's request ends within a second, and what it used counts", async (path) => {
    const before = total(await tokensOf("claude-sonnet-4-5"));
    const aborted = Promise.withResolvers<number>();
    answer = (request) => {
      request.signal.addEventListener("abort", () => aborted.resolve(performance.now()));
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode(begin + delta("one "))),
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    };
    const leaving = new AbortController();
    const response = await ask(path, leaving.signal);
    const reader = response.body?.getReader();
    if (reader === undefined) throw new Error("no body");
    await readUntil(reader, '"one ');
    const leftAt = performance.now();
    leaving.abort();
    expect((await aborted.promise) - leftAt).toBeLessThan(1000);
    for (let waited = 0; total(await tokensOf("claude-sonnet-4-5")) === before && waited < 2000; waited += 20)
      await Bun.sleep(20);
    expect(total(await tokensOf("claude-sonnet-4-5")) - before).toBeGreaterThanOrEqual(21);
  });
});
