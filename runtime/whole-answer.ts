import type { AnswerBody, AnsweredCall, AttemptOutcome } from "./attempt.ts";
import { continuedAnswer } from "./continued-answer.ts";
import { judgeAnswer } from "./judge-answer.ts";
import { decodeAnswer, readAnswer } from "./read-answer.ts";
import type { Response as Answer } from "./wire/canonical.ts";
import type { ReplyContext } from "./wire/codec.ts";
import { replay } from "./wire/replay.ts";

/** An answer in one JSON body: bytes where the formats agree and nothing has to look at it, else decoded and encoded. */
export async function wholeAnswer(call: AnsweredCall): Promise<AttemptOutcome> {
  const { input, prepared, upstream } = call;
  const read = await readAnswer(call);
  if (read.kind === "failed") return read;
  const { bytes } = read;
  const forward = prepared.native && !input.facts.stream;
  if (forward && input.validate.length === 0 && !mentionsError(bytes)) {
    return {
      kind: "answered",
      body: { kind: "whole", bytes },
      verdict: { kind: "not-applicable" },
      losses: [],
      upstream,
    };
  }

  const first = decodeAnswer(call, bytes);
  if (first.kind === "failed") return first;
  const decoded = prepared.native ? first : await continuedAnswer(call, first);
  if (decoded.kind === "failed") return decoded;
  const verdict = await judgeAnswer(call, decoded.value.blocks);
  const context = input.context(call.target.model);
  const body: AnswerBody = forward
    ? { kind: "whole", bytes }
    : { kind: "whole", bytes: encodeAnswer(call, decoded.value, context) };
  return { kind: "answered", body, verdict, losses: [...prepared.losses, ...decoded.losses], upstream };
}

/** One JSON body in the client's format; as a stream in one burst when that is what the client asked for. */
function encodeAnswer(call: AnsweredCall, response: Answer, context: ReplyContext): Uint8Array {
  const { codec } = call.input.client;
  if (!call.input.facts.stream)
    return new TextEncoder().encode(JSON.stringify(codec.encodeResponse(response, context)));
  const writer = codec.streamWriter(context);
  return new TextEncoder().encode(
    replay(response)
      .map((event) => writer.push(event))
      .join(""),
  );
}

/** An error object inside a 200 begins with its `error` member, or `type`; a real answer has no such word up front. */
function mentionsError(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 64)).includes('"error"');
}
