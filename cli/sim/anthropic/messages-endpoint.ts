import type { Circumstances, Endpoint } from "../api.ts";
import { bodyModel, bodyOf } from "../call-body.ts";
import { alphanumericHash } from "../hash.ts";
import type { JsonObject } from "../json.ts";
import type { Prompt } from "../prompt.ts";
import type { Reply } from "../reply.ts";
import type { Behaviour } from "../script/behaviour.ts";
import { scriptedUsage } from "../script/scripted-usage.ts";
import { redact, sign } from "../signature.ts";
import { speak, type Voice } from "../speak.ts";
import { checkMessages } from "./check-messages.ts";
import { message } from "./message.ts";
import type { MessageAnswer } from "./message-answer.ts";
import { messageFrames } from "./message-frames.ts";
import { readPrompt } from "./read-prompt.ts";
import { usageOf } from "./usage.ts";

/** `POST /v1/messages`, checked against the types of Anthropic's SDK 1.11 and, for version 2023-06-01, 0.137. */
export const messagesEndpoint: Endpoint = {
  method: "POST",
  path: /^\/v1\/messages$/,
  takes: "json",
  runsModel: true,
  model: bodyModel,
  check: ({ body, headers, state }) => checkMessages(body, headers, state.settings.models),
  answer: (call, behaviour) => {
    const body = bodyOf(call);
    return reply(messageAnswer(body, readPrompt(body, call.state.cache, call.key), behaviour), call.now);
  },
};

const voice: Voice = {
  toolCallId: (seed, index) => `toolu_01${alphanumericHash(`${seed}:${index}`).slice(0, 22)}`,
  signature: (prompt, thinking) => sign(prompt.prefix, thinking),
  redacted: (prompt, data) => redact(prompt.prefix, data),
};

function messageAnswer(body: JsonObject, prompt: Prompt, behaviour: Behaviour): MessageAnswer {
  const said = speak(prompt, behaviour, voice);
  const longLived = JSON.stringify(body).includes('"ttl":"1h"');
  return {
    prompt,
    said,
    usage: scriptedUsage(usageOf(prompt.usage, said, longLived), behaviour),
    deltaChars: behaviour.deltaChars,
  };
}

function reply(answer: MessageAnswer, now: Circumstances): Reply {
  const reset = new Date((now.createdAt + 1) * 1000).toISOString().replace(".000", "");
  const headers = {
    "request-id": now.requestId,
    "anthropic-organization-id": "00000000-0000-4000-8000-000000000000",
    "anthropic-ratelimit-requests-limit": "4000",
    "anthropic-ratelimit-requests-remaining": "3999",
    "anthropic-ratelimit-requests-reset": reset,
    "anthropic-ratelimit-tokens-limit": "480000",
    "anthropic-ratelimit-tokens-remaining": "479000",
    "anthropic-ratelimit-tokens-reset": reset,
  };
  if (answer.prompt.stream) {
    return {
      status: 200,
      headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", ...headers },
      body: { kind: "events", frames: messageFrames(answer) },
    };
  }
  return {
    status: 200,
    headers: { "content-type": "application/json", ...headers },
    body: { kind: "whole", bytes: JSON.stringify(message(answer)) },
  };
}
