import { isArray, isObject, type Json } from "../../json.ts";
import { mediaProblem } from "../../media.ts";
import type { Problem } from "../../reply.ts";
import { invalid } from "../invalid.ts";
import { messagesOf } from "../messages-of.ts";
import type { Law } from "./law.ts";

/** Images come by http(s) URL or as a base64 data URL of a type the vendor reads, and to a model that sees. */
export const images: Law = (body, model) => {
  for (const [messageIndex, message] of messagesOf(body).entries()) {
    const parts: readonly Json[] = isArray(message["content"]) ? message["content"] : [];
    for (const [partIndex, part] of parts.entries()) {
      const image = isObject(part) ? part["image_url"] : undefined;
      if (!isObject(image)) continue;
      if (!model.vision)
        return invalid(
          "Invalid content type. image_url is only supported by certain models.",
          `messages.[${messageIndex}].content.[${partIndex}].type`,
        );
      const problem = imageUrlProblem(
        String(image["url"]),
        `messages[${messageIndex}].content[${partIndex}].image_url.url`,
      );
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
};

const wanted =
  "Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU=')";
const formats = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Why OpenAI cannot read the image a URL leads to; `param` names the place. */
export function imageUrlProblem(url: string, param: string): Problem | undefined {
  if (/^https?:\/\/[^/]/i.test(url)) return undefined;
  const data = url.match(/^data:([^;,]*)((?:;[^;,]*)*),(.*)$/is);
  if (data === null)
    return invalid(
      `Invalid '${param}'. ${wanted}, but got a value without the 'data:' prefix.`,
      param,
      "invalid_value",
    );
  const [, type = "", parameters = "", bytes = ""] = data;
  if (!formats.includes(type.toLowerCase()) && type.toLowerCase() !== "image/jpg") {
    return invalid(`Invalid '${param}'. ${wanted}, but got unsupported MIME type '${type}'.`, param, "invalid_value");
  }
  if (!/;base64$/i.test(parameters))
    return invalid(
      `Invalid '${param}'. ${wanted}, but got a data URL that is not base64-encoded.`,
      param,
      "invalid_value",
    );
  if (bytes === "")
    return invalid(`Invalid '${param}'. ${wanted}, but got empty base64-encoded bytes.`, param, "invalid_base64");
  switch (mediaProblem(bytes, type)) {
    case "not-base64":
      return invalid(
        `Invalid '${param}'. ${wanted}, but got an invalid base64-encoded value.`,
        param,
        "invalid_base64",
      );
    case "unknown-format":
      return invalid(
        "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].",
        null,
        "invalid_image_format",
      );
    case "other-format":
    case undefined:
      return undefined;
  }
}
