import type { JsonObject, Usage, WireError } from "../canonical.ts";
import type { StreamTap } from "../codec.ts";
import { arrayOf, filledString, isObject, objectOf, parseJson } from "../json.ts";
import { isDone, type SseEvent } from "../sse.ts";
import { embeddedError } from "./error.ts";
import { decodeUsage, laterUsage } from "./usage.ts";

/**
 * Frames worth parsing once the answer has begun. Quotes inside JSON strings are escaped, so text that talks about usage
 * does not match.
 */
const matters = /"(?:usage"\s*:\s*\{|finish_reason"\s*:\s*"[^"]|error"\s*:\s*["{[\dt])/;

/** Watches a forwarded stream. It runs on every one, so most frames cost one search and no parse. */
export function streamTap(): StreamTap {
  let usage: Usage | undefined;
  let error: WireError | undefined;
  let isCommitted = false;
  let isFinished = false;
  let isSaid = false;
  let finish = "";
  let id: string | undefined;
  let model: string | undefined;
  let isClosed = false;

  function read(chunk: JsonObject): void {
    id ??= filledString(chunk["id"]);
    model ??= filledString(chunk["model"]);
    if (chunk["error"]) error ??= embeddedError(chunk);
    const choices = arrayOf(chunk["choices"]).filter(isObject);
    usage = laterUsage(usage, decodeUsage(chunk["usage"] ?? choices[0]?.["usage"], chunk["service_tier"]));
    for (const choice of choices) {
      const told = choice["finish_reason"];
      if (typeof told === "string") finish = told;
      isFinished ||= finish !== "";
      isSaid ||= holdsContent(objectOf(choice["delta"]) ?? objectOf(choice["message"]) ?? {});
      isCommitted ||= isFinished || isSaid;
    }
  }

  return {
    push(event: SseEvent) {
      if (isDone(event.data)) {
        isClosed = true;
        return;
      }
      if (isCommitted && !matters.test(event.data)) return;
      const chunk = parseJson(event.data);
      if (isObject(chunk)) read(chunk);
    },
    complete: () => error === undefined && (isFinished || (isClosed && isCommitted)),
    // Clients go by finish_reason; `[DONE]` is missed by none.
    missingEnd: () => "",
    usage: () => usage,
    said: () => ({ id, model, stop: finish || undefined }),
    error: () => error,
    committed: () => isCommitted,
    empty: () => finish === "stop" && !isSaid,
  };
}

const textFields = ["content", "refusal", "reasoning_content", "reasoning", "thinking"] as const;
const listFields = ["tool_calls", "reasoning_details"] as const;

function holdsContent(delta: JsonObject): boolean {
  return (
    textFields.some((field) => delta[field] !== "" && delta[field] !== null && delta[field] !== undefined) ||
    listFields.some((field) => arrayOf(delta[field]).length > 0) ||
    isObject(delta["function_call"])
  );
}
