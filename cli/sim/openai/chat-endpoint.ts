import type { Circumstances, Endpoint } from "../api.ts";
import { bodyModel, bodyOf } from "../call-body.ts";
import { alphanumericHash } from "../hash.ts";
import { isArray, isObject, type JsonObject } from "../json.ts";
import type { Prompt } from "../prompt.ts";
import type { Reply } from "../reply.ts";
import type { Behaviour } from "../script/behaviour.ts";
import { plainModel } from "../script/directive.ts";
import { scriptedUsage } from "../script/scripted-usage.ts";
import { speak, type Voice } from "../speak.ts";
import type { ChatAnswer } from "./chat-answer.ts";
import { checkChat } from "./check-chat.ts";
import { completion } from "./completion.ts";
import { completionFrames } from "./completion-frames.ts";
import { chatModel } from "./models.ts";
import { openaiReply, openaiStream } from "./openai-reply.ts";
import { readPrompt } from "./read-prompt.ts";
import { withReasonedCalls } from "./reasoned-call-id.ts";
import { usageOf } from "./usage.ts";

/** `POST /v1/chat/completions`, checked against the types of OpenAI's SDK 7.55. */
export const chatEndpoint: Endpoint = {
  method: "POST",
  path: /^\/v1\/chat\/completions$/,
  takes: "json",
  runsModel: true,
  model: bodyModel,
  check: ({ body, state }) => checkChat(body, state.settings.models),
  answer: (call, behaviour) => {
    const body = bodyOf(call);
    return reply(chatAnswer(body, readPrompt(body, call.state.cache, call.key), behaviour, call.now), call.now);
  },
};

/** Nothing is ever signed here. */
const voice: Voice = {
  toolCallId: (seed, index) => `call_${alphanumericHash(`${seed}:${index}`)}`,
  signature: () => "",
  redacted: (_, data) => data,
};

function chatAnswer(body: JsonObject, prompt: Prompt, behaviour: Behaviour, now: Circumstances): ChatAnswer {
  const { showsReasoning } = chatModel(plainModel(prompt.model));
  const spoken = speak(prompt, behaviour, voice);
  const said = showsReasoning ? withReasonedCalls(spoken) : spoken;
  const choices = typeof body["n"] === "number" ? body["n"] : 1;
  const options = body["stream_options"];
  return {
    prompt,
    said,
    createdAt: now.createdAt,
    choices,
    showsReasoning,
    legacyFunctions: isArray(body["functions"]),
    includeUsage: isObject(options) && options["include_usage"] === true,
    usage: scriptedUsage(usageOf(prompt.usage, said, choices), behaviour),
    deltaChars: behaviour.deltaChars,
  };
}

function reply(answer: ChatAnswer, now: Circumstances): Reply {
  return answer.prompt.stream
    ? openaiStream({ frames: completionFrames(answer) }, now)
    : openaiReply(completion(answer), now);
}
