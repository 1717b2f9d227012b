import type { Surface } from "../../contract.ts";
import type { Json, JsonObject } from "../canonical.ts";
import type { UpstreamCodec } from "../codec.ts";
import { arrayOf, isObject, parseJson } from "../json.ts";
import { openaiChat } from "../openai-chat/codec.ts";
import type { SseEvent } from "../sse.ts";

/** The models that OpenAI itself still serves there (platform.openai.com: deprecations). */
const completionModels = /(?:^|[-/])(?:instruct|babbage-002|davinci-002|text-davinci-003)/;

/** Models that only converse, whoever serves them; their vendors have no such API, or refuse them there. */
const conversationModels =
  /(?:^|\/)(?:gpt-[4-9]|chatgpt|o\d|claude|gemini|grok|command|sonar|deepseek-(?:chat|reasoner))/;

/**
 * The legacy API of upstreams that have it: OpenAI for its base models only, servers that are like OpenAI for all models
 * that do not only converse, unless they are said to lack it.
 */
export function nativeAt(surface: Surface, model: string): UpstreamCodec | undefined {
  const { format, path, dialect } = surface;
  const isServed = dialect.vendor ? completionModels.test(model) : !conversationModels.test(model);
  const lacks = dialect.lacks?.includes("completions") === true || !isServed;
  return format === "openai-chat" && path === undefined && !lacks ? completionsUpstream : undefined;
}

/** Chat Completions in all but where the text stands. */
const completionsUpstream: UpstreamCodec = {
  ...openaiChat,
  upstreamPath: () => "/v1/completions",
  decodeResponse: (body, answer) => openaiChat.decodeResponse(isObject(body) ? asChat(body, "message") : body, answer),
  streamReader: (answer) => {
    const reader = openaiChat.streamReader(answer);
    return { ...reader, push: (event) => reader.push(chatChunk(event)) };
  },
  streamTap: () => {
    const tap = openaiChat.streamTap();
    return { ...tap, push: (event) => tap.push(chatChunk(event)) };
  },
};

function chatChunk(event: SseEvent): SseEvent {
  const chunk = parseJson(event.data);
  return isObject(chunk) ? { ...event, data: JSON.stringify(asChat(chunk, "delta")) } : event;
}

function asChat(body: JsonObject, member: "message" | "delta"): JsonObject {
  if (body["choices"] === undefined) return body;
  return { ...body, choices: arrayOf(body["choices"]).map((choice) => chatChoice(choice, member)) };
}

function chatChoice(choice: Json, member: "message" | "delta"): Json {
  if (!isObject(choice)) return choice;
  const { text = null, ...rest } = choice;
  return { ...rest, [member]: { role: "assistant", content: text } };
}
