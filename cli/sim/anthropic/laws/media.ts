import { isArray, isObject, type Json, type JsonObject } from "../../json.ts";
import { isBase64, mediaProblem } from "../../media.ts";
import type { Problem } from "../../reply.ts";
import { blocksOf, messagesOf } from "../blocks.ts";
import { invalid } from "../invalid.ts";
import type { Law } from "./law.ts";

/** Images and documents are what they say they are, wherever they stand. */
export const media: Law = (body) => {
  for (const [index, message] of messagesOf(body).entries()) {
    const problem = blocksProblem(blocksOf(message["content"]), `messages.${index}.content`);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

function blocksProblem(blocks: readonly JsonObject[], place: string): Problem | undefined {
  for (const [at, block] of blocks.entries()) {
    const inner: Json | undefined = block["content"];
    const problem =
      sourceProblem(block, `${place}.${at}`) ??
      (isArray(inner) ? blocksProblem(blocksOf(inner), `${place}.${at}.content`) : undefined);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function sourceProblem(block: JsonObject, place: string): Problem | undefined {
  const source = block["source"];
  if (!isObject(source)) return undefined;
  const path = `${place}.${block["type"]}.source`;
  if (source["type"] === "url" && !/^https?:\/\/[^/]/i.test(String(source["url"]))) {
    return invalid(`${path}.url.url: Only HTTP and HTTPS URLs are supported`);
  }
  if (source["type"] !== "base64") return undefined;
  const data = String(source["data"]);
  const type = String(source["media_type"]);
  if (!isBase64(data)) return invalid(`${path}.base64.data: The base64 data is invalid`);
  if (block["type"] !== "image") return undefined;
  switch (mediaProblem(data, type)) {
    case "unknown-format":
      return invalid("Could not process image");
    case "other-format":
      return invalid(`${path}.base64.media_type: Image does not match the provided media type ${type}`);
    case "not-base64":
    case undefined:
      return undefined;
  }
}
