import type { JsonObject } from "../../json.ts";
import { isArray } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { blocksOf, messagesOf } from "../blocks.ts";
import { invalid } from "../invalid.ts";
import type { Law } from "./law.ts";

/** Texts say something, and stop sequences too. A final assistant turn is the one place that may be empty. */
export const texts: Law = (body) => {
  const system = isArray(body["system"]) ? blocksOf(body["system"]) : [];
  for (const [index, block] of system.entries()) {
    const problem = textProblem(block, "system", `system.${index}`);
    if (problem !== undefined) return problem;
  }
  const messages = messagesOf(body);
  for (const [index, message] of messages.entries()) {
    if (message["content"] === "" && index === messages.length - 1) continue;
    for (const [at, block] of blocksOf(message["content"]).entries()) {
      const problem = textProblem(block, "messages", `messages.${index}.content.${at}`);
      if (problem !== undefined) return problem;
    }
  }
  const sequences = isArray(body["stop_sequences"]) ? body["stop_sequences"] : [];
  const blank = sequences.findIndex((sequence) => String(sequence).trim() === "");
  return blank < 0 ? undefined : invalid(`stop_sequences.${blank}: each stop sequence must contain non-whitespace`);
};

function textProblem(block: JsonObject, list: string, place: string): Problem | undefined {
  const text = block["text"];
  if (block["type"] !== "text" || typeof text !== "string" || text.trim() !== "") return undefined;
  if (block["cache_control"] && text === "")
    return invalid(`${place}.text: cache_control cannot be set for empty text blocks`);
  return invalid(`${list}: text content blocks must ${text === "" ? "be non-empty" : "contain non-whitespace text"}`);
}
