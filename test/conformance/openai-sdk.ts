import OpenAI from "openai";
import type { Answer, Ask, Failure, Image, Pdf, Sdk, Stop, ToolCall, Turn } from "./sdk.ts";

type Chat = OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming;
type MessageParam = OpenAI.Chat.Completions.ChatCompletionMessageParam;
type Message = OpenAI.Chat.Completions.ChatCompletionMessage;
type Completion = OpenAI.Chat.Completions.ChatCompletion;
type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;
type FinishReason = Completion["choices"][number]["finish_reason"];
type Delta = Chunk["choices"][number]["delta"];

/** Fields of Chat's widespread reasoning extension, which the SDK's types do not name. */
type Reasoning = { reasoning_content?: string; reasoning_details?: unknown[] };

/** The `openai` package with nothing but its base URL changed; `baseUrl` ends in `/v1`. */
export function openaiSdk(baseUrl: string, apiKey = "anything"): Sdk {
  const client = new OpenAI({ baseURL: baseUrl, apiKey, maxRetries: 0, timeout: 20_000 });
  const { completions } = client.chat;
  const options = (ask: Ask) => ({ headers: ask.headers ?? {} });
  const streamed = (ask: Ask) =>
    ({ ...chatParams(ask), stream: true, stream_options: { include_usage: true } }) as const;

  return {
    name: "openai 7.55.0",
    wire: "openai-chat",
    create: async (ask) => answerOf(await completions.create(chatParams(ask), options(ask))),
    iterate: async (ask) => answerOf(await assemble(await completions.create(streamed(ask), options(ask)))),
    helper: async (ask) => {
      const stream = completions.stream(streamed(ask), options(ask));
      let text = "";
      stream.on("content.delta", (event) => {
        text += event.delta;
      });
      const completion = await stream.finalChatCompletion();
      // Stream fields unknown to the SDK are overwritten in its snapshot, so reasoning is not part of what a helper promises.
      const answer = answerOf(completion);
      if (text !== answer.text)
        throw new Error(`content.delta gave ${JSON.stringify(text)}, the completion ${JSON.stringify(answer.text)}`);
      return answer;
    },
    runTools: async (ask, run, stream) => {
      const tools = (ask.tools ?? []).map(({ name, description, parameters }) => ({
        type: "function" as const,
        function: {
          name,
          description,
          parameters,
          parse: (input: string): object => JSON.parse(input),
          function: (input: object) => run(name, input),
        },
      }));
      const runner = stream
        ? completions.runTools({ ...streamed(ask), tools }, options(ask))
        : completions.runTools({ ...chatParams(ask), tools }, options(ask));
      return answerOf(await runner.finalChatCompletion());
    },
    parse: async (ask, schema) => {
      const completion = await completions.parse(chatParams({ ...ask, schema }), options(ask));
      return completion.choices[0]?.message.parsed;
    },
    parseStream: async (ask, schema) => {
      const stream = completions.stream(streamed({ ...ask, schema }), options(ask));
      const completion = await stream.finalChatCompletion();
      return completion.choices[0]?.message.parsed;
    },
    abort: async (ask) => {
      const stream = await completions.create(streamed(ask), options(ask));
      for await (const chunk of stream) {
        if (chunk.choices[0]?.delta.content) stream.controller.abort();
      }
    },
    models: async () => {
      const ids: string[] = [];
      for await (const model of client.models.list()) ids.push(model.id);
      return ids;
    },
    failure: openaiFailure,
  };
}

function chatParams(ask: Ask): Chat {
  const { system, tools, toolChoice, stop, maxTokens, schema } = ask;
  return {
    model: ask.model,
    messages: [
      ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
      ...ask.turns.flatMap(messagesOf),
    ],
    ...(tools && {
      tools: tools.map(({ name, description, parameters }) => ({
        type: "function" as const,
        function: { name, description, parameters },
      })),
    }),
    ...(toolChoice && {
      tool_choice:
        typeof toolChoice === "string" ? toolChoice : { type: "function", function: { name: toolChoice.name } },
    }),
    ...(ask.parallelToolCalls === false && { parallel_tool_calls: false }),
    ...(stop && { stop: [...stop] }),
    ...(maxTokens !== undefined && { max_completion_tokens: maxTokens }),
    ...(ask.thinking && { reasoning_effort: "low" }),
    ...(schema && { response_format: { type: "json_schema", json_schema: { name: "answer", schema, strict: true } } }),
  };
}

function messagesOf(turn: Turn): MessageParam[] {
  switch (turn.role) {
    case "user": {
      const { text, image, pdf } = turn;
      if (image === undefined && pdf === undefined) return [{ role: "user", content: text }];
      return [{ role: "user", content: [{ type: "text", text }, ...imageParts(image), ...pdfParts(pdf)] }];
    }
    case "system":
      return [{ role: "developer", content: turn.text }];
    case "assistant":
      // Made by `answerOf` from this SDK's own message.
      return [turn.answer.message as MessageParam];
    case "tools":
      return turn.results.map(({ callId, text }) => ({ role: "tool", tool_call_id: callId, content: text }));
  }
}

type Part = OpenAI.Chat.Completions.ChatCompletionContentPart;

function imageParts(image: Image | undefined): Part[] {
  if (image === undefined) return [];
  const url = "url" in image ? image.url : `data:${image.mediaType};base64,${image.data}`;
  return [{ type: "image_url", image_url: { url } }];
}

function pdfParts(pdf: Pdf | undefined): Part[] {
  if (pdf === undefined) return [];
  return [{ type: "file", file: { filename: pdf.name, file_data: `data:application/pdf;base64,${pdf.data}` } }];
}

function answerOf(completion: Completion): Answer {
  const choice = completion.choices[0];
  if (completion.object !== "chat.completion" || completion.choices.length !== 1 || choice === undefined) {
    throw new Error(`Not one chat.completion choice: ${JSON.stringify(completion)}`);
  }
  const message: Message & Reasoning = choice.message;
  const { usage } = completion;
  return {
    id: completion.id,
    model: completion.model,
    text: message.content ?? "",
    thinking: message.reasoning_content ?? "",
    refusal: message.refusal ?? undefined,
    toolCalls: (message.tool_calls ?? []).map(callOf),
    stop: choice.finish_reason === "stop" && message.refusal ? "refusal" : finishReasons[choice.finish_reason],
    usage: usage && {
      input: usage.prompt_tokens,
      cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
      output: usage.completion_tokens,
      reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
    },
    message: withoutParsed(message),
  };
}

const finishReasons = {
  stop: "stop",
  length: "length",
  tool_calls: "tools",
  function_call: "tools",
  content_filter: "refusal",
} as const satisfies Record<FinishReason, Stop>;

function callOf(call: OpenAI.Chat.Completions.ChatCompletionMessageToolCall): ToolCall {
  if (call.type !== "function") throw new Error(`Not a function call: ${JSON.stringify(call)}`);
  return { id: call.id, name: call.function.name, input: JSON.parse(call.function.arguments) };
}

/** The helpers add what they parsed to the message; it is not part of the API, and OpenAI refuses it in a request. */
function withoutParsed(message: Message): Message {
  const isOwn = (key: string) => key !== "parsed" && key !== "parsed_arguments";
  return JSON.parse(JSON.stringify(message, (key, value) => (isOwn(key) ? value : undefined)));
}

/** Puts chunks together as a careful client without the helper would. */
async function assemble(chunks: AsyncIterable<Chunk>): Promise<Completion> {
  const message: Message & Reasoning = { role: "assistant", content: null, refusal: null };
  const calls: OpenAI.Chat.Completions.ChatCompletionMessageFunctionToolCall[] = [];
  let head: Pick<Completion, "id" | "created" | "model"> | undefined;
  let finish: FinishReason | undefined;
  let usage: Completion["usage"];
  for await (const chunk of chunks) {
    head ??= { id: chunk.id, created: chunk.created, model: chunk.model };
    if (chunk.id !== head.id || chunk.model !== head.model || chunk.created !== head.created) {
      throw new Error(`A chunk of another answer: ${JSON.stringify(chunk)}`);
    }
    if (chunk.usage && usage) throw new Error("usage came twice");
    usage = chunk.usage ?? usage;
    const choice = chunk.choices[0];
    if (choice === undefined) continue;
    if (choice.index !== 0 || finish !== undefined) throw new Error(`Out of order: ${JSON.stringify(chunk)}`);
    addDelta(message, calls, choice.delta);
    finish = choice.finish_reason ?? undefined;
  }
  if (head === undefined || finish === undefined) throw new Error("The stream ended without finish_reason");
  if (calls.length > 0) message.tool_calls = calls;
  return {
    ...head,
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: finish, logprobs: null }],
    ...(usage && { usage }),
  };
}

function addDelta(
  message: Message & Reasoning,
  calls: OpenAI.Chat.Completions.ChatCompletionMessageFunctionToolCall[],
  delta: Delta & Reasoning,
): void {
  if (delta.content) message.content = (message.content ?? "") + delta.content;
  if (delta.refusal) message.refusal = (message.refusal ?? "") + delta.refusal;
  if (delta.reasoning_content) message.reasoning_content = (message.reasoning_content ?? "") + delta.reasoning_content;
  if (delta.reasoning_details)
    message.reasoning_details = [...(message.reasoning_details ?? []), ...delta.reasoning_details];
  for (const part of delta.tool_calls ?? []) {
    const open = calls[part.index];
    if (open !== undefined) {
      open.function.arguments += part.function?.arguments ?? "";
    } else if (part.index === calls.length && part.id && part.type === "function" && part.function?.name) {
      calls.push({
        id: part.id,
        type: "function",
        function: { name: part.function.name, arguments: part.function.arguments ?? "" },
      });
    } else {
      throw new Error(`A tool call that starts without its identity: ${JSON.stringify(part)}`);
    }
  }
}

export async function openaiFailure(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (thrown) {
    if (!(thrown instanceof OpenAI.APIError)) throw thrown;
    return {
      name: thrown.constructor.name,
      status: thrown.status,
      type: thrown.type ?? undefined,
      message: thrown.message,
      requestId: thrown.requestID ?? undefined,
      headers: thrown.headers,
    };
  }
  throw new Error("The call succeeded.");
}
