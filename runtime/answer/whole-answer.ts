import type { AnswerFilter } from "../adapt/answer-filter.ts";
import { spokenInBlocks } from "../money/spoken-chars.ts";
import { usedOf } from "../money/used.ts";
import type { AnsweredCall, Answer as Attempted, Failed } from "../upstream/attempt.ts";
import { renamedAnswer } from "../upstream/rename-model.ts";
import type { Response as Answer } from "../wire/canonical.ts";
import type { ReplyContext } from "../wire/codec.ts";
import { parseExactly } from "../wire/exact-json.ts";
import { replay } from "../wire/replay.ts";
import { continuedAnswer } from "./continued-answer.ts";
import { judgeAnswer } from "./judge-answer.ts";
import { decodeAnswer, readAnswer } from "./read-answer.ts";
import { sideAnswer } from "./side-answer.ts";

/**
 * An answer in one JSON body: its own bytes where the formats agree, else decoded and encoded. It is always read: a body
 * that was cut short, an error in a 200 and an answer without a word look like any other until then.
 */
export async function wholeAnswer(call: AnsweredCall): Promise<Attempted | Failed> {
  const { input, prepared, upstream } = call;
  if (prepared.side !== undefined) return await sideAnswer(call, prepared.side);
  const read = await readAnswer(call);
  if (read.kind === "failed") return read;
  const { bytes } = read;
  const first = decodeAnswer(call, bytes);
  if (first.kind === "failed") return first;
  const decoded = prepared.native ? first : await continuedAnswer(call, first);
  if (decoded.kind === "failed") return decoded;
  const used = usedOf({
    reported: decoded.value.usage,
    isWhole: true,
    spokenChars: spokenInBlocks(decoded.value.blocks),
    estimatedInput: input.estimatedTokens,
  });
  const { id, model, stop } = decoded.value;
  const said = { id, model, stop: stop.reason };
  const verdict = await judgeAnswer(call, decoded.value.blocks);
  const keepsText = prepared.surface.dialect.reasoningRequired;
  if (!prepared.native || keepsText) call.deps.reasoning.remember(input.tenant(), decoded.value.blocks, keepsText);
  const forward = prepared.native && !input.facts.stream;
  return {
    kind: "answered",
    body: {
      kind: "whole",
      bytes: forward ? forwarded(call, bytes) : encodeAnswer(call, decoded.value, input.context(call.target.model)),
      used: () => used,
      said: () => said,
    },
    verdict,
    empty: decoded.value.blocks.length === 0 && decoded.value.stop.reason === "end",
    losses: forward ? [] : [...prepared.losses, ...decoded.losses],
    upstream,
  };
}

/** The answer's own bytes, less what its provider hides; where replies carry the name that was asked for, with that name. */
function forwarded({ deps, input, target, prepared }: AnsweredCall, own: Uint8Array): Uint8Array {
  const bytes = prepared.filter === undefined ? own : filtered(own, prepared.filter);
  if (deps.gateway.catalog.replyModel === "served") return bytes;
  return renamedAnswer(bytes, prepared.upstream.format, input.context(target.model).model);
}

function filtered(own: Uint8Array, filter: AnswerFilter): Uint8Array {
  const json = parseExactly(new TextDecoder().decode(own));
  const left = json === undefined ? undefined : filter.whole(json);
  return left === undefined || left === json ? own : new TextEncoder().encode(JSON.stringify(left));
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
