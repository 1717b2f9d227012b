import type { JsonObject, StreamEvent, Usage, WireError } from "../canonical.ts";
import type { AnswerMap, StreamReader } from "../codec.ts";
import { arrayOf, filledString, isArray, isObject, objectOf, parseJson, stringOf } from "../json.ts";
import { isDone } from "../sse.ts";
import { blockReason } from "./decode-response.ts";
import { badAnswer, embeddedError } from "./error.ts";
import { groundingEvents } from "./grounding.ts";
import { partReader } from "./part-reader.ts";
import { decodeStop } from "./stop.ts";
import { decodeUsage } from "./usage.ts";

/** Frames that are not JSON are skipped this often before the stream counts as broken. */
const maxBrokenFrames = 3;

/** Chunks of @google/genai 3.1.0 `GenerateContentResponse`: parts add up, counts are cumulative. */
export function streamReader(answer: AnswerMap): StreamReader {
  let responseId = "";
  let model = "";
  let isStarted = false;
  let isOver = false;
  let brokenFrames = 0;
  let finish: string | undefined;
  let message: string | undefined;
  let blocked: string | undefined;
  let grounding: JsonObject | undefined;
  let usage: Usage | undefined;
  const parts = partReader(answer, () => ({ responseId, model }));

  function fail(error: WireError): readonly StreamEvent[] {
    isOver = true;
    return [...usageEvents(), { kind: "error", error }];
  }

  function usageEvents(): readonly StreamEvent[] {
    return usage === undefined ? [] : [{ kind: "usage", usage }];
  }

  function start(chunk: JsonObject): readonly StreamEvent[] {
    if (isStarted) return [];
    isStarted = true;
    responseId = stringOf(chunk["responseId"]) ?? "";
    model = stringOf(chunk["modelVersion"]) ?? "";
    return [{ kind: "start", id: responseId, model }];
  }

  function read(chunk: JsonObject): readonly StreamEvent[] {
    if (chunk["error"]) return fail(embeddedError(chunk));
    usage = decodeUsage(chunk["usageMetadata"]) ?? usage;
    const candidate = arrayOf(chunk["candidates"]).find(isObject);
    blocked = blockReason(chunk) ?? blocked;
    const opened = start(chunk);
    // Only counts may come behind the end.
    if (candidate === undefined || finish !== undefined) return opened;
    grounding = objectOf(candidate["groundingMetadata"]) ?? grounding;
    finish = filledString(candidate["finishReason"]);
    message = filledString(candidate["finishMessage"]);
    const items = arrayOf(objectOf(candidate["content"])?.["parts"]).filter(isObject);
    return [...opened, ...items.flatMap((part) => parts.push(part))];
  }

  /** The upstream closed its stream: there is no other terminator. */
  function complete(): readonly StreamEvent[] {
    const rest = parts.end();
    const cited = groundingEvents(grounding, parts.text());
    const stop =
      finish === undefined && blocked !== undefined
        ? ({ reason: "refusal", explanation: blocked } as const)
        : decodeStop({ finish, message, hasCalls: parts.hasCalls(), hasText: parts.hasText() });
    if (stop === undefined) {
      return fail(badAnswer(message ?? `The upstream ended its answer with ${finish}.`, "upstream_invalid_response"));
    }
    isOver = true;
    return [...rest, ...cited, ...usageEvents(), { kind: "stop", stop }, { kind: "end" }];
  }

  return {
    push(event) {
      if (isOver || event.data.trim() === "" || isDone(event.data)) return [];
      const json = parseJson(event.data);
      if (isObject(json)) return read(json);
      // An error before the answer comes in a list with some of Google's servers.
      if (isArray(json)) return json.flatMap((chunk) => (isObject(chunk) && !isOver ? read(chunk) : []));
      brokenFrames += 1;
      return brokenFrames > maxBrokenFrames ? fail(badAnswer("The upstream's stream is not JSON.")) : [];
    },
    end() {
      if (isOver) return [];
      if (finish !== undefined || blocked !== undefined) return complete();
      return fail(badAnswer("The upstream's stream was cut off.", "stream_truncated"));
    },
  };
}
