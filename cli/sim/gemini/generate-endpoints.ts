import type { Call, Endpoint } from "../api.ts";
import { alphanumericHash } from "../hash.ts";
import type { Reply } from "../reply.ts";
import type { Behaviour } from "../script/behaviour.ts";
import { plainModel } from "../script/directive.ts";
import { problemOf } from "../script/scripted-reply.ts";
import { scriptedUsage } from "../script/scripted-usage.ts";
import { speak, type Voice } from "../speak.ts";
import { generateContent } from "./candidate.ts";
import { checkGenerate, modelOf, readBody } from "./check-generate.ts";
import type { ContentAnswer } from "./content-answer.ts";
import { contentArray, contentEvents } from "./content-frames.ts";
import { errorType } from "./errors.ts";
import { mediaUsage } from "./input-usage.ts";
import { geminiModel } from "./models.ts";
import { readPrompt } from "./read-prompt.ts";
import { generateShape } from "./request-shape.ts";
import { usageOf } from "./usage.ts";

const conversation = { method: "POST", takes: "json", runsModel: true, model: modelOf } as const;
const headers = { "content-type": "application/json; charset=UTF-8", "server-timing": "gfet4t7; dur=12" };

/** `:generateContent` and `:streamGenerateContent`, checked against the types of the Google GenAI SDK 3.1. */
export const generateEndpoints: readonly Endpoint[] = [
  {
    ...conversation,
    path: /^\/v1(?:beta)?\/models\/(?<model>[^/]+):generateContent$/,
    check: (call) => checkGenerate(call, "generateContent"),
    answer: (call, behaviour) => {
      const answer = contentAnswer(call, behaviour, false);
      const bytes = `${JSON.stringify(generateContent(answer), null, 2)}\n`;
      return { status: 200, headers, body: { kind: "whole", bytes } };
    },
  },
  {
    ...conversation,
    path: /^\/v1(?:beta)?\/models\/(?<model>[^/]+):streamGenerateContent$/,
    check: (call) => checkGenerate(call, "streamGenerateContent"),
    answer: (call, behaviour) => streamed(call, behaviour),
  },
];

function streamed(call: Call, behaviour: Behaviour): Reply {
  const answer = contentAnswer(call, behaviour, true);
  if (call.query.get("alt") === "sse")
    return { status: 200, headers: { ...headers, "content-type": "text/event-stream" }, body: contentEvents(answer) };
  const status = behaviour.status ?? 500;
  const problem = problemOf(behaviour, behaviour.errorType ?? errorType(status), status);
  return { status: 200, headers, body: contentArray(answer, problem) };
}

/** Signatures are of calls and of answers as a whole, so no single thought is signed. */
const voice: Voice = {
  toolCallId: (seed, index) => alphanumericHash(`${seed}:${index}`).slice(0, 8),
  signature: () => "",
  redacted: (_, data) => data,
};

function contentAnswer(call: Call, behaviour: Behaviour, stream: boolean): ContentAnswer {
  const body = readBody(call, generateShape);
  const model = modelOf(call);
  const prompt = { ...readPrompt(body, model, call.state.cache, call.key), stream };
  const said = speak(prompt, behaviour, voice);
  const { blockReason } = behaviour;
  const spoken = blockReason === undefined ? said : { outputTokens: 0, thinkingTokens: 0 };
  return {
    said,
    model,
    responseId: alphanumericHash(prompt.seed),
    prefix: prompt.prefix,
    generation: geminiModel(plainModel(model)).generation,
    blockReason,
    usage: scriptedUsage(usageOf(prompt.usage, mediaUsage(body), spoken), behaviour),
    deltaChars: behaviour.deltaChars,
  };
}
