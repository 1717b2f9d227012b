import type { Json, JsonObject, Usage, WireError } from "../canonical.ts";
import type { StreamTap } from "../codec.ts";
import { arrayOf, filledString, isArray, isObject, objectOf, parseJson } from "../json.ts";
import { laterUsage } from "../openai-chat/usage.ts";
import { blockedStop } from "./answer-reader.ts";
import { embeddedError } from "./error.ts";
import { decodeUsage } from "./usage.ts";

/** Frames worth parsing once the answer has begun. Quotes inside JSON strings are escaped, so text does not match. */
const endShape = /"(?:finishReason"\s*:\s*"[^"]|blockReason"\s*:\s*"[^"]|error"\s*:\s*["{])/;
/** Counts come with every chunk and add up, so only the last ones are parsed, and only when somebody asks. */
const usageShape = /"usageMetadata"\s*:\s*\{/;

/** Watches a forwarded stream. It runs on every one, so most frames cost two searches and no parse. */
export function streamTap(): StreamTap {
  let usage: Usage | undefined;
  let counted = "";
  let error: WireError | undefined;
  let isCommitted = false;
  let isFinished = false;
  let isSaid = false;
  let finish: string | undefined;
  let id: string | undefined;
  let model: string | undefined;

  function read(chunk: JsonObject): void {
    id ??= filledString(chunk["responseId"]);
    model ??= filledString(chunk["modelVersion"]);
    if (chunk["error"]) error ??= embeddedError(chunk);
    usage = laterUsage(usage, decodeUsage(chunk["usageMetadata"]));
    isFinished ||= blockedStop(chunk) !== undefined;
    for (const candidate of arrayOf(chunk["candidates"]).filter(isObject)) {
      finish = filledString(candidate["finishReason"]) ?? finish;
      isSaid ||= arrayOf(objectOf(candidate["content"])?.["parts"]).some(saysSomething);
    }
    isFinished ||= finish !== undefined;
    isCommitted ||= isFinished || isSaid;
  }

  function count(): Usage | undefined {
    for (const chunk of chunksIn(counted)) usage = laterUsage(usage, decodeUsage(chunk["usageMetadata"]));
    counted = "";
    return usage;
  }

  return {
    push({ data }) {
      if (!isCommitted || endShape.test(data)) {
        count();
        for (const chunk of chunksIn(data)) read(chunk);
      } else if (usageShape.test(data)) counted = data;
    },
    complete: () => error === undefined && isFinished,
    missingEnd: () => "",
    usage: count,
    said: () => ({ id, model, stop: finish }),
    error: () => error,
    committed: () => isCommitted,
    empty: () => finish === "STOP" && !isSaid,
  };
}

/** Some of Google's servers send an error in a list. */
function chunksIn(data: string): readonly JsonObject[] {
  const json = data === "" ? undefined : parseJson(data);
  return (isArray(json) ? json : [json]).filter(isObject);
}

/** Text, or anything but text. */
function saysSomething(part: Json): boolean {
  if (!isObject(part)) return false;
  return filledString(part["text"]) !== undefined || Object.keys(part).some((member) => !silent.has(member));
}

const silent = new Set(["text", "thought"]);
