import OpenAI from "openai";
import { openaiFailure } from "./openai-sdk.ts";
import type { Answer, Ask, Image, Pdf, Sdk, Stop, ToolCall, Turn } from "./sdk.ts";

type Params = OpenAI.Responses.ResponseCreateParamsNonStreaming;
type Item = OpenAI.Responses.ResponseInputItem;
type Response = OpenAI.Responses.Response;
type Event = OpenAI.Responses.ResponseStreamEvent;
type OutputItem = Response["output"][number];

/** The Responses API of the `openai` package with nothing but its base URL changed; `baseUrl` ends in `/v1`. */
export function openaiResponsesSdk(baseUrl: string, apiKey = "anything"): Sdk {
  const client = new OpenAI({ baseURL: baseUrl, apiKey, maxRetries: 0, timeout: 20_000 });
  const { responses } = client;
  const options = (ask: Ask) => ({ headers: ask.headers ?? {} });

  const create = async (ask: Ask) => answerOf(await responses.create(paramsOf(ask), options(ask)));
  const iterate = async (ask: Ask) =>
    answerOf(await assemble(await responses.create({ ...paramsOf(ask), stream: true }, options(ask))));
  return {
    name: "openai 7.55.0 responses",
    wire: "openai-responses",
    create,
    iterate,
    helper: async (ask) => {
      const stream = responses.stream({ ...paramsOf(ask), stream: true }, options(ask));
      let text = "";
      stream.on("response.output_text.delta", (event) => {
        text += event.delta;
      });
      const answer = answerOf(await stream.finalResponse());
      if (text !== answer.text)
        throw new Error(`The deltas gave ${JSON.stringify(text)}, the response ${JSON.stringify(answer.text)}`);
      return answer;
    },
    // The SDK has no tool loop for this API; this is the one its documentation shows.
    runTools: async (ask, run, stream) => {
      let { turns } = ask;
      for (let round = 0; round < 10; round++) {
        const answer = await (stream ? iterate : create)({ ...ask, turns });
        if (answer.toolCalls.length === 0) return answer;
        const results = answer.toolCalls.map(({ id, name, input }) => ({ callId: id, text: run(name, input) }));
        turns = [...turns, { role: "assistant", answer }, { role: "tools", results }];
      }
      throw new Error("The model never stopped calling tools.");
    },
    parse: async (ask, schema) => (await responses.parse(paramsOf({ ...ask, schema }), options(ask))).output_parsed,
    parseStream: async (ask, schema) => {
      const stream = responses.stream({ ...paramsOf({ ...ask, schema }), stream: true }, options(ask));
      return (await stream.finalResponse()).output_parsed;
    },
    abort: async (ask) => {
      const stream = await responses.create({ ...paramsOf(ask), stream: true }, options(ask));
      for await (const event of stream) {
        if (event.type === "response.output_text.delta") stream.controller.abort();
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

function paramsOf(ask: Ask): Params {
  const { system, tools, toolChoice, maxTokens, schema } = ask;
  return {
    model: ask.model,
    input: ask.turns.flatMap(itemsOf),
    store: false,
    // Models that do not reason refuse to be asked for it.
    ...(ask.thinking && { include: ["reasoning.encrypted_content"] }),
    ...(system !== undefined && { instructions: system }),
    ...(tools && {
      tools: tools.map(({ name, description, parameters }) => ({
        type: "function" as const,
        name,
        description,
        parameters,
        strict: true,
      })),
    }),
    ...(toolChoice && {
      tool_choice: typeof toolChoice === "string" ? toolChoice : { type: "function", name: toolChoice.name },
    }),
    ...(ask.parallelToolCalls === false && { parallel_tool_calls: false }),
    ...(maxTokens !== undefined && { max_output_tokens: maxTokens }),
    ...(ask.thinking && { reasoning: { effort: "low", summary: "auto" } }),
    ...(schema && { text: { format: { type: "json_schema", name: "answer", schema, strict: true } } }),
  };
}

function itemsOf(turn: Turn): Item[] {
  switch (turn.role) {
    case "user": {
      const { text, image, pdf } = turn;
      if (image === undefined && pdf === undefined) return [{ role: "user", content: text }];
      return [{ role: "user", content: [{ type: "input_text", text }, ...imageParts(image), ...pdfParts(pdf)] }];
    }
    case "system":
      return [{ role: "developer", content: turn.text }];
    case "assistant":
      // Made by `answerOf` from this SDK's own output, as the vendor's documentation tells clients to send it back.
      return turn.answer.message as Item[];
    case "tools":
      return turn.results.map(({ callId, text }) => ({
        type: "function_call_output",
        call_id: callId,
        output: text,
      }));
  }
}

type Part = OpenAI.Responses.ResponseInputContent;

function imageParts(image: Image | undefined): Part[] {
  if (image === undefined) return [];
  const image_url = "url" in image ? image.url : `data:${image.mediaType};base64,${image.data}`;
  return [{ type: "input_image", image_url, detail: "auto" }];
}

function pdfParts(pdf: Pdf | undefined): Part[] {
  if (pdf === undefined) return [];
  return [{ type: "input_file", filename: pdf.name, file_data: `data:application/pdf;base64,${pdf.data}` }];
}

function answerOf(response: Response): Answer {
  if (response.object !== "response") throw new Error(`Not a response: ${JSON.stringify(response)}`);
  // The SDK resolves with a response that failed, and leaves it to its user to look.
  if (response.error !== null) throw failed(response);
  const { output, usage } = response;
  const toolCalls = output.flatMap(callsOf);
  const parts = output.flatMap((item) => (item.type === "message" ? item.content : []));
  const refusal = parts.map((part) => (part.type === "refusal" ? part.refusal : "")).join("");
  return {
    id: response.id,
    model: response.model,
    text: parts.map((part) => (part.type === "output_text" ? part.text : "")).join(""),
    thinking: output
      .map((item) => (item.type === "reasoning" ? item.summary.map(({ text }) => text).join("\n\n") : ""))
      .join(""),
    refusal: refusal === "" ? undefined : refusal,
    toolCalls,
    stop: stopOf(response, toolCalls.length > 0, refusal !== ""),
    usage: usage && {
      input: usage.input_tokens,
      cached: usage.input_tokens_details.cached_tokens,
      output: usage.output_tokens,
      reasoning: usage.output_tokens_details.reasoning_tokens,
    },
    message: JSON.parse(JSON.stringify(output, (key, value) => (isParsed(key) ? undefined : value))),
  };
}

/** The helpers add what they parsed; it is no part of the API. */
function isParsed(key: string): boolean {
  return key === "parsed" || key === "parsed_arguments";
}

function stopOf({ status, incomplete_details }: Response, hasCalls: boolean, hasRefusal: boolean): Stop {
  if (hasCalls) return "tools";
  if (status === "incomplete") return incomplete_details?.reason === "content_filter" ? "refusal" : "length";
  if (status !== "completed") throw new Error(`Unexpected status: ${status}`);
  return hasRefusal ? "refusal" : "stop";
}

function callsOf(item: OutputItem): ToolCall[] {
  return item.type === "function_call"
    ? [{ id: item.call_id, name: item.name, input: JSON.parse(item.arguments) }]
    : [];
}

/** Checks every event against what came before, as a careful client would, and gives what the last one holds. */
async function assemble(events: AsyncIterable<Event>): Promise<Response> {
  let sequence = 0;
  const deltas = new Map<string, string>();
  const open = new Map<number, string | undefined>();
  const done: OutputItem[] = [];
  for await (const event of events) {
    // One that the gateway adds to a stream which broke has no place in it.
    if (event.type === "response.failed") throw failed(event.response);
    if (event.sequence_number !== sequence)
      throw new Error(`sequence_number ${event.sequence_number}, not ${sequence}`);
    if ((sequence === 0) !== (event.type === "response.created")) throw new Error(`Out of order: ${event.type}`);
    sequence += 1;
    switch (event.type) {
      case "response.output_item.added":
        if (open.has(event.output_index)) throw new Error(`output_index ${event.output_index} came twice`);
        if (event.output_index !== open.size) throw new Error(`A gap before output_index ${event.output_index}`);
        open.set(event.output_index, event.item.id);
        break;
      case "response.output_text.delta":
      case "response.function_call_arguments.delta":
      case "response.reasoning_summary_text.delta":
        if (open.get(event.output_index) !== event.item_id)
          throw new Error(`A delta of an unknown item: ${event.item_id}`);
        deltas.set(event.item_id, (deltas.get(event.item_id) ?? "") + event.delta);
        break;
      case "response.output_item.done":
        if (open.get(event.output_index) !== event.item.id) throw new Error(`Done without added: ${event.item.id}`);
        checkDeltas(event.item, deltas);
        done.push(event.item);
        break;
      case "response.completed":
      case "response.incomplete":
        if (JSON.stringify(event.response.output) !== JSON.stringify(done))
          throw new Error("The end differs from the items");
        return event.response;
      default:
    }
  }
  throw new Error("The stream ended without a terminal event");
}

function failed({ error }: Response): InstanceType<typeof OpenAI.APIError> {
  return new OpenAI.APIError(undefined, error ?? undefined, error?.message, undefined);
}

function checkDeltas(item: OutputItem, deltas: ReadonlyMap<string, string>): void {
  const told = deltas.get(item.id ?? "") ?? "";
  const whole =
    item.type === "message"
      ? item.content.map((part) => (part.type === "output_text" ? part.text : "")).join("")
      : item.type === "function_call"
        ? item.arguments
        : item.type === "reasoning"
          ? item.summary.map(({ text }) => text).join("")
          : told;
  if (told !== whole) throw new Error(`The deltas gave ${JSON.stringify(told)}, the item ${JSON.stringify(whole)}`);
}
