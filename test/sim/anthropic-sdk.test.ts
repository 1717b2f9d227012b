import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import Anthropic, { AuthenticationError, BadRequestError, NotFoundError, OverloadedError } from "@anthropic-ai/sdk";
import { jsonSchemaOutputFormat } from "@anthropic-ai/sdk/helpers/json-schema";
import EarlierAnthropic, { InternalServerError, RateLimitError } from "anthropic-sdk-0";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { failureOf } from "./support/failure.ts";

let simulator: Simulator;
let client: Anthropic;
let earlier: EarlierAnthropic;
beforeAll(async () => {
  simulator = await startSimulator({ anthropicKey: "key" });
  const options = { apiKey: "key", baseURL: simulator.anthropicUrl, maxRetries: 0 };
  client = new Anthropic(options);
  earlier = new EarlierAnthropic(options);
});
afterAll(() => simulator.stop());
afterEach(() => simulator.reset());

const model = "claude-opus-4-5";
const hello = { model, max_tokens: 1500, messages: [{ role: "user" as const, content: "Hello" }] };
const input_schema = { type: "object" as const, properties: { city: { type: "string" } }, required: ["city"] };
const tools = ["get_weather", "get_time"].map((name) => ({ name, input_schema }));
const closed = {
  type: "object",
  properties: { name: { type: "string" }, tags: { type: "array", items: { type: "string" } } },
  required: ["name", "tags"],
  additionalProperties: false,
} as const;

describe("SDK 1.11, API version 2026-10-21, Bearer", () => {
  test("create", async () => {
    const { data, response, request_id } = await client.messages.create(hello).withResponse();
    expect(data.content).toEqual([{ citations: null, type: "text", text: "You said: Hello" }]);
    expect(data).toMatchObject({ type: "message", role: "assistant", stop_reason: "end_turn", stop_details: null });
    expect(data.usage).toMatchObject({ input_tokens: 2, output_tokens: 5, cache_read_input_tokens: 0 });
    expect(request_id).toBe(response.headers.get("request-id"));
    expect(response.headers.get("anthropic-ratelimit-requests-remaining")).toBe("3999");
    const [request] = simulator.requests;
    expect(request?.headers["anthropic-version"]).toBe("2026-10-21");
    expect(request?.headers["authorization"]).toBe("Bearer key");
    expect(request?.headers["x-api-key"]).toBeUndefined();
  });

  test("a stream assembles to the whole answer, thinking and parallel calls included", async () => {
    const request = {
      ...hello,
      tools,
      thinking: { type: "enabled" as const, budget_tokens: 1024 },
      messages: [{ role: "user" as const, content: "get_weather, then get_time 🙂" }],
    };
    const whole = await client.messages.create(request);
    const streamed = await client.messages.stream(request).finalMessage();
    expect<unknown>(streamed.content).toEqual(whole.content);
    expect(whole.content.map((block) => block.type)).toEqual(["thinking", "tool_use", "tool_use"]);
    expect(streamed).toMatchObject({ id: whole.id, stop_reason: "tool_use", usage: whole.usage });
  });

  test("the order of events", async () => {
    const types: string[] = [];
    for await (const event of await client.messages.create({ ...hello, stream: true })) types.push(event.type);
    const raw = await fetch(`${simulator.anthropicUrl}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": "key", "anthropic-version": "2023-06-01" },
      body: JSON.stringify({ ...hello, stream: true }),
    });
    const named = (await raw.text()).match(/^event: .*$/gm)?.map((line) => line.slice(7));
    const deltas = Array.from({ length: 5 }, () => "content_block_delta");
    const expected = [
      "message_start",
      "content_block_start",
      "ping",
      ...deltas,
      "content_block_stop",
      "message_delta",
      "message_stop",
    ];
    expect(named).toEqual(expected);
    expect(types).toEqual(expected.filter((type) => type !== "ping"));
  });

  test("tool results, signed thinking and all", async () => {
    const question = { role: "user" as const, content: "Use get_weather" };
    const request = { ...hello, tools, thinking: { type: "enabled" as const, budget_tokens: 1024 } };
    const first = await client.messages.create({ ...request, messages: [question] });
    const call = first.content.find((block) => block.type === "tool_use");
    const answer = { type: "tool_result" as const, tool_use_id: call?.id ?? "", content: "7 °C" };
    const second = await client.messages.create({
      ...request,
      messages: [question, { role: "assistant", content: first.content }, { role: "user", content: [answer] }],
    });
    expect(second.content.at(-1)).toMatchObject({ type: "text", text: 'The tools answered: "7 °C"' });
  });

  test("structured parse", async () => {
    const message = await client.messages.parse({
      ...hello,
      output_config: { format: jsonSchemaOutputFormat(closed) },
    });
    expect(message.parsed_output).toEqual({ name: "name", tags: ["tags"] });
  });

  test("a refusal is an answer, a stop sequence is named, a limit cuts", async () => {
    const refused = await client.messages.create({ ...hello, messages: [{ role: "user", content: "please refuse" }] });
    expect(refused).toMatchObject({ content: [], stop_reason: "refusal", stop_details: { type: "refusal" } });
    const stopped = await client.messages.create({ ...hello, stop_sequences: ["Hell"] });
    expect(stopped).toMatchObject({
      stop_reason: "stop_sequence",
      stop_sequence: "Hell",
      content: [{ text: "You said: " }],
    });
    const cut = await client.messages.create({ ...hello, max_tokens: 1 });
    expect(cut).toMatchObject({ stop_reason: "max_tokens", content: [{ text: "You" }] });
  });

  test("cache marks are written once, then read", async () => {
    const system = [
      { type: "text" as const, text: "word ".repeat(1100), cache_control: { type: "ephemeral" as const } },
    ];
    const cold = await client.messages.create({ ...hello, system });
    const warm = await client.messages.create({ ...hello, system, messages: [{ role: "user", content: "Again" }] });
    expect(cold.usage).toMatchObject({
      input_tokens: 2,
      cache_creation_input_tokens: 1101,
      cache_read_input_tokens: 0,
    });
    expect(warm.usage).toMatchObject({
      input_tokens: 2,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 1101,
    });
  });

  test("models come in pages", async () => {
    const listed = await Array.fromAsync(client.models.list({ limit: 2 }));
    expect(listed.length).toBe(11);
    expect(simulator.requests.length).toBe(6);
    const one = await client.models.retrieve("claude-opus-5-5");
    expect(one).toMatchObject({
      type: "model",
      max_tokens: 128_000,
      capabilities: { thinking: { types: { adaptive: { supported: true } } } },
    });
    expect(await failureOf(client.models.retrieve("claude-none"))).toBeInstanceOf(NotFoundError);
  });

  test("each error is its own class", async () => {
    simulator.script({ do: { status: 529 } });
    const overloaded = await failureOf(client.messages.create(hello));
    expect(overloaded).toBeInstanceOf(OverloadedError);
    expect(overloaded).toMatchObject({ type: "overloaded_error" });
    expect(await failureOf(client.messages.create({ ...hello, messages: [] }))).toBeInstanceOf(BadRequestError);
    const stranger = new Anthropic({ apiKey: "wrong", baseURL: simulator.anthropicUrl, maxRetries: 0 });
    expect(await failureOf(stranger.messages.create(hello))).toBeInstanceOf(AuthenticationError);
  });

  test("an error event inside a stream", async () => {
    simulator.script({ do: { errorAfterEvents: 3, errorType: "overloaded_error", errorMessage: "Overloaded" } });
    const failure = await failureOf(client.messages.stream(hello).finalMessage());
    expect(String(failure)).toContain("Overloaded");
  });
});

describe("SDK 0.137, API version 2023-06-01, x-api-key", () => {
  test("create with temperature, which this version still has", async () => {
    const message = await earlier.messages.create({ ...hello, temperature: 0.5 });
    expect(message.content).toMatchObject([{ type: "text", text: "You said: Hello" }]);
    const [request] = simulator.requests;
    expect(request?.headers["anthropic-version"]).toBe("2023-06-01");
    expect(request?.headers["x-api-key"]).toBe("key");
  });

  test("a stream with tools", async () => {
    const stream = earlier.messages.stream({ ...hello, tools, tool_choice: { type: "tool", name: "get_time" } });
    expect((await stream.finalMessage()).content).toMatchObject([
      { type: "tool_use", name: "get_time", input: { city: "city" } },
    ]);
  });

  test("structured parse", async () => {
    const message = await earlier.messages.parse({
      ...hello,
      output_config: { format: { type: "json_schema", schema: closed } },
    });
    expect(message.content).toMatchObject([{ text: '{"name":"name","tags":["tags"]}' }]);
  });

  test("each error is its own class", async () => {
    simulator.script({ do: { status: 429, retryAfter: "3" } }, { do: { status: 500 } });
    const limited = await failureOf(earlier.messages.create(hello));
    expect(limited).toBeInstanceOf(RateLimitError);
    expect(limited).toMatchObject({ status: 429, type: "rate_limit_error" });
    expect(await failureOf(earlier.messages.create(hello))).toBeInstanceOf(InternalServerError);
  });
});

test("a web search, streamed as it is whole, and taken back", async () => {
  const client = new Anthropic({ apiKey: "key", baseURL: simulator.anthropicUrl, maxRetries: 0 });
  const request = {
    ...hello,
    messages: [{ role: "user" as const, content: "Search the web" }],
    tools: [{ type: "web_search_20250305" as const, name: "web_search" as const }],
  };
  const whole = await client.messages.create(request);
  const found = { type: "web_search_result", url: "https://example.com/", title: "Example Domain" };
  expect<unknown>(whole.content).toMatchObject([
    { type: "server_tool_use", name: "web_search", input: { query: "Search the web" } },
    { type: "web_search_tool_result", content: [found] },
    { type: "text", citations: [{ type: "web_search_result_location", cited_text: "The web says: Example Domain." }] },
  ]);
  expect(whole.usage.server_tool_use?.web_search_requests).toBe(1);
  const streamed = await client.messages.stream(request).finalMessage();
  expect<unknown>(streamed.content).toEqual(whole.content);
  const answer = { role: "assistant" as const, content: JSON.parse(JSON.stringify(whole.content)) };
  const messages = [...request.messages, answer, ...hello.messages];
  expect((await client.messages.create({ ...request, messages })).content).toMatchObject([{ text: "You said: Hello" }]);
});
