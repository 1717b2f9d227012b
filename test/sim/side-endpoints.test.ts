import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import Anthropic, { NotFoundError as NoBatch } from "@anthropic-ai/sdk";
import OpenAI, { BadRequestError, ConflictError, NotFoundError, toFile } from "openai";
import type { JsonObject } from "../../cli/sim/json.ts";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import {
  acceptedCompletions,
  acceptedCounts,
  acceptedEmbeddings,
  rejectedCompletions,
  rejectedCounts,
  rejectedEmbeddings,
} from "./cases/side-endpoints.ts";
import { failureOf } from "./support/failure.ts";
import { post } from "./support/requests.ts";

let simulator: Simulator;
let openai: OpenAI;
let anthropic: Anthropic;
beforeAll(async () => {
  simulator = await startSimulator();
  openai = new OpenAI({ apiKey: "key", baseURL: `${simulator.openaiUrl}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: "key", baseURL: simulator.anthropicUrl, maxRetries: 0 });
});
afterAll(() => simulator.stop());
afterEach(() => simulator.reset());

const bearer = { authorization: "Bearer key" };
const model = "gpt-4o-mini";
const hello = [{ role: "user" as const, content: "Hello" }];

describe("embeddings", () => {
  const name = "text-embedding-3-small";
  const send = (fields: JsonObject) =>
    post(`${simulator.openaiUrl}/v1/embeddings`, { model: name, input: "a", ...fields }, bearer);

  test("are the same for the same text, as floats and as base64", async () => {
    const create = (encoding_format: "float" | "base64") =>
      openai.embeddings.create({ model: name, input: ["a", "b", "a"], dimensions: 8, encoding_format });
    const floats = await create("float");
    const [first, second, third] = floats.data.map((entry) => entry.embedding);
    expect(floats).toMatchObject({ object: "list", model: name, usage: { prompt_tokens: 3, total_tokens: 3 } });
    expect(floats.data.map((entry) => entry.index)).toEqual([0, 1, 2]);
    expect([first?.length, third]).toEqual([8, first]);
    expect(second).not.toEqual(first);
    const decoded = await openai.embeddings.create({ model: name, input: ["a", "b", "a"], dimensions: 8 });
    expect(decoded.data.map((entry) => entry.embedding)).toEqual(floats.data.map((entry) => entry.embedding));
    expect(typeof (await create("base64")).data[0]?.embedding).toBe("string");
    expect(
      (await openai.embeddings.create({ model: "text-embedding-3-large", input: [1, 2] })).usage.total_tokens,
    ).toBe(2);
  });

  test.each([...rejectedEmbeddings])("turn down %s", async (_title, fields, status, message) => {
    const answer = await send(fields);
    expect(answer.json).toMatchObject({ error: { message, type: "invalid_request_error" } });
    expect(answer.status).toBe(status);
  });
  test.each([...acceptedEmbeddings])("take %s", async (_title, fields) => {
    expect((await send(fields)).status).toBe(200);
  });

  test("fail as a script or the model's name says", async () => {
    simulator.script({ do: { status: 503 } });
    expect((await send({})).status).toBe(503);
    expect((await send({ model: `${name}@sim:status=429` })).status).toBe(429);
  });
});

describe("legacy completions", () => {
  const name = "gpt-3.5-turbo-instruct";
  const send = (fields: JsonObject) =>
    post(`${simulator.openaiUrl}/v1/completions`, { model: name, prompt: "a", ...fields }, bearer);

  test("whole and streamed say the same", async () => {
    const request = { model: name, prompt: ["Hello", "Bye"], n: 2, echo: true };
    const whole = await openai.completions.create(request);
    expect(whole).toMatchObject({
      object: "text_completion",
      usage: { prompt_tokens: 3, completion_tokens: 18, total_tokens: 21 },
    });
    expect(whole.choices.map(({ text, index, finish_reason }) => [index, text, finish_reason])).toEqual([
      [0, "HelloYou said: Hello", "stop"],
      [1, "HelloYou said: Hello", "stop"],
      [2, "ByeYou said: Bye", "stop"],
      [3, "ByeYou said: Bye", "stop"],
    ]);
    const chunks = await Array.fromAsync(
      await openai.completions.create({ ...request, stream: true, stream_options: { include_usage: true } }),
    );
    const texts = whole.choices.map(({ index }) =>
      chunks
        .flatMap((chunk) => chunk.choices.filter((choice) => choice.index === index))
        .reduce((text, choice) => text + choice.text, ""),
    );
    expect(texts).toEqual(whole.choices.map((choice) => choice.text));
    expect(chunks.at(-1)).toMatchObject({ id: whole.id, choices: [], usage: { total_tokens: 21 } });
  });

  test("stop at 16 tokens unless told otherwise, and at a stop sequence", async () => {
    const long = { model: name, prompt: "word ".repeat(30) };
    expect(await openai.completions.create(long)).toMatchObject({
      choices: [{ finish_reason: "length" }],
      usage: { completion_tokens: 16 },
    });
    const stopped = await openai.completions.create({ model: name, prompt: "Hello", stop: " said" });
    expect(stopped.choices[0]).toMatchObject({ text: "You", finish_reason: "stop" });
  });

  test.each([...rejectedCompletions])("turn down %s", async (_title, fields, status, message) => {
    const answer = await send(fields);
    expect(answer.json).toMatchObject({ error: { message, type: "invalid_request_error" } });
    expect(answer.status).toBe(status);
  });
  test.each([...acceptedCompletions])("take %s", async (_title, fields) => {
    expect((await send(fields)).status).toBe(200);
  });
  test("a text model is no chat model", async () => {
    const failure = await failureOf(openai.chat.completions.create({ model: name, messages: hello }));
    expect(failure).toMatchObject({ status: 404, message: expect.stringContaining("not a chat model") });
  });
});

describe("files", () => {
  test("are uploaded, listed, read and deleted", async () => {
    const bytes = new Uint8Array([0, 255, 13, 10, 45, 45]);
    const first = await openai.files.create({ file: await toFile(bytes, "a.bin"), purpose: "user_data" });
    const second = await openai.files.create({ file: await toFile(bytes, "b.bin"), purpose: "vision" });
    expect(first).toMatchObject({
      object: "file",
      bytes: 6,
      filename: "a.bin",
      purpose: "user_data",
      status: "processed",
    });
    expect(second.id).not.toBe(first.id);
    const listed = async (query: object) => (await Array.fromAsync(openai.files.list(query))).map((file) => file.id);
    expect(await listed({ limit: 1 })).toEqual([second.id, first.id]);
    expect(await listed({ purpose: "user_data" })).toEqual([first.id]);
    expect(await openai.files.retrieve(first.id)).toMatchObject({ id: first.id, filename: "a.bin" });
    expect(new Uint8Array(await (await openai.files.content(first.id)).arrayBuffer())).toEqual(bytes);
    expect(await openai.files.delete(first.id)).toEqual({ id: first.id, object: "file", deleted: true });
    expect(await failureOf(openai.files.retrieve(first.id))).toBeInstanceOf(NotFoundError);
  });

  test("without a purpose, a known one or a form are turned down", async () => {
    const upload = async (form: FormData | string, type?: string) => {
      const headers = { ...bearer, ...(type === undefined ? {} : { "content-type": type }) };
      const response = await fetch(`${simulator.openaiUrl}/v1/files`, { method: "POST", headers, body: form });
      return [response.status, /"message": "([^"]*)/.exec(await response.text())?.[1]];
    };
    const form = (purpose: string, file?: File) => {
      const data = new FormData();
      data.set("purpose", purpose);
      if (file !== undefined) data.set("file", file);
      return data;
    };
    const file = new File(["x"], "a.txt");
    expect(await upload(form("", file))).toEqual([400, "'purpose' is a required property"]);
    expect(await upload(form("user_data"))).toEqual([400, "'file' is a required property"]);
    expect(await upload(form("batch", file))).toEqual([400, "Invalid file format for Batch API. Must be .jsonl"]);
    expect((await upload(form("art", file)))[0]).toBe(400);
    expect((await upload("x", "text/plain"))[0]).toBe(400);
    expect((await upload(form("user_data", file)))[0]).toBe(200);
  });
});

describe("OpenAI batches", () => {
  async function create(url: string, ...bodies: readonly JsonObject[]) {
    const lines = bodies.map((body, index) => JSON.stringify({ custom_id: `${index}`, method: "POST", url, body }));
    const file = await openai.files.create({
      file: await toFile(Buffer.from(lines.join("\n")), "in.jsonl"),
      purpose: "batch",
    });
    return openai.batches.create({
      input_file_id: file.id,
      endpoint: "/v1/chat/completions",
      completion_window: "24h",
    });
  }

  test("answer every line as its endpoint would", async () => {
    const begun = await create("/v1/chat/completions", { model, messages: hello }, { model, messages: [] });
    expect(begun.status).toBe("validating");
    const done = await openai.batches.retrieve(begun.id);
    expect(done).toMatchObject({ status: "completed", request_counts: { total: 2, completed: 1, failed: 1 } });
    const lineOf = async (id = "") => JSON.parse(await (await openai.files.content(id)).text());
    expect(await lineOf(done.output_file_id)).toMatchObject({
      custom_id: "0",
      error: null,
      response: { status_code: 200, body: { choices: [{ message: { content: "You said: Hello" } }] } },
    });
    expect(await lineOf(done.error_file_id)).toMatchObject({
      custom_id: "1",
      response: { status_code: 400, body: { error: { code: "empty_array" } } },
    });
    expect((await Array.fromAsync(openai.batches.list())).map((batch) => batch.id)).toEqual([begun.id]);
    expect(await failureOf(openai.batches.cancel(begun.id))).toBeInstanceOf(ConflictError);
  });

  test("fail lines for another endpoint, and can be cancelled", async () => {
    const other = await create("/v1/embeddings", { model, input: "x" });
    expect(await openai.batches.retrieve(other.id)).toMatchObject({ request_counts: { total: 1, failed: 1 } });
    const begun = await create("/v1/chat/completions", { model, messages: hello });
    expect((await openai.batches.cancel(begun.id)).status).toBe("cancelling");
    expect((await openai.batches.retrieve(begun.id)).status).toBe("cancelled");
  });

  test("need a file for batches", async () => {
    const file = await openai.files.create({ file: await toFile(Buffer.from("x"), "a.txt"), purpose: "user_data" });
    const from = (input_file_id: string) =>
      failureOf(openai.batches.create({ input_file_id, endpoint: "/v1/chat/completions", completion_window: "24h" }));
    expect(await from(file.id)).toBeInstanceOf(BadRequestError);
    expect(await from("file-none")).toBeInstanceOf(NotFoundError);
    expect(await failureOf(openai.batches.retrieve("batch_none"))).toBeInstanceOf(NotFoundError);
  });
});

describe("Anthropic's token counter", () => {
  const claude = "claude-sonnet-4-5";
  const send = (fields: JsonObject) =>
    post(
      `${simulator.anthropicUrl}/v1/messages/count_tokens`,
      { model: claude, messages: hello, ...fields },
      { "x-api-key": "key", "anthropic-version": "2023-06-01" },
    );

  test("counts what an answer would", async () => {
    const request = { model: claude, system: "Be brief", messages: hello };
    const counted = await anthropic.messages.countTokens(request);
    const answered = await anthropic.messages.create({ ...request, max_tokens: 20 });
    expect(counted).toEqual({ input_tokens: answered.usage.input_tokens });
  });
  test.each([...rejectedCounts])("turns down %s", async (_title, fields, status, message) => {
    const answer = await send(fields);
    expect(answer.json).toMatchObject({ type: "error", error: { message } });
    expect(answer.status).toBe(status);
  });
  test.each([...acceptedCounts])("takes %s", async (_title, fields) => {
    expect((await send(fields)).status).toBe(200);
  });
});

describe("Anthropic batches", () => {
  const params = { model: "claude-sonnet-4-5", max_tokens: 20, messages: hello };
  const create = (...ids: readonly string[]) =>
    anthropic.messages.batches.create({ requests: ids.map((custom_id) => ({ custom_id, params })) });

  test("answer every request, and say which ones failed", async () => {
    const begun = await anthropic.messages.batches.create({
      requests: [
        { custom_id: "good", params },
        { custom_id: "bad", params: { ...params, messages: [] } },
      ],
    });
    expect(begun).toMatchObject({
      processing_status: "in_progress",
      results_url: null,
      request_counts: { processing: 2 },
    });
    const early = await fetch(`${simulator.anthropicUrl}/v1/messages/batches/${begun.id}/results`, {
      headers: { "x-api-key": "key", "anthropic-version": "2023-06-01" },
    });
    expect(early.status).toBe(400);
    const counts = { processing: 0, succeeded: 1, errored: 1, canceled: 0, expired: 0 };
    expect(await anthropic.messages.batches.retrieve(begun.id)).toMatchObject({
      processing_status: "ended",
      request_counts: counts,
    });
    const results = await Array.fromAsync(await anthropic.messages.batches.results(begun.id));
    expect(results).toMatchObject([
      { custom_id: "good", result: { type: "succeeded", message: { content: [{ text: "You said: Hello" }] } } },
      { custom_id: "bad", result: { type: "errored", error: { error: { type: "invalid_request_error" } } } },
    ]);
    expect(await anthropic.messages.batches.delete(begun.id)).toEqual({ id: begun.id, type: "message_batch_deleted" });
    expect(await failureOf(anthropic.messages.batches.retrieve(begun.id))).toBeInstanceOf(NoBatch);
  });

  test("are listed newest first and canceled", async () => {
    const [first, second] = [await create("a"), await create("b")];
    expect((await Array.fromAsync(anthropic.messages.batches.list({ limit: 1 }))).map((batch) => batch.id)).toEqual([
      second.id,
      first.id,
    ]);
    expect((await anthropic.messages.batches.cancel(first.id)).processing_status).toBe("canceling");
    expect((await anthropic.messages.batches.retrieve(first.id)).request_counts.canceled).toBe(1);
    const results = await Array.fromAsync(await anthropic.messages.batches.results(first.id));
    expect(results).toEqual([{ custom_id: "a", result: { type: "canceled" } }]);
  });

  test("need names of their own for their requests", async () => {
    expect(await failureOf(create("a", "a"))).toMatchObject({ status: 400 });
    expect(await failureOf(create("a b"))).toMatchObject({ status: 400 });
    expect(await failureOf(create())).toMatchObject({ status: 400 });
  });
});
