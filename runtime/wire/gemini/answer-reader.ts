import type { JsonObject, Stop, StreamEvent, Usage } from "../canonical.ts";
import type { AnswerMap } from "../codec.ts";
import { arrayOf, filledString, isObject, numberOf, objectOf, stringOf } from "../json.ts";
import { laterUsage } from "../openai-chat/usage.ts";
import { badAnswer, embeddedError } from "./error.ts";
import { groundingEvents } from "./grounding.ts";
import { type AnswerHead, partReader } from "./part-reader.ts";
import { cutsOff, decodeStop } from "./stop.ts";
import { decodeUsage } from "./usage.ts";

/** Reads an answer in chunks, of which a whole one is the only. */
export type AnswerReader = Readonly<{
  /** The events of one chunk. `stop` comes with the chunk that tells it; only counts may follow, and `end` never comes. */
  read(chunk: JsonObject): readonly StreamEvent[];
  /** Whether the answer said how it ended, or an error. */
  isOver(): boolean;
}>;

/**
 * Chunks of @google/genai 3.1.0 `GenerateContentResponse`: parts add up, counts are cumulative. `lose` is told the index,
 * within its chunk, of a part that other APIs have no place for.
 */
export function answerReader(answer: AnswerMap, lose: (partIndex: number) => void): AnswerReader {
  let head: AnswerHead = { seed: "", model: "" };
  let isStarted = false;
  let isOver = false;
  let grounding: JsonObject = {};
  let usage: Usage | undefined;
  const parts = partReader(answer, () => head);

  function start(chunk: JsonObject): readonly StreamEvent[] {
    if (isStarted) return [];
    isStarted = true;
    const id = stringOf(chunk["responseId"]) ?? "";
    head = { seed: `${id}:${stringOf(chunk["createTime"]) ?? ""}`, model: stringOf(chunk["modelVersion"]) ?? "" };
    return [{ kind: "start", id, model: head.model }];
  }

  function count(chunk: JsonObject): readonly StreamEvent[] {
    const told = decodeUsage(chunk["usageMetadata"]);
    usage = laterUsage(usage, told);
    return told === undefined || usage === undefined ? [] : [{ kind: "usage", usage }];
  }

  function readCandidate(candidate: JsonObject): readonly StreamEvent[] {
    grounding = { ...grounding, ...objectOf(candidate["groundingMetadata"]) };
    const items = arrayOf(objectOf(candidate["content"])?.["parts"]).filter(isObject);
    const said = items.flatMap((part, index) => {
      const events = parts.push(part);
      if (events === undefined) lose(index);
      return events ?? [];
    });
    const finish = filledString(candidate["finishReason"]);
    return finish === undefined ? said : [...said, ...end(finish, filledString(candidate["finishMessage"]))];
  }

  function end(finish: string, message: string | undefined): readonly StreamEvent[] {
    const rest = parts.end(cutsOff(finish));
    const outcome = { finish, message, hasCalls: parts.hasCalls(), hasText: parts.text() !== "" };
    const stop = decodeStop(outcome);
    if (stop === undefined) {
      const error = badAnswer(message ?? `The upstream ended its answer with ${finish}.`, "upstream_invalid_response");
      return [...rest, ...over({ kind: "error", error })];
    }
    return [...rest, ...groundingEvents(grounding, parts.text(), head.seed), ...over({ kind: "stop", stop })];
  }

  /** Nothing is said behind this event. */
  function over(event: StreamEvent): readonly StreamEvent[] {
    isOver = true;
    return [event];
  }

  return {
    read(chunk) {
      if (chunk["error"]) return over({ kind: "error", error: embeddedError(chunk) });
      const opened = [...start(chunk), ...count(chunk)];
      if (isOver) return opened;
      const candidate = firstCandidate(chunk);
      const said = candidate === undefined ? [] : readCandidate(candidate);
      const blocked = isOver ? undefined : blockedStop(chunk);
      return [...opened, ...said, ...(blocked === undefined ? [] : over({ kind: "stop", stop: blocked }))];
    },
    isOver: () => isOver,
  };
}

/** Further candidates are other answers to the same prompt. */
function firstCandidate(chunk: JsonObject): JsonObject | undefined {
  return arrayOf(chunk["candidates"])
    .filter(isObject)
    .find((candidate) => (numberOf(candidate["index"]) ?? 0) === 0);
}

/** A prompt that was turned down before the model saw it. */
export function blockedStop(chunk: JsonObject): Stop | undefined {
  const reason = filledString(objectOf(chunk["promptFeedback"])?.["blockReason"]);
  const isNamed = reason !== undefined && !/^BLOCK(?:ED)?_REASON_UNSPECIFIED$/.test(reason);
  return isNamed ? { reason: "refusal", explanation: reason } : undefined;
}
