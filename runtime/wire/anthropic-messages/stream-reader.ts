import type { JsonObject, StreamEvent, WireError } from "../canonical.ts";
import type { AnswerMap, StreamReader } from "../codec.ts";
import { parseExactArguments } from "../exact-json.ts";
import { isObject, numberOf, objectOf, stringOf } from "../json.ts";
import { isDone } from "../sse.ts";
import { blockReader } from "./block-reader.ts";
import { contentAssembler } from "./content-assembler.ts";
import { decodeErrorBody } from "./error.ts";
import { decodeStop } from "./stop.ts";
import { usageTally } from "./usage.ts";

/** Data lines that are not JSON are noise up to this many, then the stream is broken. */
const maxBadFrames = 3;

/** Events of `POST /v1/messages` with `stream: true`; order and fields as in @anthropic-ai/sdk 1.11 types. */
export function streamReader(answer: AnswerMap): StreamReader {
  let model = "";
  const blocks = blockReader(answer, () => model);
  const content = contentAssembler();
  const usage = usageTally(answer.inclusiveUsage);
  let state: "waiting" | "started" | "ended" = "waiting";
  /** The last `delta` that named a stop reason. */
  let stop: JsonObject | undefined;
  let badFrames = 0;

  function usageEvents(): readonly StreamEvent[] {
    const current = usage.current();
    return current === undefined ? [] : [{ kind: "usage", usage: current }];
  }

  function start(message: JsonObject | undefined): readonly StreamEvent[] {
    if (state !== "waiting") return [];
    state = "started";
    usage.read(message?.["usage"]);
    const id = stringOf(message?.["id"]) ?? "";
    model = stringOf(message?.["model"]) ?? "";
    return [{ kind: "start", id, model }, ...usageEvents()];
  }

  function finish(): readonly StreamEvent[] {
    const started = start(undefined);
    const closed = blocks.stopAll();
    state = "ended";
    const reason = decodeStop(stop ?? {}, blocks.hasCalls(), content.blocks);
    return [...started, ...closed, { kind: "stop", stop: reason }, { kind: "end" }];
  }

  function fail(error: WireError): readonly StreamEvent[] {
    state = "ended";
    return [{ kind: "error", error }];
  }

  function read(json: JsonObject): readonly StreamEvent[] {
    const index = numberOf(json["index"]) ?? 0;
    switch (json["type"]) {
      case "message_start":
        return start(objectOf(json["message"]));
      case "content_block_start": {
        const block = objectOf(json["content_block"]) ?? {};
        content.start(index, block);
        return [...start(undefined), ...blocks.start(index, block)];
      }
      case "content_block_delta": {
        const delta = objectOf(json["delta"]) ?? {};
        content.delta(index, delta);
        return [...start(undefined), ...blocks.delta(index, delta)];
      }
      case "content_block_stop":
        return blocks.stop(index);
      case "message_delta": {
        const delta = objectOf(json["delta"]);
        if (typeof delta?.["stop_reason"] === "string") stop = delta;
        usage.read(json["usage"]);
        if (state === "waiting") return start(undefined);
        // Nothing of a pause is left to come, so the next round need not wait for `message_stop`.
        return [...usageEvents(), ...(stop?.["stop_reason"] === "pause_turn" ? finish() : [])];
      }
      case "message_stop":
        return finish();
      case "ping":
        return [{ kind: "ping" }];
      default:
        return [];
    }
  }

  function skipBadFrame(): readonly StreamEvent[] {
    badFrames += 1;
    return badFrames > maxBadFrames ? fail(broken("upstream_invalid_response", "sent events that are not JSON")) : [];
  }

  return {
    push(event) {
      if (state === "ended" || event.data.trim() === "" || isDone(event.data)) return [];
      const json = parseExactArguments(event.data);
      if (!isObject(json)) return skipBadFrame();
      return json["error"] || json["type"] === "error" ? fail(decodeErrorBody(undefined, json)) : read(json);
    },
    end() {
      if (state === "ended") return [];
      return stop === undefined ? fail(broken("stream_truncated", "ended before the answer was complete")) : finish();
    },
  };
}

function broken(code: string, what: string): WireError {
  return { class: "bad-upstream-answer", status: 502, message: `The upstream stream ${what}.`, code };
}
