import type { Api, Circumstances } from "../api.ts";
import { alphanumericHash } from "../hash.ts";
import { isArray, isObject, type JsonObject } from "../json.ts";
import type { Prompt } from "../prompt.ts";
import type { Reply } from "../reply.ts";
import type { Behaviour } from "../script/behaviour.ts";
import { speak, type Voice } from "../speak.ts";
import { authenticate, keyOf } from "./authenticate.ts";
import type { ChatAnswer } from "./chat-answer.ts";
import { checkChat } from "./check-chat.ts";
import { completion } from "./completion.ts";
import { completionFrames } from "./completion-frames.ts";
import { errorFrame, errorReply, errorType } from "./errors.ts";
import { modelList, modelObject, noModel } from "./model-list.ts";
import { readPrompt } from "./read-prompt.ts";
import { usageOf } from "./usage.ts";

/** OpenAI's Chat Completions, checked against the types of its SDK 7.55. */
export const openaiApi: Api = {
  path: "/v1/chat/completions",
  keyOf,
  authenticate,
  check: (body, _headers, models) => checkChat(body, models),
  answer: (body, headers, cache, behaviour, now) => {
    const prompt = readPrompt(body, cache, keyOf(headers) ?? "");
    return reply(chatAnswer(body, prompt, behaviour, now), now);
  },
  errorReply,
  errorFrame,
  errorType,
  models: (_headers, _query, models) => modelList(models),
  model: modelObject,
  noModel,
};

/** Chat Completions shows no thinking, so there is nothing to sign. */
const voice: Voice = {
  toolCallId: (seed, index) => `call_${alphanumericHash(`${seed}:${index}`)}`,
  signature: () => "",
  redacted: (_, data) => data,
};

function chatAnswer(body: JsonObject, prompt: Prompt, behaviour: Behaviour, now: Circumstances): ChatAnswer {
  const said = speak(prompt, behaviour, voice);
  const choices = typeof body["n"] === "number" ? body["n"] : 1;
  const options = body["stream_options"];
  return {
    prompt,
    said,
    createdAt: now.createdAt,
    choices,
    legacyFunctions: isArray(body["functions"]),
    includeUsage: isObject(options) && options["include_usage"] === true,
    usage:
      behaviour.usage === null
        ? undefined
        : { ...usageOf(prompt.usage, said, choices), ...jsonFields(behaviour.usage) },
    deltaChars: behaviour.deltaChars,
  };
}

function jsonFields(value: Behaviour["usage"]): JsonObject {
  return isObject(value) ? value : {};
}

function reply(answer: ChatAnswer, now: Circumstances): Reply {
  const headers = {
    "x-request-id": now.requestId,
    "openai-organization": "simulator",
    "openai-processing-ms": "12",
    "openai-version": "2020-10-01",
    "x-ratelimit-limit-requests": "10000",
    "x-ratelimit-limit-tokens": "2000000",
    "x-ratelimit-remaining-requests": "9999",
    "x-ratelimit-remaining-tokens": "1999000",
    "x-ratelimit-reset-requests": "6ms",
    "x-ratelimit-reset-tokens": "30ms",
  };
  if (answer.prompt.stream) {
    return {
      status: 200,
      headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", ...headers },
      body: { kind: "events", frames: completionFrames(answer) },
    };
  }
  return {
    status: 200,
    headers: { "content-type": "application/json", ...headers },
    body: { kind: "whole", bytes: `${JSON.stringify(completion(answer), null, 2)}\n` },
  };
}
