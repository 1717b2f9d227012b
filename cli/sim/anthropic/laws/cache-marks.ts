import { isArray, isObject, type JsonObject } from "../../json.ts";
import { blocksOf, messagesOf } from "../blocks.ts";
import { invalid } from "../invalid.ts";
import type { Law } from "./law.ts";

const maxMarks = 4;

/** At most four cache marks, the longer-lived ones first. */
export const cacheMarks: Law = (body) => {
  const marks = [...markedBlocks(body), body].map((block) => block["cache_control"]).filter(isObject);
  if (marks.length > maxMarks) {
    return invalid(`A maximum of ${maxMarks} blocks with cache_control may be provided. Found ${marks.length}.`);
  }
  const firstShort = marks.findIndex((mark) => mark["ttl"] !== "1h");
  const lastLong = marks.findLastIndex((mark) => mark["ttl"] === "1h");
  return firstShort >= 0 && lastLong > firstShort
    ? invalid(
        "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.",
      )
    : undefined;
};

function markedBlocks(body: JsonObject): readonly JsonObject[] {
  const tools = isArray(body["tools"]) ? body["tools"].filter(isObject) : [];
  const system = isArray(body["system"]) ? blocksOf(body["system"]) : [];
  const content = messagesOf(body).flatMap((message) => blocksOf(message["content"]));
  const nested = content.flatMap((block) =>
    isArray(block["content"]) ? [...blocksOf(block["content"]), block] : [block],
  );
  return [...tools, ...system, ...nested];
}
