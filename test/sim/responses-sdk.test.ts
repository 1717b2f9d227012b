import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import OpenAI, { APIError, BadRequestError, NotFoundError, RateLimitError } from "openai";
import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseStreamEvent,
  Tool,
} from "openai/resources/responses/responses";
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
const city = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const tools: Tool[] = ["get_weather", "get_time"].map((name) => ({
  type: "function",
  name,
  parameters: city,
  strict: false,
}));

test("create", async () => {
  const response = await client.responses.create({ model, input: "Hello", instructions: "Be brief" });
  expect(response.output_text).toBe("You said: Hello");
  expect(response).toMatchObject({
    object: "response",
    status: "completed",
    model,
    instructions: "Be brief",
    store: true,
    output: [{ type: "message", role: "assistant", status: "completed", content: [{ type: "output_text" }] }],
    usage: {
      input_tokens: 11,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 16,
    },
  });
});

const requests: readonly (readonly [string, Omit<ResponseCreateParamsNonStreaming, "stream">])[] = [
  ["text", { model, input: "Hello 🙂" }],
  ["parallel calls", { model, input: "get_weather and get_time, please", tools }],
  ["a custom tool", { model, input: "Use patch", tools: [{ type: "custom", name: "patch" }] }],
  [
    "reasoning with a summary",
    { model: "gpt-5", input: "Hello", reasoning: { summary: "auto" }, include: ["reasoning.encrypted_content"] },
  ],
  ["hidden reasoning", { model: "gpt-5", input: "Hello", store: false, include: ["reasoning.encrypted_content"] }],
  [
    "a web search",
    {
      model,
      input: "Search the web for it",
      tools: [{ type: "web_search" }],
      include: ["web_search_call.action.sources"],
    },
  ],
  ["a refusal", { model, input: "Please refuse." }],
  [
    "a length stop",
    {
      model,
      input: "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
      max_output_tokens: 16,
    },
  ],
];

/** What differs between two answers to one question: nothing but the moment. */
function timeless(response: Response): object {
  const { created_at, completed_at, output_text, ...rest } = response;
  return { ...rest, moments: [typeof created_at, typeof completed_at] };
}

test.each([...requests])("a stream assembles to the whole answer: %s", async (_title, request) => {
  const whole = await client.responses.create(request);
  const streamed = await client.responses.stream(request).finalResponse();
  const output = streamed.output.map((item) => JSON.parse(JSON.stringify({ ...item, parsed_arguments: undefined })));
  for (const item of output) for (const part of item.content ?? []) delete part.parsed;
  expect(timeless({ ...streamed, output, output_parsed: undefined } as Response)).toEqual(timeless(whole));
});

test("the events of a stream, in order and numbered", async () => {
  const stream = await client.responses.create({
    model: "gpt-5",
    input: "get_time, please",
    tools,
    stream: true,
    reasoning: { summary: "auto" },
  });
  const events: ResponseStreamEvent[] = await Array.fromAsync(stream);
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
  const kinds = events.map((event) => event.type).filter((type, index, all) => type !== all[index - 1]);
  expect(kinds).toEqual([
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.reasoning_summary_part.added",
    "response.reasoning_summary_text.delta",
    "response.reasoning_summary_text.done",
    "response.reasoning_summary_part.done",
    "response.output_item.done",
    "response.output_item.added",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
    "response.output_item.done",
    "response.completed",
  ]);
});

test("a web search cites what it found", async () => {
  const response = await client.responses.create({ model, input: "Search the web", tools: [{ type: "web_search" }] });
  const title = "Example Domain";
  expect(response.output).toMatchObject([
    { type: "web_search_call", status: "completed", action: { type: "search", query: "Search the web" } },
    {
      content: [
        { annotations: [{ type: "url_citation", url: "https://example.com/", title, start_index: 0, end_index: 29 }] },
      ],
    },
  ]);
});

test("structured output, a tool in a namespace, a forced tool", async () => {
  const schema = { ...city, additionalProperties: false };
  const parsed = await client.responses.create({
    model,
    input: "Hello",
    text: { format: { type: "json_schema", name: "place", schema, strict: true } },
  });
  expect(JSON.parse(parsed.output_text)).toEqual({ city: "city" });
  const inner = { type: "function" as const, name: "get_time", parameters: city, strict: false };
  const spaced = await client.responses.create({
    model,
    input: "get_time",
    tools: [{ type: "namespace", name: "clock", description: "Time", tools: [inner] }],
  });
  expect(spaced.output).toMatchObject([{ type: "function_call", namespace: "clock", name: "get_time" }]);
  const forced = await client.responses.create({
    model,
    input: "Hello",
    tools,
    tool_choice: { type: "function", name: "get_time" },
  });
  expect(forced.output).toMatchObject([{ type: "function_call", name: "get_time", arguments: '{"city":"city"}' }]);
});

describe("stored responses", () => {
  test("are continued by id, looked at and deleted", async () => {
    const first = await client.responses.create({ model, input: "get_time, please", tools });
    const [call] = first.output;
    const call_id = call?.type === "function_call" ? call.call_id : "";
    const second = await client.responses.create({
      model,
      tools,
      previous_response_id: first.id,
      input: [{ type: "function_call_output", call_id, output: "noon" }],
    });
    expect(second.output_text).toBe('The tools answered: "noon"');
    const items = await Array.fromAsync(client.responses.inputItems.list(second.id, { order: "asc", limit: 2 }));
    expect(items.map((item) => item.type ?? "message")).toEqual(["message", "function_call", "function_call_output"]);
    expect(await client.responses.retrieve(second.id)).toEqual(second);
    await client.responses.delete(second.id);
    expect(await failureOf(client.responses.retrieve(second.id))).toBeInstanceOf(NotFoundError);
  });

  test("are not there without store, nor for another key", async () => {
    const open = await startSimulator();
    const as = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${open.openaiUrl}/v1`, maxRetries: 0 });
    const passing = await as("a").responses.create({ model, input: "Hello", store: false });
    const kept = await as("a").responses.create({ model, input: "Hello" });
    const next = (apiKey: string, previous_response_id: string) =>
      failureOf(as(apiKey).responses.create({ model, input: "And?", previous_response_id }));
    expect(await next("a", passing.id)).toMatchObject({ status: 400, code: "previous_response_not_found" });
    expect(await next("b", kept.id)).toBeInstanceOf(BadRequestError);
    await open.stop();
  });

  test("in the background are queued, then done or cancelled", async () => {
    const begun = await client.responses.create({ model, input: "Hello", background: true });
    expect([begun.status, begun.output]).toEqual(["queued", []]);
    expect((await client.responses.retrieve(begun.id)).output_text).toBe("You said: Hello");
    const other = await client.responses.create({ model, input: "Hello!", background: true });
    expect((await client.responses.cancel(other.id)).status).toBe("cancelled");
    expect((await client.responses.retrieve(other.id)).status).toBe("cancelled");
    const whole = await client.responses.create({ model, input: "Hello" });
    expect(await failureOf(client.responses.cancel(whole.id))).toBeInstanceOf(BadRequestError);
  });
});

test("tokens are counted and conversations compacted", async () => {
  const counted = await client.responses.inputTokens.count({ model, input: "Hello" });
  expect(counted).toEqual({ object: "response.input_tokens", input_tokens: 5 });
  const compacted = await client.responses.compact({
    model,
    input: [
      { role: "user", content: "Hello" },
      { role: "assistant", content: "Hi" },
    ],
  });
  expect(compacted.output.map((item) => item.type ?? "message")).toEqual(["message", "compaction"]);
  const input = compacted.output.map((item) => JSON.parse(JSON.stringify(item)));
  const next = await client.responses.create({ model, input: [...input, { role: "user", content: "And?" }] });
  expect(next.output_text).toBe("You said: And?");
});

describe("scripts", () => {
  test("say what is answered", async () => {
    simulator.script({
      do: {
        thinking: "Hm.",
        redactedThinking: "secret",
        text: "Hi",
        toolCalls: [{ name: "f", arguments: "{broken", id: "call_x" }],
        stopReason: "content_filter",
        usage: { input_tokens: 7 },
      },
    });
    const response = await client.responses.create({ model: "gpt-5", input: "Hello" });
    expect(response).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "content_filter" },
      usage: { input_tokens: 7 },
      output: [
        { type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }] },
        { type: "reasoning", summary: [] },
        { type: "message", content: [{ text: "Hi" }] },
        { type: "function_call", call_id: "call_x", name: "f", arguments: "{broken" },
      ],
    });
  });

  test("make it fail before and inside", async () => {
    simulator.script(
      { do: { status: 429, retryAfter: "7" } },
      { do: { errorAfterEvents: 5, errorCode: "server_error", errorMessage: "gone" } },
      { do: { failAfterEvents: 5, errorCode: "rate_limit_exceeded", errorMessage: "slow down" } },
      { do: { endAfterEvents: 5 } },
    );
    expect(await failureOf(client.responses.create({ model, input: "Hello" }))).toBeInstanceOf(RateLimitError);
    const events = async () => Array.fromAsync(await client.responses.create({ model, input: "Hello", stream: true }));
    expect(await failureOf(events())).toBeInstanceOf(APIError);
    const failed = await events();
    expect(failed.at(-1)).toMatchObject({
      type: "response.failed",
      sequence_number: 5,
      response: { status: "failed", error: { code: "rate_limit_exceeded", message: "slow down" } },
    });
    expect((await events()).length).toBe(5);
  });

  test("serve side endpoints only by their path", async () => {
    simulator.script({ do: { status: 500 } }, { when: { path: "/v1/responses/*" }, do: { status: 503 } });
    expect(await failureOf(client.responses.inputTokens.count({ model, input: "Hello" }))).toMatchObject({
      status: 503,
    });
    expect(await client.responses.inputTokens.count({ model, input: "Hello" })).toMatchObject({ input_tokens: 5 });
    expect(await failureOf(client.responses.create({ model, input: "Hello" }))).toMatchObject({ status: 500 });
  });
});
