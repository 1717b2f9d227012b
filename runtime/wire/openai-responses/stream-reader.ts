import type { JsonObject, StreamEvent, Usage, WireError } from "../canonical.ts";
import type { AnswerMap, StreamReader } from "../codec.ts";
import { arrayOf, isObject, objectOf, parseJson, stringOf } from "../json.ts";
import { badAnswer } from "../openai-chat/error.ts";
import { isDone } from "../sse.ts";
import { errorOf, failureOf } from "./error.ts";
import { outputReader } from "./output-reader.ts";
import { decodeStop } from "./stop.ts";
import { decodeUsage } from "./usage.ts";

/** Frames that are not JSON are skipped this often before the stream counts as broken. */
const maxBrokenFrames = 3;

/** Events of openai 7.55.0 `ResponseStreamEvent`. Only its last event makes a stream whole, however much text came before. */
export function streamReader(answer: AnswerMap): StreamReader {
  const output = outputReader(answer);
  let state: "waiting" | "started" | "ended" = "waiting";
  let brokenFrames = 0;

  function start(response: JsonObject | undefined): readonly StreamEvent[] {
    if (state !== "waiting") return [];
    state = "started";
    const [id, model] = [stringOf(response?.["id"]) ?? "", stringOf(response?.["model"]) ?? ""];
    output.begin({ id, model });
    return [{ kind: "start", id, model }];
  }

  function fail(error: WireError, usage?: Usage): readonly StreamEvent[] {
    state = "ended";
    return [...usageEvents(usage), { kind: "error", error }];
  }

  function finish(response: JsonObject): readonly StreamEvent[] {
    const error = failureOf(response);
    if (error !== undefined) return fail(error, decodeUsage(response, output.searches()));
    const opened = start(response);
    const rest = output.finish(arrayOf(response["output"]));
    state = "ended";
    return [
      ...opened,
      ...rest,
      ...usageEvents(decodeUsage(response, output.searches())),
      { kind: "stop", stop: decodeStop(response, output.outcome()) },
      { kind: "end" },
    ];
  }

  function read(event: JsonObject, type: string): readonly StreamEvent[] {
    const response = objectOf(event["response"]);
    switch (type) {
      case "response.created":
      case "response.queued":
      case "response.in_progress":
        return start(response);
      case "response.completed":
        return finish({ ...response, status: "completed" });
      case "response.incomplete":
        return finish({ ...response, status: "incomplete" });
      case "response.failed":
      case "response.cancelled":
        return fail(errorOf(event, response), decodeUsage(response, output.searches()));
      case "response.output_item.added":
        return [...start(undefined), ...output.add(event, objectOf(event["item"]) ?? {})];
      case "response.output_item.done":
        return [...start(undefined), ...output.done(event, objectOf(event["item"]) ?? {})];
      case "keepalive":
        return [{ kind: "ping" }];
      default:
        return output.read(type, event);
    }
  }

  return {
    push({ event: name, data }) {
      if (state === "ended" || data.trim() === "" || isDone(data)) return [];
      const json = parseJson(data);
      if (!isObject(json)) {
        brokenFrames += 1;
        return brokenFrames > maxBrokenFrames ? fail(badAnswer("The upstream's stream is not JSON.")) : [];
      }
      const type = stringOf(json["type"]) ?? name ?? "";
      const isFailure = type === "response.failed" || type === "response.cancelled";
      return !isFailure && (type === "error" || json["error"]) ? fail(errorOf(json, undefined)) : read(json, type);
    },
    end: () => (state === "ended" ? [] : fail(badAnswer("The upstream's stream was cut off.", "stream_truncated"))),
  };
}

function usageEvents(usage: Usage | undefined): readonly StreamEvent[] {
  return usage === undefined ? [] : [{ kind: "usage", usage }];
}
