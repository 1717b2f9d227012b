import type { Call, Endpoint } from "../../api.ts";
import { deltasOf } from "../../deltas.ts";
import { canonicalJson, hash } from "../../hash.ts";
import { isArray, isObject, type Json, type JsonObject } from "../../json.ts";
import type { Prompt } from "../../prompt.ts";
import type { Frame, Reply } from "../../reply.ts";
import type { Said } from "../../said.ts";
import type { Behaviour } from "../../script/behaviour.ts";
import { speak, type Voice } from "../../speak.ts";
import { countTokens } from "../../tokens.ts";
import { finishReason } from "../completion.ts";
import { openaiReply, openaiStream } from "../openai-reply.ts";
import { stops } from "../read-prompt.ts";
import { checkCompletions } from "./check-completions.ts";

/** `POST /v1/completions`, the API before Chat Completions (OpenAI SDK 7.55, `Completion`). */
export const completionsEndpoint: Endpoint = {
  method: "POST",
  path: /^\/v1\/completions$/,
  takes: "json",
  runsModel: true,
  model: ({ body }) => (isObject(body) ? String(body["model"]) : ""),
  check: ({ body, state }) => checkCompletions(body, state.settings.models),
  answer: (call, behaviour) => reply(call, isObject(call.body) ? call.body : {}, behaviour),
};

const defaultMaxTokens = 16;

/** A text model calls no tools and hides no thoughts. */
const voice: Voice = { toolCallId: () => "", signature: () => "", redacted: (_, data) => data };

function reply(call: Call, body: JsonObject, behaviour: Behaviour): Reply {
  const { stream: _, stream_options: __, ...asked } = body;
  const prompts = promptsOf(body["prompt"]);
  const each = typeof body["n"] === "number" ? body["n"] : 1;
  const answers = prompts.flatMap((prompt) =>
    Array<readonly [string, Said]>(each).fill([prompt, speak(readPrompt(body, prompt), behaviour, voice)]),
  );
  const head = {
    id: `cmpl-${hash(canonicalJson(asked))}`,
    object: "text_completion",
    created: call.now.createdAt,
    model: body["model"] ?? null,
  };
  const input = prompts.reduce((sum, prompt) => sum + countTokens(prompt), 0);
  const output = answers.reduce((sum, [, said]) => sum + said.outputTokens, 0);
  const counted = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  const usage =
    behaviour.usage === null ? {} : { usage: { ...counted, ...(isObject(behaviour.usage) ? behaviour.usage : {}) } };
  const texts = answers.map(([prompt, said]) => ({
    said,
    text: `${body["echo"] === true ? prompt : ""}${textOf(said)}`,
  }));
  if (body["stream"] !== true) {
    const choices = texts.map(({ text, said }, index) => choice(index, text, finishReason(said.stop, false)));
    return openaiReply({ ...head, choices, ...usage }, call.now);
  }
  const options = body["stream_options"];
  const counts = isObject(options) && options["include_usage"] === true ? [{ ...head, choices: [], ...usage }] : [];
  const chunks = texts.flatMap(({ text, said }, index) => [
    ...deltasOf(text, behaviour.deltaChars).map((delta) => choice(index, delta, null)),
    choice(index, "", finishReason(said.stop, false)),
  ]);
  return openaiStream({ frames: frames([...chunks.map((one) => ({ ...head, choices: [one] })), ...counts]) }, call.now);
}

function frames(chunks: readonly JsonObject[]): readonly Frame[] {
  return [...chunks.map((chunk) => ({ data: JSON.stringify(chunk) })), { data: "[DONE]", terminator: true }];
}

function choice(index: number, text: string, finish_reason: string | null): JsonObject {
  return { text, index, logprobs: null, finish_reason };
}

function textOf(said: Said): string {
  return said.parts.map((part) => (part.kind === "text" || part.kind === "refusal" ? part.text : "")).join("");
}

/** One text, several, one list of tokens, several. */
function promptsOf(prompt: Json | undefined): readonly string[] {
  if (!isArray(prompt)) return [String(prompt)];
  return prompt.every((token) => typeof token === "number") ? [prompt.join(" ")] : prompt.flatMap(promptsOf);
}

function readPrompt(body: JsonObject, text: string): Prompt {
  return {
    model: String(body["model"]),
    stream: body["stream"] === true,
    lastUserText: text,
    toolResults: [],
    tools: [],
    toolChoice: { kind: "none" },
    parallelTools: false,
    webSearch: false,
    schema: undefined,
    maxTokens: typeof body["max_tokens"] === "number" ? body["max_tokens"] : defaultMaxTokens,
    stopSequences: stops(body["stop"]),
    thinking: "off",
    usage: { uncached: countTokens(text), cacheRead: 0, cacheWrite: 0 },
    seed: hash(text),
    prefix: hash(text),
  };
}
