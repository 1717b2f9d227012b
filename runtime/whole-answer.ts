import { type AnswerBody, type AnsweredCall, type AttemptOutcome, failed } from "./attempt.ts";
import { failure } from "./errors.ts";
import { judgeAnswer } from "./judge-answer.ts";
import { looksWhole } from "./looks-whole.ts";
import { readAll } from "./read-all.ts";
import type { Response as Answer, Json, WireError } from "./wire/canonical.ts";
import { emptyAnswerMap, type ReplyContext } from "./wire/codec.ts";
import { replay } from "./wire/replay.ts";

/** An answer in one JSON body: bytes where the formats agree and nothing has to look at it, else decoded and encoded. */
export async function wholeAnswer(call: AnsweredCall): Promise<AttemptOutcome> {
  const { input, deps, prepared, upstream } = call;
  const whole = await readAll(call.body, deps.gateway.catalog.limits.maxResponseBytes);
  if (whole.kind === "failed") return failed(whole.error, upstream);
  const { bytes } = whole;
  if (!looksWhole(bytes)) return failed(notAnAnswer(call.target.provider), upstream);
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

  const json = parseJson(bytes);
  if (json === undefined) return failed(notAnAnswer(call.target.provider), upstream);
  const decoded = prepared.upstream.decodeResponse(json, prepared.native ? emptyAnswerMap : prepared.answer);
  if (decoded.kind === "failed") return failed(decoded.error, upstream);
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

function notAnAnswer(provider: string): WireError {
  return failure(
    "bad-upstream-answer",
    `Provider "${provider}" answered 200 with something that is not its API's JSON.`,
    {
      code: "upstream_invalid_response",
    },
  );
}

/** An error object inside a 200 begins with its `error` member, or `type`; a real answer has no such word up front. */
function mentionsError(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 64)).includes('"error"');
}

function parseJson(bytes: Uint8Array): Json | undefined {
  try {
    const json: Json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return json;
  } catch {
    return undefined;
  }
}
