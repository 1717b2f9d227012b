import type { Block, Json, JsonObject } from "../canonical.ts";
import { filledString, lookup, objectOf, stringOf } from "../json.ts";
import { base64ToText, cleanBase64 } from "../media.ts";
import type { Notes } from "../notes.ts";
import { field } from "./field.ts";
import { isStoredFile, isYoutube } from "./file-uri.ts";
import { audioFormat, mediaTypeOfUrl } from "./media-types.ts";

type Media = "image" | "audio" | "video" | "document";

function mediaOf(mediaType: string): Media {
  const family = mediaType.split("/", 1)[0];
  return family === "image" || family === "audio" || family === "video" ? family : "document";
}

/** `inlineData` of a part, or of a part inside a function response; undefined after a rejection. */
export function decodeInlineData(value: Json, part: JsonObject, path: string, found: Notes): Block | undefined {
  const blob = objectOf(value);
  const mediaType = filledString(field(blob, "mimeType"))?.toLowerCase();
  const data = cleanBase64(stringOf(field(blob, "data")) ?? "");
  if (mediaType === undefined || data === undefined || data === "") {
    found.reject("invalid_value", path, `${path}: must have a mimeType and data in base64`);
    return undefined;
  }
  const media = mediaOf(mediaType);
  switch (media) {
    case "audio":
      return { kind: "audio", data, format: audioFormat(mediaType) };
    case "image":
      return { kind: "image", source: { kind: "base64", mediaType, data }, ...detail(part) };
    case "video":
      return { kind: "video", source: { kind: "base64", mediaType, data } };
    case "document": {
      const text = mediaType.startsWith("text/") ? base64ToText(data) : undefined;
      if (text !== undefined) return { kind: "document", source: { kind: "text", mediaType, text } };
      return { kind: "document", source: { kind: "base64", mediaType, data } };
    }
  }
}

/** `fileData`: a file stored at Google, a public URL, or a video on YouTube. */
export function decodeFileData(value: Json, part: JsonObject, path: string, found: Notes): Block | undefined {
  const file = objectOf(value);
  const uri = filledString(field(file, "fileUri"));
  if (uri === undefined || !(isStoredFile(uri) || /^https?:\/\//i.test(uri))) {
    found.reject("invalid_value", `${path}.fileUri`, `${path}.fileUri: must be the URI of a file`);
    return undefined;
  }
  const mediaType = filledString(field(file, "mimeType"))?.toLowerCase() ?? mediaTypeOfUrl(uri) ?? "";
  const source = isStoredFile(uri)
    ? ({ kind: "file", from: "gemini", id: uri } as const)
    : ({ kind: "url", url: uri } as const);
  const media = isYoutube(uri) ? "video" : mediaOf(mediaType);
  if (media === "audio") {
    found.reject("unsupported_audio", path, `${path}: audio must be sent as inlineData to this model`);
    return undefined;
  }
  return { kind: media, source, ...(media === "image" ? detail(part) : {}) };
}

const details: Readonly<Record<string, string>> = {
  MEDIA_RESOLUTION_LOW: "low",
  MEDIA_RESOLUTION_HIGH: "high",
  MEDIA_RESOLUTION_ULTRA_HIGH: "original",
};

function detail(part: JsonObject): Readonly<{ detail?: string }> {
  const resolution = field(part, "mediaResolution");
  const level = lookup(details, stringOf(field(objectOf(resolution), "level") ?? resolution));
  return level === undefined ? {} : { detail: level };
}
