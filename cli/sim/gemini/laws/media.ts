import { isObject, type JsonObject } from "../../json.ts";
import { isBase64, mediaProblem } from "../../media.ts";
import type { Problem } from "../../reply.ts";
import { contentsOf, partsOf } from "../contents.ts";
import { invalid } from "../invalid.ts";
import type { GeminiModel } from "../models.ts";
import { placeOf } from "../violation-problem.ts";
import type { Law } from "./law.ts";

/** Types the vendor reads (its pages on images, documents, audio and video). GIF is none of them. */
const readable =
  /^(image\/(png|jpeg|webp|heic|heif)|application\/pdf|text\/[a-z0-9.+-]+|(audio|video)\/[a-z0-9.+-]+)$/i;
/** Formats whose first bytes are known here. */
const known = /^image\/(png|jpeg|webp)$/i;
/** Files of the vendor's own, which every model reads. */
const ownFile =
  /^(https:\/\/generativelanguage\.googleapis\.com\/\S+\/)?files\/\S+$|^https:\/\/(www\.)?(youtube\.com|youtu\.be)\//;

/** Media come as bytes of a type the vendor reads, as one of its files, or, from Gemini 3 on, by URL. */
export const media: Law = (body, model) => {
  for (const [index, content] of contentsOf(body).entries()) {
    for (const [at, part] of partsOf(content).entries()) {
      const { inlineData, fileData } = part;
      const path = ["contents", index, "parts", at, "inlineData"];
      const problem = isObject(inlineData) ? inlineProblem(inlineData, path) : fileProblem(fileData, model);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
};

function inlineProblem(blob: JsonObject, path: readonly (string | number)[]): Problem | undefined {
  const { mimeType, data } = blob;
  if (typeof mimeType !== "string") return invalid(`Missing MIME type at '${placeOf(path)}'.`);
  if (!readable.test(mimeType)) return invalid(`Unsupported MIME type: ${mimeType}`);
  const bytes = String(data ?? "")
    .replaceAll("-", "+")
    .replaceAll("_", "/");
  if (!isBase64(bytes)) {
    const shown = bytes.slice(0, 20);
    return invalid(
      `Invalid value at '${placeOf([...path, "data"])}' (TYPE_BYTES), Base64 decoding failed for "${shown}"`,
    );
  }
  return known.test(mimeType) && mediaProblem(bytes, mimeType) !== undefined
    ? invalid(
        "Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting",
      )
    : undefined;
}

function fileProblem(file: JsonObject[string] | undefined, model: GeminiModel): Problem | undefined {
  if (!isObject(file)) return undefined;
  const uri = String(file["fileUri"] ?? "");
  if (ownFile.test(uri)) return undefined;
  return model.generation >= 3 && /^https?:\/\/[^/]/.test(uri)
    ? undefined
    : invalid(`Invalid or unsupported file uri: ${uri}`);
}
