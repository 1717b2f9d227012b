import type { JsonObject, StreamEvent, WireError } from "../canonical.ts";
import type { AnswerMap, StreamReader } from "../codec.ts";
import { parseExactArguments } from "../exact-json.ts";
import { isArray, isObject } from "../json.ts";
import { isDone } from "../sse.ts";
import { answerReader } from "./answer-reader.ts";
import { badAnswer } from "./error.ts";

/** Frames that are not JSON are skipped this often before the stream counts as broken. */
const maxBrokenFrames = 3;

/** The API's streams have no terminator: an answer that said how it ended is whole. */
export function streamReader(answer: AnswerMap): StreamReader {
  // Headers are out before anything can be found to be lost.
  const reader = answerReader(answer, () => undefined);
  let hasFailed = false;
  let brokenFrames = 0;

  function read(chunk: JsonObject): readonly StreamEvent[] {
    if (hasFailed) return [];
    const events = reader.read(chunk);
    hasFailed = events.at(-1)?.kind === "error";
    return events;
  }

  function fail(error: WireError): readonly StreamEvent[] {
    hasFailed = true;
    return [{ kind: "error", error }];
  }

  return {
    push(event) {
      if (hasFailed || event.data.trim() === "" || isDone(event.data)) return [];
      const json = parseExactArguments(event.data);
      if (isObject(json)) return read(json);
      // Some of Google's servers send an error in a list.
      if (isArray(json)) return json.filter(isObject).flatMap(read);
      if (reader.isOver()) return [];
      brokenFrames += 1;
      return brokenFrames > maxBrokenFrames ? fail(badAnswer("The upstream's stream is not JSON.")) : [];
    },
    end() {
      if (hasFailed) return [];
      if (reader.isOver()) return [{ kind: "end" }];
      return fail(badAnswer("The upstream's stream was cut off.", "stream_truncated"));
    },
  };
}
