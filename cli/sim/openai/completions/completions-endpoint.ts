import type { Call, Endpoint } from "../../api.ts";
import { bodyModel, bodyOf } from "../../call-body.ts";
import { deltasOf } from "../../deltas.ts";
import { isObject, type JsonObject } from "../../json.ts";
import type { Reply } from "../../reply.ts";
import type { Behaviour } from "../../script/behaviour.ts";
import { openaiReply, openaiStream } from "../openai-reply.ts";
import { checkCompletions } from "./check-completions.ts";
import { type Completions, completions } from "./completions.ts";

/** `POST /v1/completions`, the API before Chat Completions (OpenAI SDK 7.55, `Completion`). */
export const completionsEndpoint: Endpoint = {
  method: "POST",
  path: /^\/v1\/completions$/,
  takes: "json",
  runsModel: true,
  model: bodyModel,
  check: ({ body, state }) => checkCompletions(body, state.settings.models),
  answer: (call, behaviour) => {
    const answer = completions(bodyOf(call), behaviour, call.now.createdAt);
    return bodyOf(call)["stream"] === true ? streamed(answer, call, behaviour) : whole(answer, call);
  },
};

function whole({ head, choices, usage }: Completions, { now }: Call): Reply {
  const all = choices.map(({ text, finishReason }, index) => choice(index, text, finishReason));
  return openaiReply({ ...head, choices: all, ...(usage === undefined ? {} : { usage }) }, now);
}

/** The choices one after the other, then usage when asked for. */
function streamed({ head, choices, usage }: Completions, call: Call, behaviour: Behaviour): Reply {
  const options = bodyOf(call)["stream_options"];
  const counts = isObject(options) && options["include_usage"] === true && usage !== undefined;
  const chunks: readonly JsonObject[] = [
    ...choices.flatMap(({ text, finishReason }, index) => [
      ...deltasOf(text, behaviour.deltaChars).map((delta) => ({ ...head, choices: [choice(index, delta, null)] })),
      { ...head, choices: [choice(index, "", finishReason)] },
    ]),
    ...(counts ? [{ ...head, choices: [], usage }] : []),
  ];
  const frames = chunks.map((chunk) => ({ data: JSON.stringify(chunk) }));
  return openaiStream({ frames: [...frames, { data: "[DONE]", terminator: true }] }, call.now);
}

function choice(index: number, text: string, finish_reason: string | null): JsonObject {
  return { text, index, logprobs: null, finish_reason };
}
