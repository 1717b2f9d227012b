import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Served } from "../../../runtime/server/serve.ts";
import { type CaptureUpstream, startCaptureUpstream } from "../../support/capture-upstream.ts";
import { serveCompiled } from "../../support/compiled.ts";

let upstream: CaptureUpstream;
beforeAll(() => {
  upstream = startCaptureUpstream();
});
afterAll(() => upstream.stop());

/** A provider with code of its own, and a second one for what it fails at. */
function start(transform: string): Promise<Served> {
  const provider = (id: string, more: string) =>
    `[providers.${id}]\ntype = "openai"\nbase_url = "${upstream.url}/${id}"\nauth = "none"\n${more}\n`;
  const model = (id: string, priority: number) =>
    `[[models]]\nname = "m"\nprovider = "${id}"\nupstream_model = "${id}-model"\npriority = ${priority}\n`;
  const config = `${provider("own", 'transform = "code/own.ts"\nset = { seed = 1 }')}${provider("other", "")}${model("own", 0)}${model("other", 1)}`;
  return serveCompiled({
    files: { "arouter.toml": config.replace("code/", ""), "own.ts": transform },
    env: {},
    upstreams: {},
  });
}

const answer = (content: string) => ({
  id: "c",
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
});
const chunk = (content: string, finish: string | null = null) => ({
  id: "c",
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
});
const frames = (...chunks: readonly object[]) =>
  `${chunks.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("")}data: [DONE]\n\n`;
const sse = (text: string) => new Response(text, { headers: { "content-type": "text/event-stream" } });

const ask = (served: Served, stream = false) =>
  fetch(`${served.url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "m", stream, messages: [{ role: "user", content: "hi" }] }),
  });

const head = 'import type { Transform } from "arouter/runtime";\n';

describe("R402 code of the user's own for one upstream", () => {
  test("changes bodies, after what the configuration says, and headers", async () => {
    const served = await start(`${head}
export const request: Transform["request"] = (body, { provider, model, format, stream, call }) => {
  return { ...body, metadata: { provider, model, format, stream, call, seed: body.seed ?? null } };
};
export const headers: Transform["headers"] = ({ "user-agent": _, ...rest }, { model }) => ({ ...rest, "x-model": model });
`);
    upstream.answer(() => Response.json(answer("hi")));
    expect((await ask(served)).status).toBe(200);
    const [request] = upstream.requests;
    expect(JSON.parse(request?.text ?? "")).toMatchObject({
      model: "own-model",
      seed: 1,
      metadata: { provider: "own", model: "own-model", format: "openai-chat", stream: false, call: "answer", seed: 1 },
    });
    expect(request?.headers).toMatchObject({ "x-model": "own-model" });
    await served.stop();
  });

  test("is told of calls beside the answers, too, for its provider refuses there what it refuses elsewhere", async () => {
    const served = await start(`${head}
export const request: Transform["request"] = (body, { call }) => ({ ...body, user: call });
export const headers: Transform["headers"] = (all, { call }) => ({ ...all, "x-call": call });
`);
    const data = (all: readonly unknown[]) => all.map((_, index) => ({ object: "embedding", index, embedding: [0.5] }));
    upstream.answer(({ text }) => Response.json({ object: "list", data: data([].concat(JSON.parse(text).input)) }));
    const post = (path: string, body: object) =>
      fetch(served.url + path, { method: "POST", body: JSON.stringify({ model: "m", ...body }) });
    expect((await post("/v1/embeddings", { input: "a", user: "u" })).status).toBe(200);
    const [request] = upstream.requests;
    expect(request?.path).toBe("/own/v1/embeddings");
    expect(request?.headers).toMatchObject({ "x-call": "embeddings" });
    // What answers are told to be like is not said here: `set = { seed = 1 }`.
    expect(JSON.parse(request?.text ?? "")).toEqual({ model: "own-model", input: "a", user: "embeddings" });
    await served.stop();
  });

  test("that fails at one of several requests for embeddings fails the attempt", async () => {
    const served = await start(`${head}
export const request: Transform["request"] = (body) => {
  if (JSON.stringify(body).includes("broken")) throw new Error("no");
  return body;
};
`);
    upstream.answer(() =>
      Response.json({ object: "list", data: [{ object: "embedding", index: 0, embedding: [0.5] }] }),
    );
    const response = await fetch(`${served.url}/v1/embeddings`, {
      method: "POST",
      body: JSON.stringify({ model: "m", input: "broken" }),
    });
    expect(response.status).toBe(200);
    expect(upstream.requests.map(({ path }) => path)).toEqual(["/other/v1/embeddings"]);
    await served.stop();
  });

  test("changes events, and leaves some out", async () => {
    const served = await start(`${head}
export const event: Transform["event"] = (data, { stream }) => {
  if (!stream || JSON.stringify(data).includes("secret")) return undefined;
  return { ...data, seen: true };
};
`);
    upstream.answer(() => sse(frames(chunk("hi"), chunk("secret"), chunk("", "stop"))));
    const expected = frames({ ...chunk("hi"), seen: true }, { ...chunk("", "stop"), seen: true });
    expect(await (await ask(served, true)).text()).toBe(expected);
    await served.stop();
  });

  test.each([
    ["request", `export const request = (): never => { throw new Error("my mistake"); };`],
    ["request", `export const request = () => JSON.parse("7");`],
    ["headers", `export const headers = (): never => { throw new Error("my mistake"); };`],
    ["headers", `export const headers = () => ({ "x-bad": "a\\nb" });`],
    ["event", `export const event = (): never => { throw new Error("my mistake"); };`],
  ])("what it throws in %s is the attempt's failure: the next provider is asked", async (_hook, code) => {
    const served = await start(`${code}\n`);
    upstream.answer(({ path }) => sse(frames(chunk(path.startsWith("/own") ? "own" : "other"), chunk("", "stop"))));
    const response = await ask(served, true);
    expect([response.status, response.headers.get("x-arouter-provider")]).toEqual([200, "other"]);
    expect(await response.text()).toContain('"other"');
    expect((await ask(served, true)).status).toBe(200);
    await served.stop();
  });

  test("what it throws in the middle of a stream ends it in the client's error frame", async () => {
    const served = await start(
      `export const event = (data: object) => { if (JSON.stringify(data).includes("two")) throw new Error("my mistake"); return { ...data }; };\n`,
    );
    const wait = Promise.withResolvers<void>();
    upstream.answer(
      () =>
        new Response(
          new ReadableStream({
            start: async (controller) => {
              controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(chunk("one"))}\n\n`));
              await wait.promise;
              controller.enqueue(new TextEncoder().encode(frames(chunk("two"), chunk("", "stop"))));
              controller.close();
            },
          }),
          { headers: { "content-type": "text/event-stream" } },
        ),
    );
    const response = await ask(served, true);
    wait.resolve();
    const text = await response.text();
    expect(text).toContain('"one"');
    expect(text).toContain('The transform of provider \\"own\\" failed in event(): my mistake');
    expect(text).not.toContain("[DONE]");
    await served.stop();
  });
});
