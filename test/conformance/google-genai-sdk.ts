import {
  ApiError,
  type CallableTool,
  type Content,
  FinishReason,
  FunctionCallingConfigMode,
  type FunctionDeclaration,
  type GenerateContentConfig,
  type GenerateContentParameters,
  type GenerateContentResponse,
  GoogleGenAI,
  type Part,
} from "@google/genai";
import type { Answer, Ask, Failure, Image, Pdf, Sdk, Stop, ToolCall, Turn } from "./sdk.ts";

/** The `@google/genai` package with nothing but its base URL changed. */
export function googleGenaiSdk(baseUrl: string, apiKey = "anything"): Sdk {
  const client = new GoogleGenAI({ apiKey, httpOptions: { baseUrl, timeout: 20_000 } });
  const { models } = client;
  const create = async (ask: Ask) => answerOf(await models.generateContent(paramsOf(ask)));
  const iterate = async (ask: Ask) => answerOf(await assemble(await models.generateContentStream(paramsOf(ask))));
  return {
    name: "google-genai 3.1.0",
    wire: "gemini",
    create,
    iterate,
    /** Its chat keeps the history itself, and only what it finds valid. */
    helper: async (ask) => {
      const { model, contents, config = {} } = paramsOf(ask);
      const history = [...contents];
      const last = history.pop();
      const chat = client.chats.create({ model, config, history });
      const stream = await chat.sendMessageStream({ message: last?.parts ?? [] });
      const answer = answerOf(await assemble(stream));
      if (answer.stop === "refusal") return answer;
      // It keeps one content for every chunk.
      const all = chat.getHistory(true);
      const kept = all.slice(all.findLastIndex(({ role }) => role === "user") + 1);
      const said = kept.flatMap(({ parts = [] }) => parts.map((part) => (part.thought ? "" : (part.text ?? ""))));
      if (kept.length === 0) throw new Error("The chat kept no answer");
      if (said.join("") !== answer.text)
        throw new Error(`The stream gave ${JSON.stringify(answer.text)}, the chat kept ${JSON.stringify(said)}`);
      return answer;
    },
    /** The SDK's automatic function calling. */
    runTools: async (ask, run, stream) => {
      const params = paramsOf(ask);
      const tool: CallableTool = {
        tool: () => Promise.resolve({ functionDeclarations: declarations(ask) }),
        callTool: (calls) =>
          Promise.resolve(
            calls.map(({ id, name = "", args }): Part => {
              const response = { output: run(name, args) };
              return { functionResponse: { ...(id === undefined ? {} : { id }), name, response } };
            }),
          ),
      };
      const withTool = { ...params, config: { ...params.config, tools: [tool] } };
      if (!stream) return answerOf(await models.generateContent(withTool));
      // Every round of the loop arrives in one stream; the answer is what follows the last call.
      const chunks: GenerateContentResponse[] = [];
      for await (const chunk of await models.generateContentStream(withTool)) {
        if (partsOf(chunk).some((part) => part.functionCall ?? part.functionResponse)) chunks.length = 0;
        else chunks.push(chunk);
      }
      return answerOf(await assemble(chunks));
    },
    parse: async (ask, schema) => JSON.parse((await create({ ...ask, schema })).text),
    parseStream: async (ask, schema) => JSON.parse((await iterate({ ...ask, schema })).text),
    abort: async (ask) => {
      const abort = new AbortController();
      const params = paramsOf(ask);
      const stream = await models.generateContentStream({
        ...params,
        config: { ...params.config, abortSignal: abort.signal },
      });
      try {
        for await (const chunk of stream) if (chunk.text) abort.abort();
      } catch (thrown) {
        if (!abort.signal.aborted) throw thrown;
      }
    },
    models: async () => {
      const ids: string[] = [];
      for await (const { name = "" } of await models.list()) ids.push(name.replace(/^models\//, ""));
      return ids;
    },
    failure: failureOf,
  };
}

function paramsOf(ask: Ask): GenerateContentParameters & { contents: Content[] } {
  const { system, tools, stop, maxTokens, schema, headers } = ask;
  const config: GenerateContentConfig = {
    ...(system !== undefined && { systemInstruction: system }),
    ...(tools && { tools: [{ functionDeclarations: declarations(ask) }] }),
    ...choiceOf(ask),
    ...(stop && { stopSequences: [...stop] }),
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
    ...(ask.thinking && { thinkingConfig: { thinkingBudget: 2048, includeThoughts: true } }),
    ...(schema && { responseMimeType: "application/json", responseJsonSchema: schema }),
    ...(headers && { httpOptions: { headers: { ...headers } } }),
  };
  return { model: ask.model, contents: contentsOf(ask.turns), config };
}

function declarations({ tools = [] }: Ask): FunctionDeclaration[] {
  return tools.map(({ name, description, parameters }) => ({ name, description, parametersJsonSchema: parameters }));
}

function choiceOf({ toolChoice }: Ask): Pick<GenerateContentConfig, "toolConfig"> {
  if (toolChoice === undefined) return {};
  const functionCallingConfig =
    typeof toolChoice === "object"
      ? { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: [toolChoice.name] }
      : { mode: modes[toolChoice] };
  return { toolConfig: { functionCallingConfig } };
}

const modes = {
  auto: FunctionCallingConfigMode.AUTO,
  required: FunctionCallingConfigMode.ANY,
  none: FunctionCallingConfigMode.NONE,
} as const;

function contentsOf(turns: readonly Turn[]): Content[] {
  const answers = turns.flatMap((turn) => (turn.role === "assistant" ? turn.answer.toolCalls : []));
  const names = new Map(answers.map(({ id, name }) => [id, name]));
  return turns.map((turn) => contentOf(turn, names));
}

function contentOf(turn: Turn, names: ReadonlyMap<string, string>): Content {
  switch (turn.role) {
    case "user":
      return { role: "user", parts: [{ text: turn.text }, ...imageParts(turn.image), ...pdfParts(turn.pdf)] };
    case "system":
      throw new Error("The Gemini API has no system text inside a conversation.");
    case "assistant":
      // Made by `answerOf` from this SDK's own content, as the vendor's documentation tells clients to send it back.
      return turn.answer.message as Content;
    case "tools":
      return {
        role: "user",
        parts: turn.results.map(({ callId, text }) => ({
          functionResponse: { id: callId, name: names.get(callId) ?? callId, response: { output: text } },
        })),
      };
  }
}

function imageParts(image: Image | undefined): Part[] {
  if (image === undefined) return [];
  if ("url" in image) return [{ fileData: { fileUri: image.url, mimeType: "image/png" } }];
  return [{ inlineData: { mimeType: image.mediaType, data: image.data } }];
}

function pdfParts(pdf: Pdf | undefined): Part[] {
  return pdf === undefined ? [] : [{ inlineData: { mimeType: "application/pdf", data: pdf.data } }];
}

function partsOf(response: GenerateContentResponse): Part[] {
  return response.candidates?.[0]?.content?.parts ?? [];
}

function answerOf(response: GenerateContentResponse): Answer {
  const candidate = response.candidates?.[0];
  const parts = partsOf(response);
  const blocked = response.promptFeedback?.blockReason;
  if (candidate?.content?.role !== "model" && blocked === undefined && candidate?.finishReason !== FinishReason.SAFETY)
    throw new Error(`Not an answer: ${JSON.stringify(response)}`);
  const calls = parts.flatMap(({ functionCall }) => (functionCall === undefined ? [] : [functionCall]));
  const toolCalls = calls.map(({ id, name, args }, index): ToolCall => {
    if (name === undefined || args === undefined) throw new Error(`A call without a name: ${JSON.stringify(calls)}`);
    // Models before Gemini 3 give no ids: their results are told apart by their order.
    return { id: id ?? `${name}_${index}`, name, input: args };
  });
  const stop = stopOf(candidate?.finishReason, toolCalls.length > 0, blocked !== undefined);
  const { usageMetadata: usage } = response;
  return {
    id: response.responseId ?? "",
    model: response.modelVersion ?? "",
    text: parts.map((part) => (part.thought ? "" : (part.text ?? ""))).join(""),
    thinking: parts.map((part) => (part.thought ? (part.text ?? "") : "")).join(""),
    refusal: stop === "refusal" ? (candidate?.finishMessage ?? blocked ?? candidate?.finishReason ?? "") : undefined,
    toolCalls,
    stop,
    usage: usage && {
      input: usage.promptTokenCount ?? 0,
      cached: usage.cachedContentTokenCount ?? 0,
      output: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
      reasoning: usage.thoughtsTokenCount ?? 0,
    },
    message: candidate?.content ?? { role: "model", parts: [] },
  };
}

function stopOf(finish: FinishReason | undefined, hasCalls: boolean, blocked: boolean): Stop {
  if (blocked) return "refusal";
  if (finish === FinishReason.STOP) return hasCalls ? "tools" : "stop";
  if (finish === FinishReason.MAX_TOKENS) return "length";
  if (finish === FinishReason.SAFETY) return "refusal";
  throw new Error(`Unexpected finishReason: ${finish}`);
}

/** Puts chunks together as a careful client would: parts in order, the rest from the last chunk that says it. */
async function assemble(
  chunks: AsyncIterable<GenerateContentResponse> | Iterable<GenerateContentResponse>,
): Promise<GenerateContentResponse> {
  let whole: GenerateContentResponse | undefined;
  const parts: Part[] = [];
  for await (const chunk of chunks) {
    const candidate = chunk.candidates?.[0];
    if (whole?.candidates?.[0]?.finishReason !== undefined && candidate !== undefined)
      throw new Error(`A chunk after the end: ${JSON.stringify(chunk)}`);
    for (const part of candidate?.content?.parts ?? []) join(parts, part);
    const before: GenerateContentResponse | undefined = whole;
    whole = Object.assign(chunk, {
      responseId: chunk.responseId ?? before?.responseId,
      modelVersion: chunk.modelVersion ?? before?.modelVersion,
      usageMetadata: chunk.usageMetadata ?? before?.usageMetadata,
      promptFeedback: chunk.promptFeedback ?? before?.promptFeedback,
      candidates: candidate === undefined ? (before?.candidates ?? []) : chunk.candidates,
    });
  }
  const last = whole?.candidates?.[0];
  if (whole === undefined || (last?.finishReason === undefined && whole.promptFeedback === undefined))
    throw new Error("The stream ended without finishReason");
  if (last !== undefined) last.content = { role: last.content?.role ?? "", parts };
  return whole;
}

/** Pieces of one text become one part; what carries a signature stays by itself. */
function join(parts: Part[], part: Part): void {
  const last = parts.at(-1);
  const isText = (one: Part | undefined) => one?.text !== undefined && one.thoughtSignature === undefined;
  if (last !== undefined && isText(last) && isText(part) && (last.thought ?? false) === (part.thought ?? false))
    parts[parts.length - 1] = { ...last, text: (last.text ?? "") + (part.text ?? "") };
  else if (part.text !== "" || part.thoughtSignature !== undefined) parts.push(part);
}

async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    const body: { error?: { status?: string; message?: string } } = parsed(thrown.message);
    return {
      name: thrown.name,
      status: thrown.status,
      type: body.error?.status,
      message: body.error?.message ?? thrown.message,
      requestId: undefined,
      headers: undefined,
    };
  }
  throw new Error("The call succeeded.");
}

function parsed(text: string): { error?: { status?: string; message?: string } } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
