import type { JsonObject, StreamEvent, WireError } from "../canonical.ts";
import type { AnswerMap, StreamReader } from "../codec.ts";
import { arrayOf, isObject, numberOf, objectOf, parseJson, stringOf } from "../json.ts";
import { badAnswer, embeddedError } from "../openai-chat/error.ts";
import { isDone } from "../sse.ts";
import { failureIn } from "./decode-response.ts";
import { type OutputItemReader, outputItemReader, type ReadingState } from "./output-item-reader.ts";
import { decodeStop } from "./stop.ts";
import { decodeUsage } from "./usage.ts";

/** Frames that are not JSON are skipped this often before the stream counts as broken. */
const maxBrokenFrames = 3;

/** Events of openai 7.55.0 `ResponseStreamEvent`; what comes between is correlated by `output_index`, else by item id. */
export function streamReader(answer: AnswerMap): StreamReader {
  const state: ReadingState = { model: "", textLength: 0, refusal: "" };
  const items = new Map<number, OutputItemReader>();
  const indexById = new Map<string, number>();
  let isStarted = false;
  let isOver = false;
  let brokenFrames = 0;

  function start(response: JsonObject | undefined): readonly StreamEvent[] {
    if (isStarted) return [];
    isStarted = true;
    state.model = stringOf(response?.["model"]) ?? "";
    return [{ kind: "start", id: stringOf(response?.["id"]) ?? "", model: state.model }];
  }

  function fail(error: WireError): readonly StreamEvent[] {
    isOver = true;
    return [{ kind: "error", error }];
  }

  function indexOf(event: JsonObject): number | undefined {
    const index = numberOf(event["output_index"]);
    return index ?? indexById.get(stringOf(event["item_id"]) ?? "");
  }

  function add(index: number, item: JsonObject): readonly StreamEvent[] {
    const known = items.get(index);
    if (known !== undefined) return [];
    const reader = outputItemReader(index, item, answer, state);
    items.set(index, reader);
    const id = stringOf(item["id"]);
    if (id !== undefined) indexById.set(id, index);
    return reader.read("response.output_item.added", {});
  }

  function finishItem(index: number, item: JsonObject): readonly StreamEvent[] {
    return [...add(index, item), ...(items.get(index)?.finish(item) ?? [])];
  }

  /** Items that were never streamed are in the final response only. */
  function finish(response: JsonObject): readonly StreamEvent[] {
    const error = failureIn(response);
    if (error !== undefined) return fail(error);
    const opened = start(response);
    const rest = arrayOf(response["output"]).flatMap((item, index) => (isObject(item) ? finishItem(index, item) : []));
    const unfinished = [...items.values()].flatMap((item) => item.finish({}));
    const calls = [...items.values()].flatMap((item) => item.call() ?? []);
    const cut = calls.filter(({ custom, text }) => !custom && text.trim() !== "" && parseJson(text) === undefined);
    const usage = decodeUsage(response["usage"]);
    isOver = true;
    const stop = decodeStop(response, {
      hasCalls: calls.length > cut.length,
      hasCutCall: cut.length > 0,
      refusal: state.refusal === "" ? undefined : state.refusal,
    });
    return [
      ...opened,
      ...rest,
      ...unfinished,
      ...(usage === undefined ? [] : [{ kind: "usage", usage } as const]),
      { kind: "stop", stop },
      { kind: "end" },
    ];
  }

  function read(event: JsonObject): readonly StreamEvent[] {
    const type = stringOf(event["type"]) ?? "";
    const response = objectOf(event["response"]);
    switch (type) {
      case "response.created":
      case "response.queued":
      case "response.in_progress":
        return start(response);
      case "response.completed":
      case "response.incomplete":
        return finish(response ?? {});
      case "response.failed":
      case "response.cancelled":
        return fail(failedWith(event, response));
      case "response.output_item.added":
      case "response.output_item.done": {
        const item = objectOf(event["item"]) ?? {};
        const index = numberOf(event["output_index"]) ?? items.size;
        return [...start(undefined), ...(type.endsWith("added") ? add(index, item) : finishItem(index, item))];
      }
      case "keepalive":
        return [{ kind: "ping" }];
      default: {
        const index = indexOf(event);
        return index === undefined ? [] : (items.get(index)?.read(type, event) ?? []);
      }
    }
  }

  return {
    push(event) {
      if (isOver || event.data.trim() === "" || isDone(event.data)) return [];
      const json = parseJson(event.data);
      if (!isObject(json)) {
        brokenFrames += 1;
        return brokenFrames > maxBrokenFrames ? fail(badAnswer("The upstream's stream is not JSON.")) : [];
      }
      if (json["type"] === "error") return fail(embeddedError({ error: json["error"] ?? json }));
      return json["error"] && json["type"] !== "response.failed" ? fail(embeddedError(json)) : read(json);
    },
    end: () => (isOver ? [] : fail(badAnswer("The upstream's stream was cut off.", "stream_truncated"))),
  };
}

/** The error of a failed response stands in it, or beside it. */
function failedWith(event: JsonObject, response: JsonObject | undefined): WireError {
  const error = objectOf(response?.["error"]) ?? objectOf(event["error"]);
  if (error !== undefined) return embeddedError({ error });
  return badAnswer("The upstream's response failed.", "response_failed");
}
