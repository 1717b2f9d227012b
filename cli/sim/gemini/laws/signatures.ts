import { isObject, type JsonObject } from "../../json.ts";
import { isBase64 } from "../../media.ts";
import type { Problem } from "../../reply.ts";
import { contentsOf, dataOf, isModel, partsOf, turnsOf } from "../contents.ts";
import { invalid } from "../invalid.ts";
import type { GeminiModel } from "../models.ts";
import { isGoodSignature } from "../thought-signature.ts";
import type { Law } from "./law.ts";

/**
 * Signatures come back where they were; from Gemini 3 on the first call of every step of the current turn has to have one
 * (the vendor's page on thought signatures).
 */
export const signatures: Law = (body, model) => {
  for (const [index, content] of contentsOf(body).entries()) {
    const problem = isModel(content) ? changedProblem(content, index) : undefined;
    if (problem !== undefined) return problem;
  }
  const turns = turnsOf(body);
  const begun = turns.findLastIndex((turn) => !isModel(turn) && dataOf(turn, "functionResponse").length === 0);
  for (const [index, turn] of turns.entries()) {
    const problem = index > begun && isModel(turn) ? missingProblem(turn, index, model) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
};

function changedProblem(content: JsonObject, index: number): Problem | undefined {
  for (const [at, part] of partsOf(content).entries()) {
    const signature = part["thoughtSignature"];
    if (typeof signature !== "string") continue;
    if (!isBase64(signature.replaceAll("-", "+").replaceAll("_", "/"))) {
      const place = `contents[${index}].parts[${at}].thought_signature`;
      return invalid(`Invalid value at '${place}' (TYPE_BYTES), Base64 decoding failed for "${signature}"`);
    }
    const call = part["functionCall"];
    if (!isGoodSignature(signature, isObject(call) ? call : undefined))
      return invalid("Thought signature is not valid.");
  }
  return undefined;
}

function missingProblem(content: JsonObject, index: number, model: GeminiModel): Problem | undefined {
  const first = partsOf(content).find((part) => isObject(part["functionCall"]));
  if (model.generation < 3 || first === undefined || first["thoughtSignature"] !== undefined) return undefined;
  const name = isObject(first["functionCall"]) ? first["functionCall"]["name"] : "";
  return invalid(
    `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${index + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
  );
}
