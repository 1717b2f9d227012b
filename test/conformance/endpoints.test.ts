import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import Anthropic0 from "anthropic-sdk-0";
import OpenAI, { toFile } from "openai";
import { type FourVendors, models, startFourVendors } from "../support/four-vendors.ts";

/** The vendors' own clients at all that is no conversation, each configured with nothing but an address and a key. */
let gateway: FourVendors;
beforeAll(async () => {
  gateway = await startFourVendors();
});
afterAll(() => gateway.stop());
afterEach(() => {
  for (const upstream of Object.values(gateway.upstreams)) upstream.answer(() => undefined);
});

const vector = [0.5, -2, 0.25];
/** The same as little-endian 32-bit floats. */
const encoded = "AAAAPwAAAMAAAIA+";

function openaiVectors({ text }: Readonly<{ text: string }>): Response {
  const { input, encoding_format: format } = JSON.parse(text);
  const inputs = Array.isArray(input) ? input : [input];
  const embedding = format === "base64" ? encoded : vector;
  const data = inputs.map((_: unknown, index: number) => ({ object: "embedding", index, embedding }));
  return Response.json({ object: "list", data, model: "e", usage: { prompt_tokens: 2, total_tokens: 2 } });
}

describe("R135 R136 openai 7.55.0", () => {
  const openai = (): OpenAI => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "mine", maxRetries: 0 });

  test.each(["openai", "local", "google"] as const)(
    "R204 embeddings.create at %s, base64 as by default",
    async (vendor) => {
      gateway.upstreams[vendor].answer(
        vendor === "google"
          ? () => Response.json({ embeddings: [{ values: vector }, { values: vector }] })
          : vendor === "local"
            ? ({ text }) => openaiVectors({ text: text.replace('"base64"', '"float"') })
            : openaiVectors,
      );
      const answer = await openai().embeddings.create({ model: `${vendor}/e`, input: ["a", "b"] });
      expect(answer.data.map(({ embedding }) => embedding)).toEqual([vector, vector]);
      expect(answer.usage.prompt_tokens).toBe(2);
      const floats = await openai().embeddings.create({
        model: `${vendor}/e`,
        input: ["a", "b"],
        encoding_format: "float",
      });
      expect(floats.data.map(({ index, embedding }) => [index, embedding])).toEqual([
        [0, vector],
        [1, vector],
      ]);
    },
  );

  test("a model that makes no embeddings is a BadRequestError", async () => {
    const asked = openai().embeddings.create({ model: models.anthropic, input: "a" });
    const thrown = await asked.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(OpenAI.BadRequestError);
    expect(thrown).toMatchObject({ code: "embeddings_unsupported", param: "model" });
  });

  test("E12 models.list and models.retrieve", async () => {
    const ids: string[] = [];
    for await (const { id } of openai().models.list()) ids.push(id);
    expect(ids).toEqual(Object.values(models).toSorted());
    expect(await openai().models.retrieve(models.local)).toMatchObject({ id: models.local, owned_by: "local" });
  });

  test("E19 completions.create, whole and streamed", async () => {
    const answer = {
      id: "x",
      object: "chat.completion",
      created: 1,
      model: "m",
      choices: [{ index: 0, message: { role: "assistant", content: " a time" }, finish_reason: "stop" }],
    };
    const frames = [{ content: " a" }, { content: " time" }].map((delta) => ({
      id: "x",
      object: "chat.completion.chunk",
      created: 1,
      model: "m",
      choices: [{ index: 0, delta, finish_reason: null }],
    }));
    const last = { ...frames[0], choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
    const told = [...frames, last].map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join("");
    gateway.upstreams.openai.answer(({ text }) =>
      JSON.parse(text).stream === true
        ? new Response(`${told}data: [DONE]\n\n`, { headers: { "content-type": "text/event-stream" } })
        : Response.json(answer),
    );
    const whole = await openai().completions.create({ model: models.openai, prompt: "Once upon" });
    expect(whole.choices[0]?.text).toBe(" a time");
    let text = "";
    const stream = await openai().completions.create({ model: models.openai, prompt: "Once upon", stream: true });
    for await (const chunk of stream) text += chunk.choices[0]?.text ?? "";
    expect(text).toBe(" a time");
  });

  test("files and batches", async () => {
    const { openai: upstream } = gateway.upstreams;
    upstream.answer(({ method, path }) => {
      if (path === "/v1/files/file-1/content") return new Response('{"custom_id":"a"}\n');
      if (path.startsWith("/v1/batches"))
        return Response.json({ id: "batch_1", object: "batch", status: "validating" });
      if (method === "DELETE") return Response.json({ id: "file-1", object: "file", deleted: true });
      if (method === "GET") return Response.json({ object: "list", data: [{ id: "file-1" }], has_more: false });
      return Response.json({ id: "file-1", object: "file", purpose: "batch" });
    });
    const client = openai();
    const file = await client.files.create({ purpose: "batch", file: await toFile(Buffer.from("{}\n"), "in.jsonl") });
    expect(file.id).toBe("file-1");
    expect(upstream.requests[0]?.headers["content-type"]).toStartWith("multipart/form-data; boundary=");
    expect(upstream.requests[0]?.text).toContain("{}\n");
    const batch = await client.batches.create({
      input_file_id: file.id,
      endpoint: "/v1/chat/completions",
      completion_window: "24h",
    });
    expect(await client.batches.retrieve(batch.id)).toMatchObject({ id: "batch_1" });
    expect(await (await client.files.content(file.id)).text()).toBe('{"custom_id":"a"}\n');
    const ids: string[] = [];
    for await (const { id } of client.files.list()) ids.push(id);
    expect(ids).toEqual(["file-1"]);
    expect(await client.files.delete(file.id)).toMatchObject({ deleted: true });
  });

  test("responses: inputTokens.count", async () => {
    gateway.upstreams.responses.answer(() => Response.json({ object: "response.input_tokens", input_tokens: 9 }));
    expect(await openai().responses.inputTokens.count({ model: models.responses, input: "hi" })).toMatchObject({
      input_tokens: 9,
    });
  });

  test("E15 E16 responses: create, retrieve, inputItems.list, go on, delete", async () => {
    const answer = (text: string) => ({
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1,
      model: models.openai,
      choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    });
    const { openai: upstream } = gateway.upstreams;
    upstream.answer(() => Response.json(answer("Hello.")));
    const client = openai();
    const first = await client.responses.create({ model: models.openai, input: "Hi" });
    expect(first.output_text).toBe("Hello.");
    expect(await client.responses.retrieve(first.id)).toMatchObject({ id: first.id, output_text: "Hello." });
    const items: string[] = [];
    for await (const item of client.responses.inputItems.list(first.id)) items.push(item.type);
    expect(items).toEqual(["message"]);
    await client.responses.create({ model: models.openai, input: "And?", previous_response_id: first.id });
    expect(JSON.parse(upstream.requests.at(-1)?.text ?? "").messages).toMatchObject([
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello." },
      { role: "user", content: "And?" },
    ]);
    await client.responses.delete(first.id);
    const gone = await client.responses.retrieve(first.id).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(gone).toBeInstanceOf(OpenAI.NotFoundError);
    const unknown = client.responses.create({ model: models.openai, input: "And?", previous_response_id: first.id });
    const thrown = await unknown.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toMatchObject({ status: 400, code: "previous_response_not_found" });
  });
});

describe.each([
  ["1.11.0", () => new Anthropic({ baseURL: gateway.url, apiKey: "mine", maxRetries: 0 })],
  ["0.137.0", () => new Anthropic0({ baseURL: gateway.url, apiKey: "mine", maxRetries: 0 })],
] as const)("R135 R136 @anthropic-ai/sdk %s", (_version, connect) => {
  const messages = [{ role: "user" as const, content: "How are you doing today?" }];

  test("E13 messages.countTokens: native, and counted here", async () => {
    gateway.upstreams.anthropic.answer(() => Response.json({ input_tokens: 14 }));
    const client = connect();
    expect(await client.messages.countTokens({ model: models.anthropic, messages })).toMatchObject({
      input_tokens: 14,
    });
    expect(await client.beta.messages.countTokens({ model: models.anthropic, messages })).toMatchObject({
      input_tokens: 14,
    });
    expect(gateway.upstreams.anthropic.requests[1]?.headers["anthropic-beta"]).toContain("token-counting-2024-11-01");
    for (const model of [models.openai, models.responses, models.google])
      expect((await client.messages.countTokens({ model, messages })).input_tokens).toBeGreaterThan(0);
    expect(await client.messages.countTokens({ model: models.local, messages })).toMatchObject({ input_tokens: 6 });
  });

  test("models.list and models.retrieve", async () => {
    const ids: string[] = [];
    for await (const { id } of connect().models.list({ limit: 2 })) ids.push(id);
    expect(ids).toEqual(Object.values(models).toSorted());
    expect(await connect().models.retrieve(models.local)).toMatchObject({ id: models.local, type: "model" });
  });

  test("messages.batches: create, results, cancel", async () => {
    const upstream = gateway.upstreams.anthropic;
    const batch = {
      id: "msgbatch_1",
      type: "message_batch",
      processing_status: "ended",
      results_url: `${upstream.url}/v1/messages/batches/msgbatch_1/results`,
    };
    upstream.answer(({ path }) =>
      path.includes("/results")
        ? new Response('{"custom_id":"a","result":{"type":"expired"}}\n', {
            headers: { "content-type": "application/x-jsonl" },
          })
        : Response.json(batch),
    );
    const client = connect();
    const params = { model: models.anthropic, max_tokens: 1, messages };
    const created = await client.messages.batches.create({ requests: [{ custom_id: "a", params }] });
    const seen: string[] = [];
    for await (const { custom_id } of await client.messages.batches.results(created.id)) seen.push(custom_id);
    expect(seen).toEqual(["a"]);
    expect(await client.messages.batches.cancel(created.id)).toMatchObject({ id: "msgbatch_1" });
    const keys = upstream.requests.map(({ headers }) => headers["x-api-key"] ?? headers["authorization"]);
    expect(keys.every((key) => key?.startsWith("sk-upstream"))).toBe(true);
  });
});

describe("R135 R136 R206 @google/genai 3.1.0", () => {
  const google = (): GoogleGenAI => new GoogleGenAI({ apiKey: "mine", httpOptions: { baseUrl: gateway.url } });

  test.each(["google", "openai"] as const)("R204 models.embedContent at %s", async (vendor) => {
    gateway.upstreams[vendor].answer(
      vendor === "google"
        ? () => Response.json({ embeddings: [{ values: vector }, { values: vector }] })
        : openaiVectors,
    );
    const answer = await google().models.embedContent({ model: `${vendor}/e`, contents: ["a", "b"] });
    expect(answer.embeddings?.map(({ values }) => values)).toEqual([vector, vector]);
  });

  test("models.countTokens: native, and counted here", async () => {
    gateway.upstreams.google.answer(() => Response.json({ totalTokens: 7 }));
    expect((await google().models.countTokens({ model: models.google, contents: "hi" })).totalTokens).toBe(7);
    const contents = "How are you doing today?";
    expect((await google().models.countTokens({ model: models.local, contents })).totalTokens).toBe(6);
    for (const model of [models.openai, models.responses, models.anthropic])
      expect((await google().models.countTokens({ model, contents })).totalTokens).toBeGreaterThan(0);
  });

  test("E12 models.list, in pages, and models.get", async () => {
    const names: (string | undefined)[] = [];
    for await (const { name } of await google().models.list({ config: { pageSize: 2 } })) names.push(name);
    expect(names).toEqual(
      Object.values(models)
        .toSorted()
        .map((id) => `models/${id}`),
    );
    expect((await google().models.get({ model: models.local })).name).toBe(`models/${models.local}`);
  });

  test("files.upload goes through the gateway, in its parts", async () => {
    const upstream = gateway.upstreams.google;
    upstream.answer(({ path }) =>
      path.includes("upload_id")
        ? Response.json(
            { file: { name: "files/abc", mimeType: "text/plain" } },
            { headers: { "x-goog-upload-status": "final" } },
          )
        : new Response("{}", {
            headers: {
              "x-goog-upload-url": `${upstream.url}${path.split("?")[0]}?upload_id=1&upload_protocol=resumable`,
            },
          }),
    );
    const file = await google().files.upload({ file: new Blob(["hello"]), config: { mimeType: "text/plain" } });
    expect(file.name).toBe("files/abc");
    expect(upstream.requests.at(-1)?.text).toBe("hello");
    expect(upstream.requests.every(({ headers }) => headers["x-goog-api-key"]?.startsWith("sk-upstream"))).toBe(true);
  });

  test("what this gateway lacks is an error that says so", async () => {
    const asked = google().caches.create({ model: models.google, config: { contents: "x" } });
    const thrown = await asked.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toMatchObject({ status: 501 });
    expect(String(thrown)).toContain("There is no POST /v1");
  });
});
