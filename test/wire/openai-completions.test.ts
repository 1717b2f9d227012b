import { describe, expect, test } from "bun:test";
import type { Dialect, Surface } from "../../runtime/contract.ts";
import type { JsonObject, Response, StreamEvent } from "../../runtime/wire/canonical.ts";
import { emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { openaiCompletions } from "../../runtime/wire/openai-completions/codec.ts";
import { nativeAt } from "../../runtime/wire/openai-completions/native.ts";

const { decodeRequest, encodeResponse, streamWriter, facts } = openaiCompletions;
const context = (request: JsonObject = {}) => ({ requestId: "r1", createdSeconds: 7, model: "gpt-4o", request });
const usage = { uncachedInput: 3, cacheRead: 0, cacheWrite: 0, output: 2, reasoning: 0, cacheWriteKnown: false };

describe("a request", () => {
  test("is one message of the user's, with the API's own limit of 16 tokens", () => {
    expect(decodeRequest({ model: "gpt-4o", prompt: "Once upon" })).toMatchObject({
      kind: "decoded",
      losses: [],
      value: {
        model: "gpt-4o",
        system: [],
        turns: [{ role: "user", blocks: [{ kind: "text", text: "Once upon" }] }],
        tools: [],
        maxTokens: 16,
        maxTokensCountsReasoning: false,
        stop: [],
        sampling: {},
        reasoning: {},
        userId: undefined,
        stream: false,
      },
    });
  });

  test("keeps what conversations have, too", () => {
    const body = {
      model: "m",
      prompt: ["only one"],
      max_tokens: 5,
      stop: ["a", "b"],
      temperature: 0.5,
      top_p: 0.9,
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      seed: 4,
      logit_bias: { "50256": -100 },
      user: "u",
      stream: true,
      suffix: null,
      echo: false,
      best_of: 1,
      logprobs: null,
      n: 1,
      mirostat: 2,
    };
    expect(decodeRequest(body)).toMatchObject({
      losses: [{ code: "unknown_field", field: "mirostat" }],
      value: {
        turns: [{ blocks: [{ text: "only one" }] }],
        maxTokens: 5,
        stop: ["a", "b"],
        sampling: {
          temperature: 0.5,
          topP: 0.9,
          frequencyPenalty: 0.1,
          presencePenalty: 0.2,
          seed: 4,
          logitBias: { "50256": -100 },
        },
        userId: "u",
        stream: true,
      },
    });
  });

  test.each([
    [{ prompt: "a", suffix: "b" }, "suffix"],
    [{ prompt: "a", echo: true }, "echo"],
    [{ prompt: "a", best_of: 2 }, "best_of"],
    [{ prompt: "a", logprobs: 0 }, "logprobs"],
    [{ prompt: "a", n: 2 }, "n"],
    [{ prompt: ["a", "b"] }, "prompt"],
    [{ prompt: [1, 2] }, "prompt"],
    [{ prompt: [[1, 2]] }, "prompt"],
    [{ prompt: [] }, "prompt"],
    [{}, "prompt"],
    [{ prompt: { text: "a" } }, "prompt"],
  ] as const)("E19 %j is refused for its %s", (body, param) => {
    expect(decodeRequest({ model: "m", ...body })).toMatchObject({ kind: "rejection", param });
  });

  test("what routing asks of it", () => {
    const asked = facts({ prompt: ["a", "b"], suffix: "c", max_tokens: 9, stream: true });
    expect(asked).toMatchObject({ stream: true, hasTools: false, hasImage: false, maxTokens: 9 });
    expect(asked.texts()).toEqual(["a", "b", "c"]);
    expect(facts({ prompt: [1, 2] }).texts()).toEqual([]);
  });
});

const response: Response = {
  id: "x",
  model: "gpt-4o",
  blocks: [
    { kind: "thinking", text: "hm" },
    { kind: "text", text: " a" },
    { kind: "text", text: " time" },
  ],
  stop: { reason: "end" },
  usage,
};

describe("an answer", () => {
  test("is text, with the usage", () => {
    expect(encodeResponse(response, context())).toEqual({
      id: "cmpl-r1",
      object: "text_completion",
      created: 7,
      model: "gpt-4o",
      choices: [{ text: " a time", index: 0, logprobs: null, finish_reason: "stop" }],
      usage: expect.objectContaining({ prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }),
    });
  });

  test.each([
    ["end", "stop"],
    ["stop-sequence", "stop"],
    ["length", "length"],
    ["context-full", "length"],
    ["tool-calls", "stop"],
    ["refusal", "content_filter"],
    ["filtered", "content_filter"],
    ["pause", "stop"],
    ["error", "stop"],
  ] as const)("that ended with %s says %s", (reason, finish) => {
    const told = encodeResponse({ ...response, stop: { reason } }, context());
    expect(told["choices"]).toMatchObject([{ finish_reason: finish }]);
  });

  const events: readonly StreamEvent[] = [
    { kind: "start", id: "x", model: "m" },
    { kind: "thinking", text: "hm" },
    { kind: "text", text: " a" },
    { kind: "text", text: "" },
    { kind: "text", text: " time" },
    { kind: "stop", stop: { reason: "length" } },
    { kind: "usage", usage },
    { kind: "end" },
  ];
  const head = '{"id":"cmpl-r1","object":"text_completion","created":7,"model":"gpt-4o"';
  const chunk = (text: string, finish = "null") =>
    `data: ${head},"choices":[{"text":"${text}","index":0,"logprobs":null,"finish_reason":${finish}}]}\n\n`;

  test("streams as chunks of the same shape", () => {
    const writer = streamWriter(context());
    const told = events.map((event) => writer.push(event)).join("");
    expect(told).toBe(`${chunk(" a")}${chunk(" time")}${chunk("", '"length"')}data: [DONE]\n\n`);
  });

  test("streams its usage where that is asked for", () => {
    const writer = streamWriter(context({ stream_options: { include_usage: true } }));
    const frames = events
      .map((event) => writer.push(event))
      .join("")
      .split("\n\n");
    expect(JSON.parse(frames.at(-3)?.slice(6) ?? "")).toMatchObject({ choices: [], usage: { total_tokens: 5 } });
  });

  test("an error ends the stream without its terminator", () => {
    const writer = streamWriter(context());
    const told = writer.push({ kind: "error", error: { class: "timeout", status: 504, message: "too late" } });
    expect(told).toContain('"message":"too late"');
    expect(told).not.toContain("[DONE]");
  });
});

describe("upstreams that have the API themselves", () => {
  const surface = (dialect: Partial<Dialect>, more: Partial<Surface> = {}): Surface => ({
    format: "openai-chat",
    baseUrl: "",
    auth: "bearer",
    dialect: { vendor: true, streamOptions: true, maxTokensField: "auto", ...dialect },
    ...more,
  });
  test.each([
    ["OpenAI's base models", surface({}), "gpt-3.5-turbo-instruct", true],
    ["OpenAI's base models", surface({}), "davinci-002", true],
    ["not OpenAI's models for conversations", surface({}), "gpt-4o", false],
    ["servers like OpenAI", surface({ vendor: false }), "llama", true],
    ["servers like OpenAI", surface({ vendor: false }), "deepseek-ai/DeepSeek-V3-Base", true],
    ["not models that only converse", surface({ vendor: false }), "gpt-4o-mini", false],
    ["not models that only converse", surface({ vendor: false }), "anthropic/claude-sonnet-4-5", false],
    ["not models that only converse", surface({ vendor: false }), "deepseek-chat", false],
    ["but not those that lack it", surface({ vendor: false, lacks: ["completions"] }), "llama", false],
    ["nor those with a path of their own", surface({ vendor: false }, { path: "/x/chat/completions" }), "llama", false],
    ["nor other vendors", surface({}, { format: "anthropic-messages" }), "davinci-002", false],
  ])("%s (%#)", (_name, at, model, has) => {
    expect(nativeAt(at, model)?.upstreamPath({ model, stream: false })).toBe(has ? "/v1/completions" : undefined);
  });

  test("their answers are read for usage, emptiness and their end", () => {
    const codec = nativeAt(surface({ vendor: false }), "llama");
    const body = {
      id: "cmpl-9",
      object: "text_completion",
      model: "llama",
      choices: [{ text: " a time", index: 0, logprobs: null, finish_reason: "length" }],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    };
    expect(codec?.decodeResponse(body, emptyAnswerMap)).toMatchObject({
      value: { blocks: [{ kind: "text", text: " a time" }], stop: { reason: "length" }, usage: { output: 2 } },
    });
    const tap = codec?.streamTap();
    const frame = (text: string, finish: string | null) => ({
      event: undefined,
      data: JSON.stringify({ object: "text_completion", choices: [{ text, index: 0, finish_reason: finish }] }),
    });
    tap?.push(frame(" a", null));
    expect([tap?.committed(), tap?.complete()]).toEqual([true, false]);
    tap?.push(frame("", "stop"));
    expect([tap?.empty(), tap?.complete()]).toEqual([false, true]);
  });
});
