import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import OpenAI, {
  APIConnectionError,
  APIError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  RateLimitError,
} from "openai";
import type { ChatCompletionTool } from "openai/resources/chat/completions";
import type { Behaviour } from "../../cli/sim/script/behaviour.ts";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { failureOf } from "./support/failure.ts";

let simulator: Simulator;
let client: OpenAI;
beforeAll(async () => {
  simulator = await startSimulator({ openaiKey: "key" });
  client = new OpenAI({ apiKey: "key", baseURL: `${simulator.openaiUrl}/v1`, maxRetries: 0 });
});
afterAll(() => simulator.stop());
afterEach(() => simulator.reset());

const model = "gpt-4o-mini";
const hello = [{ role: "user" as const, content: "Hello" }];
const city = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const tools: ChatCompletionTool[] = ["get_weather", "get_time"].map((name) => ({
  type: "function",
  function: { name, parameters: city },
}));

test("create", async () => {
  const { data, response, request_id } = await client.chat.completions
    .create({ model, messages: hello })
    .withResponse();
  expect(data.choices).toEqual([
    {
      index: 0,
      message: { role: "assistant", content: "You said: Hello", refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: "stop",
    },
  ]);
  expect(data.usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 });
  expect(request_id).toBe(response.headers.get("x-request-id"));
  expect(response.headers.get("x-ratelimit-remaining-requests")).toBe("9999");
  expect(response.headers.get("openai-processing-ms")).toBe("12");
});

test("a stream assembles to the whole answer", async () => {
  const request = {
    model,
    messages: [{ role: "user" as const, content: "get_weather and get_time, please 🙂" }],
    tools,
  };
  const whole = await client.chat.completions.create(request);
  const streamed = await client.chat.completions.stream(request).finalChatCompletion();
  const { usage, ...rest } = whole;
  expect(usage).toBeDefined();
  const calls = streamed.choices[0]?.message.tool_calls?.map((call) => ("function" in call ? call.function : call));
  expect(calls).toMatchObject([
    { name: "get_weather", arguments: '{"city":"city"}' },
    { name: "get_time", arguments: '{"city":"city"}' },
  ]);
  expect(streamed.id).toBe(rest.id);
  expect(streamed.choices[0]?.message.tool_calls).toMatchObject(rest.choices[0]?.message.tool_calls ?? []);
  expect(streamed.choices[0]?.finish_reason).toBe("tool_calls");
});

test("usage comes in a chunk of its own, only when asked for", async () => {
  const chunks = async (include_usage: boolean) =>
    Array.fromAsync(
      await client.chat.completions.create({ model, messages: hello, stream: true, stream_options: { include_usage } }),
    );
  const asked = await chunks(true);
  const unasked = await chunks(false);
  expect(asked.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 10 } });
  expect(asked.slice(0, -1).every((chunk) => chunk.usage === null && chunk.choices.length === 1)).toBe(true);
  expect(unasked.some((chunk) => "usage" in chunk)).toBe(false);
  expect(unasked.length).toBe(asked.length - 1);
});

test("tool results are quoted back", async () => {
  const question = { role: "user" as const, content: "Use get_weather" };
  const first = await client.chat.completions.create({ model, messages: [question], tools });
  const message = first.choices[0]?.message;
  const id = message?.tool_calls?.[0]?.id ?? "";
  expect(id).toMatch(/^call_[0-9a-f]{24}$/);
  const second = await client.chat.completions.create({
    model,
    tools,
    messages: [
      question,
      { role: "assistant", tool_calls: message?.tool_calls ?? [] },
      { role: "tool", tool_call_id: id, content: "7 °C" },
    ],
  });
  expect(second.choices[0]?.message.content).toBe('The tools answered: "7 °C"');
});

test("structured parse", async () => {
  const schema = {
    type: "object",
    properties: { name: { type: "string" }, age: { type: "integer" } },
    required: ["name", "age"],
    additionalProperties: false,
  };
  const completion = await client.chat.completions.parse({
    model,
    messages: hello,
    response_format: { type: "json_schema", json_schema: { name: "person", strict: true, schema } },
  });
  expect(JSON.parse(completion.choices[0]?.message.content ?? "")).toEqual({ name: "name", age: 1 });
});

test("reasoning tokens, cached tokens, several choices, a length stop, a stop sequence, a refusal", async () => {
  const reasoned = await client.chat.completions.create({ model: "gpt-5", messages: hello });
  expect(reasoned.usage?.completion_tokens_details?.reasoning_tokens).toBe(12);
  expect(reasoned.usage?.completion_tokens).toBe(17);
  const long = { model, messages: [{ role: "user" as const, content: "word ".repeat(1100) }], max_tokens: 2, n: 2 };
  const cold = await client.chat.completions.create(long);
  const warm = await client.chat.completions.create(long);
  expect(cold.usage?.prompt_tokens_details?.cached_tokens).toBe(0);
  expect(warm.usage?.prompt_tokens_details?.cached_tokens).toBe(1024);
  expect(warm.choices.map((choice) => [choice.index, choice.message.content, choice.finish_reason])).toEqual([
    [0, "You said", "length"],
    [1, "You said", "length"],
  ]);
  const stopped = await client.chat.completions.create({ model, messages: hello, stop: ["Hell"] });
  expect(stopped.choices[0]).toMatchObject({ message: { content: "You said: " }, finish_reason: "stop" });
  const refused = await client.chat.completions.create({
    model,
    messages: [{ role: "user", content: "Please refuse." }],
  });
  expect(refused.choices[0]?.message).toMatchObject({ content: null, refusal: "I'm sorry, I can't help with that." });
});

test("a web search cites what it found, streamed too", async () => {
  const request = { model, messages: [{ role: "user" as const, content: "Search the web" }], web_search_options: {} };
  const whole = await client.chat.completions.create(request);
  const title = "Example Domain";
  const annotations = [
    { type: "url_citation", url_citation: { url: "https://example.com/", title, start_index: 0, end_index: 29 } },
  ];
  expect<unknown>(whole.choices[0]?.message).toMatchObject({ content: `The web says: ${title}.`, annotations });
  const chunks = await Array.fromAsync(await client.chat.completions.create({ ...request, stream: true }));
  expect<unknown>(chunks.map((chunk) => chunk.choices[0]?.delta)).toContainEqual({ annotations });
});

test("models of Responses alone, and of another vendor, are not found", async () => {
  for (const name of ["gpt-5.1-codex", "gemini-3-pro", "claude-opus-5"]) {
    const failure = await failureOf(client.chat.completions.create({ model: name, messages: hello }));
    expect(failure).toBeInstanceOf(NotFoundError);
  }
});

test("models", async () => {
  const listed = await Array.fromAsync(client.models.list());
  expect(listed.map((entry) => entry.id)).toContain("gpt-4o-mini");
  expect(await client.models.retrieve("gpt-4o-mini")).toMatchObject({ id: "gpt-4o-mini", object: "model" });
  expect(await failureOf(client.models.retrieve("nothing"))).toBeInstanceOf(NotFoundError);
});

test("each error is its own class", async () => {
  const ask = () => client.chat.completions.create({ model, messages: hello });
  const failing = (behaviour: Behaviour): Promise<unknown> => {
    simulator.script({ do: behaviour });
    return failureOf(ask());
  };
  const limited = await failing({ status: 429, retryAfter: "7", errorCode: "rate_limit_exceeded" });
  expect(limited).toBeInstanceOf(RateLimitError);
  expect(limited).toMatchObject({ status: 429, code: "rate_limit_exceeded", type: "requests" });
  expect(await failing({ status: 503 })).toMatchObject({ status: 503, type: "server_error" });
  expect(await failing({ resetBeforeHeaders: true })).toBeInstanceOf(APIConnectionError);
  expect(await failureOf(client.chat.completions.create({ model, messages: [] }))).toBeInstanceOf(BadRequestError);
  const stranger = new OpenAI({ apiKey: "wrong", baseURL: `${simulator.openaiUrl}/v1`, maxRetries: 0 });
  expect(await failureOf(stranger.models.list())).toBeInstanceOf(AuthenticationError);
});

test("an error event inside a stream", async () => {
  simulator.script({ do: { errorAfterEvents: 2, errorMessage: "The server had an error" } });
  const seen: string[] = [];
  const read = async () => {
    for await (const chunk of await client.chat.completions.create({ model, messages: hello, stream: true })) {
      seen.push(chunk.choices[0]?.delta.content ?? "");
    }
  };
  expect(await failureOf(read())).toBeInstanceOf(APIError);
  expect(seen).toEqual(["", "You"]);
});

test("the SDK retries on its own and each attempt is recorded", async () => {
  simulator.script({ times: 2, do: { status: 503, headers: { "retry-after-ms": "1" } } });
  const patient = new OpenAI({ apiKey: "key", baseURL: `${simulator.openaiUrl}/v1`, maxRetries: 2 });
  const completion = await patient.chat.completions.create({ model, messages: hello });
  expect(completion.choices[0]?.message.content).toBe("You said: Hello");
  expect(simulator.requests.map((request) => request.status)).toEqual([503, 503, 200]);
  expect(simulator.requests.map((request) => request.headers["x-stainless-retry-count"])).toEqual(["0", "1", "2"]);
});
