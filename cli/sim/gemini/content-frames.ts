import { deltasOf } from "../deltas.ts";
import type { JsonObject } from "../json.ts";
import type { Frame, Problem, Reply } from "../reply.ts";
import { answerParts, endFields, response } from "./candidate.ts";
import type { ContentAnswer } from "./content-answer.ts";
import { errorFrame } from "./errors.ts";

/** The streamed answer as responses with a piece each: texts bit by bit, calls together, the end with the last piece. */
function chunks(answer: ContentAnswer): readonly JsonObject[] {
  const parts = answerParts(answer);
  const calls = parts.filter((part) => part["functionCall"] !== undefined);
  const pieces = [
    ...parts
      .filter((part) => part["functionCall"] === undefined)
      .flatMap((part) => textPieces(part, answer.deltaChars)),
    ...(calls.length > 0 ? [calls] : []),
  ];
  const open = answer.blockReason === undefined ? pieces : [];
  const last = calls.length > 0 && open.length > 0 ? open.at(-1) : undefined;
  const before = last === undefined ? open : open.slice(0, -1);
  return [
    ...before.map((piece) => response(answer, { content: { parts: piece, role: "model" }, index: 0 })),
    response(answer, { ...lastContent(answer, last), ...endFields(answer), index: 0 }),
  ];
}

/** Texts end with an empty part, which holds their signature where they have one. */
function lastContent(answer: ContentAnswer, calls: readonly JsonObject[] | undefined): JsonObject {
  if (calls !== undefined) return { content: { parts: calls, role: "model" } };
  const signed = answerParts(answer).find((part) => part["thoughtSignature"] !== undefined);
  const signature = signed === undefined ? {} : { thoughtSignature: signed["thoughtSignature"] ?? "" };
  return answer.said.stop.kind === "refusal" ? {} : { content: { parts: [{ text: "", ...signature }], role: "model" } };
}

function textPieces(part: JsonObject, chars: number | undefined): readonly (readonly JsonObject[])[] {
  const { text, thoughtSignature: _, ...kind } = part;
  return deltasOf(String(text), chars).map((delta) => [{ text: delta, ...kind }]);
}

type Events = Extract<Reply["body"], { kind: "events" }>;

/** Server-sent events, as with `alt=sse`: no names, nothing after the last response. */
export function contentEvents(answer: ContentAnswer): Events {
  const all = chunks(answer);
  const frames = all.map(
    (chunk, index): Frame => ({ data: JSON.stringify(chunk), terminator: index === all.length - 1 }),
  );
  return { kind: "events", frames };
}

/** One JSON array, written as its elements come. An error is its last element. */
export function contentArray(answer: ContentAnswer, problem: Problem): Events {
  const all = chunks(answer);
  const element = (json: string, index: number, last: boolean): Frame => ({
    data: "",
    raw: `${index === 0 ? "[" : ",\r\n"}${json}${last ? "\n]" : ""}`,
    terminator: last,
  });
  return {
    kind: "events",
    frames: all.map((chunk, index) => element(JSON.stringify(chunk, null, 2), index, index === all.length - 1)),
    errorFrame: (index) => element(errorFrame(problem).data, index, true),
  };
}
