import { failure } from "../errors.ts";
import { estimateTokens } from "../request/estimate-tokens.ts";
import { askUpstream } from "../upstream/ask-upstream.ts";
import { type AnsweredCall, type Answer as Attempted, type Failed, failed } from "../upstream/attempt.ts";
import type { PreparedSide } from "../upstream/prepare-side.ts";
import type { JsonObject } from "../wire/canonical.ts";
import { isObject, parseJson } from "../wire/json.ts";
import { readAnswer } from "./read-answer.ts";

/** The answer to a call that is no conversation; of a large one, after asking for the rest of it. */
export async function sideAnswer(call: AnsweredCall, side: PreparedSide): Promise<Attempted | Failed> {
  const { target, prepared, upstream, request, input } = call;
  const first = await readAnswer(call);
  if (first.kind === "failed") return first;
  const answers: (JsonObject | undefined)[] = [objectIn(first.bytes)];
  for (const body of side.rest) {
    const begun = await askUpstream({ ...call, request: { ...request, body } }, input);
    if (begun.kind === "failed") return begun;
    const read = await readAnswer({ ...call, upstream: begun.upstream, body: begun.body });
    if (read.kind === "failed") return read;
    answers.push(objectIn(read.bytes));
  }
  const whole = answers.filter((answer) => answer !== undefined);
  const answer =
    whole.length === answers.length ? await side.answer(whole, estimateTokens(call.deps.gateway)) : undefined;
  if (answer === undefined) {
    const message = `Provider "${target.provider}" answered 200 with something that is not its API's JSON.`;
    return failed(failure("bad-upstream-answer", message, { code: "upstream_invalid_response" }), upstream);
  }
  const used = answer.usage && { usage: answer.usage, isEstimate: answer.isEstimate };
  return {
    kind: "answered",
    body: {
      kind: "whole",
      bytes: answer.body === undefined ? first.bytes : new TextEncoder().encode(JSON.stringify(answer.body)),
      used: () => used,
    },
    verdict: { kind: "not-applicable" },
    empty: false,
    losses: prepared.losses,
    upstream,
    isEstimate: answer.isEstimate,
  };
}

function objectIn(bytes: Uint8Array): JsonObject | undefined {
  const json = parseJson(new TextDecoder().decode(bytes));
  return isObject(json) ? json : undefined;
}
