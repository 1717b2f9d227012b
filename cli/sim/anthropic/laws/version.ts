import { isArray } from "../../json.ts";
import { blocksOf, messagesOf } from "../blocks.ts";
import { invalid } from "../invalid.ts";
import type { Law } from "./law.ts";

/** What version 2026-10-21 no longer takes beside the sampling parameters (the vendor's API versioning page). */
export const version: Law = (body, _model, apiVersion) => {
  if (apiVersion === "2023-06-01") return undefined;
  for (const [index, message] of messagesOf(body).entries()) {
    for (const [at, block] of blocksOf(message["content"]).entries()) {
      const place = `messages.${index}.content.${at}`;
      if (message["role"] === "assistant" && block["type"] === "document") {
        return invalid(`${place}: \`document\` blocks are not permitted in \`assistant\` messages`);
      }
      const inner = block["type"] === "search_result" ? blocksOf(block["content"]) : [block];
      const cites = inner.some(
        (text) => text["type"] === "text" && isArray(text["citations"]) && text["citations"].length > 0,
      );
      if (message["role"] === "user" && cites)
        return invalid(`${place}.text.citations: Extra inputs are not permitted`);
    }
  }
  return undefined;
};
