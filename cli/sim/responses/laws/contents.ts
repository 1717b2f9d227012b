import { isArray, isObject } from "../../json.ts";
import { invalid } from "../../openai/invalid.ts";
import { imageUrlProblem } from "../../openai/laws/images.ts";
import { textOf } from "../../prompt.ts";
import type { Problem } from "../../reply.ts";
import { itemType } from "../request.ts";
import type { Law } from "./law.ts";

/** Messages say something; images and files come in one way, as what the vendor reads, to a model that sees. */
export const contents: Law = ({ items }, model) => {
  for (const [index, item] of items.entries()) {
    const place = `input[${index}]`;
    const { content } = item;
    const parts = isArray(content) ? content : item["output"];
    if (itemType(item) === "message" && item["role"] === "assistant" && isMute(content))
      return invalid(
        `Invalid '${place}.content': empty content of an assistant message.`,
        `${place}.content`,
        "invalid_value",
      );
    for (const [at, part] of (isArray(parts) ? parts : []).entries()) {
      const where = `${place}.${isArray(content) ? "content" : "output"}[${at}]`;
      const problem = isObject(part) ? partProblem(part, where, model.vision) : undefined;
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
};

function isMute(content: unknown): boolean {
  if (isArray(content) && content.some((part) => isObject(part) && part["type"] === "refusal")) return false;
  return textOf(isArray(content) || typeof content === "string" ? content : undefined) === "";
}

function partProblem(part: { readonly [key: string]: unknown }, where: string, vision: boolean): Problem | undefined {
  if (part["type"] === "input_image") {
    if (!vision)
      return invalid("Invalid content type. input_image is only supported by certain models.", where, "invalid_value");
    const { image_url, file_id } = part;
    if (typeof image_url === "string") return imageUrlProblem(image_url, `${where}.image_url`);
    return typeof file_id === "string" ? undefined : missing(`${where}.image_url`);
  }
  if (part["type"] !== "input_file") return undefined;
  const ways = ["file_data", "file_id", "file_url"].filter((name) => typeof part[name] === "string");
  if (ways.length === 0) return missing(`${where}.file_id`);
  if (ways.length > 1)
    return invalid(`Mutually exclusive parameters: '${where}.${ways[0]}' and '${where}.${ways[1]}'.`, where);
  const data = part["file_data"];
  if (typeof data !== "string") return undefined;
  if (typeof part["filename"] !== "string") return missing(`${where}.filename`);
  return /^data:[^;,]+(;[^;,]+)*;base64,[A-Za-z0-9+/]+=*$/.test(data)
    ? undefined
    : invalid(
        `Invalid '${where}.file_data'. Expected a base64-encoded data URL with a MIME type (e.g. 'data:application/pdf;base64,aW1nIGJ5dGVzIGhlcmU=').`,
        `${where}.file_data`,
        "invalid_value",
      );
}

function missing(param: string): Problem {
  return invalid(`Missing required parameter: '${param}'.`, param, "missing_required_parameter");
}
