import Anthropic from "@anthropic-ai/sdk";
import { betaTool } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import { jsonSchemaOutputFormat } from "@anthropic-ai/sdk/helpers/json-schema";
import Anthropic0 from "anthropic-sdk-0";
import { betaTool as betaTool0 } from "anthropic-sdk-0/helpers/beta/json-schema";
import { jsonSchemaOutputFormat as jsonSchemaOutputFormat0 } from "anthropic-sdk-0/helpers/json-schema";
import { type AnswerEvent, assembleStrictly } from "./assemble-strictly.ts";
import type { Answer, Ask, Failure, Image, Pdf, Sdk, Stop, Turn } from "./sdk.ts";

type Message = Anthropic.Message;

/** The `@anthropic-ai/sdk` package with nothing but its base URL changed. */
export function anthropicSdk(baseUrl: string, apiKey = "anything"): Sdk {
  const client = new Anthropic({ baseURL: baseUrl, apiKey, maxRetries: 0, timeout: 20_000 });
  return sdkOf("anthropic 1.11.0", client, Anthropic.APIError, { jsonSchemaOutputFormat, betaTool });
}

/** The last major of `@anthropic-ai/sdk` that speaks API version 2023-06-01 and sends `x-api-key`. */
export function anthropicSdk0(baseUrl: string, apiKey = "anything"): Sdk {
  const client = new Anthropic0({ baseURL: baseUrl, apiKey, maxRetries: 0, timeout: 20_000 });
  const helpers = { jsonSchemaOutputFormat: jsonSchemaOutputFormat0, betaTool: betaTool0 };
  // The two majors differ in types this suite does not touch, so one set of calls serves both.
  return sdkOf("anthropic 0.137.0", client as unknown as Anthropic, Anthropic0.APIError, helpers as unknown as Helpers);
}

type Helpers = Readonly<{ jsonSchemaOutputFormat: typeof jsonSchemaOutputFormat; betaTool: typeof betaTool }>;
type ErrorClass = typeof Anthropic.APIError | typeof Anthropic0.APIError;

function sdkOf(name: string, client: Anthropic, errors: ErrorClass, helpers: Helpers): Sdk {
  const { messages } = client;
  const options = (ask: Ask) => ({ headers: ask.headers ?? {} });
  const formatted = (ask: Ask, schema: NonNullable<Ask["schema"]>) => ({
    ...messageParams(ask),
    output_config: { format: helpers.jsonSchemaOutputFormat(schema) },
  });
  return {
    name,
    wire: "anthropic-messages",
    create: async (ask) => answerOf(await messages.create(messageParams(ask), options(ask))),
    iterate: async (ask) => {
      const stream = await messages.create({ ...messageParams(ask), stream: true }, options(ask));
      // The SDK's types name more kinds of blocks than any test here asks for.
      return answerOf((await assembleStrictly(stream as AsyncIterable<AnswerEvent>)) as Message);
    },
    helper: async (ask) => {
      const stream = messages.stream(messageParams(ask), options(ask));
      let text = "";
      stream.on("text", (delta) => {
        text += delta;
      });
      const answer = answerOf(await stream.finalMessage());
      if (text !== answer.text)
        throw new Error(`The text events gave ${JSON.stringify(text)}, the message ${JSON.stringify(answer.text)}`);
      return answer;
    },
    runTools: async (ask, run, stream) => {
      const tools = (ask.tools ?? []).map((tool) =>
        helpers.betaTool({
          name: tool.name,
          description: tool.description,
          inputSchema: tool.parameters,
          run: (input) => run(tool.name, input),
        }),
      );
      // The beta API's types repeat the plain ones under other names.
      const runner = client.beta.messages.toolRunner({ ...messageParams(ask), tools, stream } as never, options(ask));
      return answerOf((await runner.runUntilDone()) as Message);
    },
    parse: async (ask, schema) => (await messages.parse(formatted(ask, schema), options(ask))).parsed_output,
    parseStream: async (ask, schema) => {
      const stream = messages.stream(formatted(ask, schema), options(ask));
      return (await stream.finalMessage()).parsed_output;
    },
    abort: async (ask) => {
      const stream = await messages.create({ ...messageParams(ask), stream: true }, options(ask));
      for await (const event of stream) {
        if (event.type === "content_block_delta") stream.controller.abort();
      }
    },
    models: async () => {
      const ids: string[] = [];
      for await (const model of client.models.list()) ids.push(model.id);
      return ids;
    },
    failure: (call) => failureOf(call, errors),
  };
}

function messageParams(ask: Ask): Anthropic.MessageCreateParamsNonStreaming {
  const { system, tools, stop, schema } = ask;
  return {
    model: ask.model,
    max_tokens: ask.maxTokens ?? 4096,
    messages: ask.turns.map(messageOf),
    ...(system !== undefined && { system }),
    ...(tools && {
      tools: tools.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters })),
    }),
    ...toolChoiceOf(ask),
    ...(stop && { stop_sequences: [...stop] }),
    ...(ask.thinking && { thinking: { type: "enabled", budget_tokens: 2048 } }),
    ...(schema && { output_config: { format: { type: "json_schema", schema } } }),
  };
}

function toolChoiceOf({ toolChoice, parallelToolCalls }: Ask): Pick<Anthropic.MessageCreateParams, "tool_choice"> {
  if (toolChoice === undefined && parallelToolCalls === undefined) return {};
  if (toolChoice === "none") return { tool_choice: { type: "none" } };
  const alone = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  if (typeof toolChoice === "object") return { tool_choice: { type: "tool", name: toolChoice.name, ...alone } };
  return { tool_choice: { type: toolChoice === "required" ? "any" : "auto", ...alone } };
}

function messageOf(turn: Turn): Anthropic.MessageParam {
  switch (turn.role) {
    case "user": {
      const { text, image, pdf } = turn;
      if (image === undefined && pdf === undefined) return { role: "user", content: text };
      return { role: "user", content: [{ type: "text", text }, ...imageBlocks(image), ...pdfBlocks(pdf)] };
    }
    case "system":
      return { role: "system", content: turn.text };
    case "assistant":
      // Made by `answerOf` from this SDK's own message, as the vendor's documentation tells clients to send it back.
      return { role: "assistant", content: (turn.answer.message as Message).content };
    case "tools":
      return {
        role: "user",
        content: turn.results.map(({ callId, text }) => ({
          type: "tool_result",
          tool_use_id: callId,
          content: text,
        })),
      };
  }
}

function imageBlocks(image: Image | undefined): Anthropic.ImageBlockParam[] {
  if (image === undefined) return [];
  const source =
    "url" in image
      ? ({ type: "url", url: image.url } as const)
      : ({ type: "base64", media_type: image.mediaType, data: image.data } as const);
  return [{ type: "image", source }];
}

function pdfBlocks(pdf: Pdf | undefined): Anthropic.DocumentBlockParam[] {
  if (pdf === undefined) return [];
  const source = { type: "base64", media_type: "application/pdf", data: pdf.data } as const;
  return [{ type: "document", source, title: pdf.name }];
}

function answerOf(message: Message): Answer {
  if (message.type !== "message" || message.role !== "assistant")
    throw new Error(`Not a message: ${JSON.stringify(message)}`);
  const { content, usage, stop_reason } = message;
  const stop = stop_reason === null ? undefined : stopReasons[stop_reason];
  if (stop === undefined) throw new Error(`Unexpected stop_reason: ${stop_reason}`);
  return {
    id: message.id,
    model: message.model,
    text: content.map((block) => (block.type === "text" ? block.text : "")).join(""),
    thinking: content.map((block) => (block.type === "thinking" ? block.thinking : "")).join(""),
    refusal: message.stop_details?.type === "refusal" ? (message.stop_details.explanation ?? "") : undefined,
    toolCalls: content.flatMap((block) =>
      block.type === "tool_use" ? [{ id: block.id, name: block.name, input: block.input }] : [],
    ),
    stop,
    usage: {
      input: usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
      cached: usage.cache_read_input_tokens ?? 0,
      output: usage.output_tokens,
      reasoning: usage.output_tokens_details?.thinking_tokens ?? 0,
    },
    message,
  };
}

const stopReasons: Readonly<Record<string, Stop>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  tool_use: "tools",
  refusal: "refusal",
};

async function failureOf(call: Promise<unknown>, errors: ErrorClass): Promise<Failure> {
  try {
    await call;
  } catch (thrown) {
    if (!(thrown instanceof errors)) throw thrown;
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
