import type { JsonObject, StreamEvent, Usage, WireError } from "../canonical.ts";
import type { AnswerMap, StreamReader } from "../codec.ts";
import { arrayOf, filledString, isObject, numberOf, objectOf, parseJson, stringOf } from "../json.ts";
import { isDone, type SseEvent } from "../sse.ts";
import { callReader } from "./call-reader.ts";
import { answerSeed, callEntries } from "./decode-answer.ts";
import { badAnswer, embeddedError } from "./error.ts";
import { spokenReader } from "./spoken-reader.ts";
import { decodeStop, isCut } from "./stop.ts";
import { decodeUsage, laterUsage } from "./usage.ts";

/** Frames that are not JSON are skipped this often before the stream counts as broken. */
const maxBrokenFrames = 3;

/** Chunks of openai 7.55.0 `ChatCompletionChunk` and of the servers that send almost the same. */
export function streamReader(answer: AnswerMap): StreamReader {
  const calls = callReader(answer);
  const spoken = spokenReader(answer);
  let seed = "";
  let isStarted = false;
  let isOver = false;
  let brokenFrames = 0;
  let finish: string | undefined;
  let usage: Usage | undefined;

  function fail(error: WireError): readonly StreamEvent[] {
    isOver = true;
    return [...usageEvents(), { kind: "error", error }];
  }

  function usageEvents(): readonly StreamEvent[] {
    return usage === undefined ? [] : [{ kind: "usage", usage }];
  }

  /** The answer is whole. Without a finish reason it is taken for whole only if something came. */
  function complete(): readonly StreamEvent[] {
    const held = spoken.flush();
    const seen = calls.calls();
    const cut = seen.filter((call) => isCut(call, finish));
    const hasCalls = seen.length > cut.length;
    if (finish === undefined && spoken.isEmpty() && !hasCalls) {
      return fail(badAnswer("The upstream's stream ended without an answer.", "stream_truncated"));
    }
    const stop = decodeStop({ finish, hasCalls, hasCutCall: cut.length > 0, refusal: spoken.refusal() });
    if (stop.reason === "error") return fail(badAnswer(`The upstream ended its answer with '${finish}'.`));
    isOver = true;
    const closed = finish === undefined ? calls.close() : [];
    return [...held, ...closed, ...usageEvents(), { kind: "stop", stop }, { kind: "end" }];
  }

  function start(chunk: JsonObject): readonly StreamEvent[] {
    const id = filledString(chunk["id"]);
    if (isStarted || (id === undefined && arrayOf(chunk["choices"]).length === 0)) return [];
    isStarted = true;
    seed = answerSeed(chunk);
    return [{ kind: "start", id: id ?? "", model: stringOf(chunk["model"]) ?? "" }];
  }

  function readChunk(chunk: JsonObject): readonly StreamEvent[] {
    if (chunk["error"]) return fail(embeddedError(chunk));
    const choices = arrayOf(chunk["choices"]).filter(isObject);
    usage = laterUsage(usage, decodeUsage(chunk["usage"] ?? choices[0]?.["usage"], chunk["service_tier"]));
    return [...start(chunk), ...choices.flatMap(readChoice)];
  }

  function readChoice(choice: JsonObject): readonly StreamEvent[] {
    if (finish !== undefined) return [];
    const delta = objectOf(choice["delta"]) ?? objectOf(choice["message"]) ?? {};
    const index = numberOf(choice["index"]) ?? 0;
    // A further choice only ever adds calls that belong to the first one's message.
    const said = index === 0 ? spoken.read(delta) : [];
    const entries = callEntries(delta);
    const isRelevant = index === 0 || entries.length > 0;
    finish = isRelevant ? filledString(choice["finish_reason"]) : undefined;
    const held = entries.length > 0 || finish !== undefined ? spoken.flush() : [];
    const called = entries.flatMap((entry) => calls.push(entry, index, seed));
    if (called.length > 0) spoken.breakOff();
    return [...said, ...held, ...called, ...(finish === undefined ? [] : calls.close())];
  }

  function push(event: SseEvent): readonly StreamEvent[] {
    if (isOver) return [];
    if (isDone(event.data)) return complete();
    if (event.data.trim() === "") return [];
    const chunks = jsonObjects(event.data);
    if (chunks !== undefined) return chunks.flatMap((chunk) => (isOver ? [] : readChunk(chunk)));
    brokenFrames += 1;
    if (event.event === "error") return fail(badAnswer(event.data.slice(0, 2048)));
    return brokenFrames > maxBrokenFrames ? fail(badAnswer("The upstream's stream is not JSON.")) : [];
  }

  return {
    push,
    end() {
      if (isOver) return [];
      if (finish !== undefined) return complete();
      return fail(badAnswer("The upstream's stream was cut off.", "stream_truncated"));
    },
  };
}

/** The objects of one frame: one by the rules, several on lines of their own with some servers. Undefined for other data. */
function jsonObjects(data: string): readonly JsonObject[] | undefined {
  const whole = parseJson(data);
  if (whole !== undefined) return isObject(whole) ? [whole] : [];
  const lines = data.split("\n").map(parseJson);
  return lines.length > 1 && lines.every(isObject) ? lines : undefined;
}
