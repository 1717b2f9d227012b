import type { JsonObject, Usage, WireError } from "../canonical.ts";
import type { StreamTap } from "../codec.ts";
import { arrayOf, isArray, isObject, objectOf, parseJson } from "../json.ts";
import { blockReason } from "./decode-response.ts";
import { embeddedError } from "./error.ts";
import { decodeUsage } from "./usage.ts";

/** Frames worth parsing once the answer has begun. Quotes inside JSON strings are escaped, so text does not match. */
const matters = /"(?:usageMetadata"\s*:\s*\{|finishReason"\s*:\s*"|blockReason"\s*:\s*"|error"\s*:\s*\{)/;

/** Watches a forwarded stream. It runs on every one, so most frames cost one search and no parse. */
export function streamTap(): StreamTap {
  let usage: Usage | undefined;
  let error: WireError | undefined;
  let isCommitted = false;
  let isFinished = false;
  let isSaid = false;
  let finish: unknown;

  function read(chunk: JsonObject): void {
    if (chunk["error"]) error ??= embeddedError(chunk);
    usage = decodeUsage(chunk["usageMetadata"]) ?? usage;
    isFinished ||= blockReason(chunk) !== undefined;
    for (const candidate of arrayOf(chunk["candidates"]).filter(isObject)) {
      finish = candidate["finishReason"] ?? finish;
      isFinished ||= typeof finish === "string";
      isSaid ||= arrayOf(objectOf(candidate["content"])?.["parts"]).some(saysSomething);
    }
    isCommitted ||= isFinished || isSaid;
  }

  return {
    push(event) {
      if (isCommitted && !matters.test(event.data)) return;
      const json = parseJson(event.data);
      if (isObject(json)) read(json);
      else if (isArray(json)) for (const chunk of json) if (isObject(chunk)) read(chunk);
    },
    complete: () => error === undefined && isFinished,
    missingEnd: () => "",
    usage: () => usage,
    error: () => error,
    committed: () => isCommitted,
    empty: () => finish === "STOP" && !isSaid,
  };
}

function saysSomething(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  const { text, ...rest } = { text: "", ...part };
  return text !== "" || Object.keys(rest).length > 0;
}
