import { expect } from "bun:test";
import type { Socket } from "node:net";
import OpenAI from "openai";
import { postText, rawRequest, rawSocket } from "../../support/raw-request.ts";
import { startBench } from "./bench.ts";
import { requestOf } from "./observe.ts";
import { upstream, well } from "./say.ts";

/** What clients do that takes more than one request: each throws when it is not handled as its row says. */

const chatPath = "/v1/chat/completions";
const prompt = { model: "swift", messages: [{ role: "user", content: "hello" }] };

async function until(done: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!done() && performance.now() < deadline) await Bun.sleep(5);
}

export async function leaveDuringHedge(): Promise<void> {
  const silent = upstream({ neverAnswer: true });
  const bench = await startBench({ upstreams: [silent, silent], format: "openai-chat", hedgeAfterMs: 0 });
  const { path, body } = requestOf("chat", { stream: true });
  const { socket: client } = rawSocket(bench.url, postText(path, body));
  await until(() => bench.hits()["alpha"] === 1 && bench.hits()["beta"] === 1);
  client.destroy();
  await until(() => bench.left()["alpha"] === 1 && bench.left()["beta"] === 1);
  expect([bench.hits(), bench.left()]).toEqual([
    { alpha: 1, beta: 1 },
    { alpha: 1, beta: 1 },
  ]);
  await bench.stop();
}

/** Bun.serve takes a half-closed connection for one that is gone. */
export async function halfClose(): Promise<void> {
  await closedWithoutAnswer((client) => client.end());
}

/** Bun.serve closes a connection on which a request comes while another one waits for its answer. */
export async function pipelined(): Promise<void> {
  await closedWithoutAnswer((client) => client.write(postText(chatPath, prompt)));
}

/** No answer, rather than half of one or another request's; and the provider does not go on for nobody. */
async function closedWithoutAnswer(disturb: (client: Socket) => void): Promise<void> {
  const bench = await startBench({ upstreams: [upstream({ headersDelayMs: 400 })], format: "openai-chat" });
  const { socket: client, received } = rawSocket(bench.url, postText(chatPath, prompt, { connection: "keep-alive" }));
  await until(() => bench.hits()["alpha"] === 1);
  disturb(client);
  await until(() => client.destroyed && bench.left()["alpha"] === 1);
  expect([received(), bench.hits(), bench.left()]).toEqual(["", { alpha: 1 }, { alpha: 1 }]);
  await bench.stop();
}

export async function idleConnections(): Promise<void> {
  const bench = await startBench({ upstreams: [well], format: "openai-chat" });
  const idle = Array.from({ length: 2000 }, () => rawSocket(bench.url, "").socket);
  await Promise.all(idle.map((each) => new Promise((resolve) => each.once("connect", resolve))));
  expect((await rawRequest(bench.url, postText(chatPath, prompt))).status).toBe(200);
  for (const each of idle) each.destroy();
  await bench.stop();
}

export async function sdkHits(status: number, hits: number): Promise<void> {
  const bench = await startBench({ upstreams: [upstream({ status })], format: "openai-chat" });
  const client = new OpenAI({ baseURL: `${bench.url}/v1`, apiKey: "any", maxRetries: 2 });
  const asked = client.chat.completions.create({ model: "swift", messages: [{ role: "user", content: "hello" }] });
  const thrown = await asked.then(
    () => undefined,
    (error) => error,
  );
  expect(thrown).toBeInstanceOf(OpenAI.APIError);
  expect(bench.hits()).toEqual({ alpha: hits });
  await bench.stop();
}
