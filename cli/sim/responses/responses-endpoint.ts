import type { Call, Endpoint } from "../api.ts";
import { bodyModel, bodyOf } from "../call-body.ts";
import { alphanumericHash } from "../hash.ts";
import { errorType } from "../openai/errors.ts";
import { openaiReply, openaiStream } from "../openai/openai-reply.ts";
import type { Behaviour } from "../script/behaviour.ts";
import { problemOf } from "../script/scripted-reply.ts";
import { scriptedUsage } from "../script/scripted-usage.ts";
import { speak, type Voice } from "../speak.ts";
import { checkResponses } from "./check-responses.ts";
import { outputItems } from "./output-items.ts";
import { readPrompt } from "./read-prompt.ts";
import { type ResponsesRequest, readRequest } from "./request.ts";
import type { ResponseAnswer } from "./response-answer.ts";
import { responseEvents } from "./response-frames.ts";
import { openResponse, responseObject } from "./response-object.ts";
import { responsesShape } from "./responses-shape.ts";
import { usageOf } from "./usage.ts";

/** `POST /v1/responses`, checked against the types of OpenAI's SDK 7.55. */
export const responsesEndpoint: Endpoint = {
  method: "POST",
  path: /^\/v1\/responses$/,
  takes: "json",
  runsModel: true,
  model: bodyModel,
  check: (call) => checkResponses(call, responsesShape),
  answer: (call, behaviour) => {
    const request = readRequest(bodyOf(call), call);
    const answer = responseAnswer(request, call, behaviour);
    const { body } = request;
    if (body["store"] !== false) store(answer, request, call);
    if (body["stream"] === true) {
      const problem = problemOf(behaviour, behaviour.errorType ?? errorType(500), behaviour.status ?? 500);
      return openaiStream(responseEvents(answer, problem), call.now);
    }
    return openaiReply(body["background"] === true ? openResponse(answer, "queued") : responseObject(answer), call.now);
  },
};

/** Reasoning is sealed with the id of its item, so there is nothing to sign before there are items. */
const voice: Voice = {
  toolCallId: (seed, index) => `call_${alphanumericHash(`${seed}:${index}`)}`,
  signature: () => "",
  redacted: (_, data) => data,
};

function responseAnswer(request: ResponsesRequest, call: Call, behaviour: Behaviour): ResponseAnswer {
  const prompt = readPrompt(request, call.state.cache, call.key);
  const said = speak(prompt, behaviour, voice);
  return {
    id: `resp_${alphanumericHash(prompt.seed)}`,
    body: request.body,
    output: outputItems(said, request.body, prompt.seed),
    stop: said.stop,
    usage: scriptedUsage(usageOf(prompt.usage, said), behaviour),
    createdAt: call.now.createdAt,
    deltaChars: behaviour.deltaChars,
  };
}

/** In the background the answer is there from the second look on. */
function store(answer: ResponseAnswer, { items, earlier, body }: ResponsesRequest, { state, key }: Call): void {
  const finished = responseObject(answer);
  const waiting = body["background"] === true && body["stream"] !== true;
  const numbered = items.map((item, index) => ({ id: `msg_${alphanumericHash(`${answer.id} in ${index}`)}`, ...item }));
  state.keeps.responses.set(key, answer.id, {
    input: [...earlier, ...numbered],
    response: waiting ? openResponse(answer, "queued") : finished,
    ...(waiting ? { finished } : {}),
  });
}
