import type { Block, JsonObject } from "../canonical.ts";
import type { UpstreamTarget } from "../codec.ts";
import { lookup } from "../json.ts";
import { lacks } from "../lacks.ts";
import type { Notes } from "../notes.ts";
import { mediaTypeOfUrl } from "./media-types.ts";
import { takesUrl } from "./takes-url.ts";
import { traitsOf } from "./traits.ts";

export type MediaBlock = Extract<Block, { kind: "image" | "document" | "audio" | "video" }>;
export type MediaEncoding = Readonly<{ target: UpstreamTarget; found: Notes }>;

export function isMedia(block: Block): block is MediaBlock {
  return block.kind === "image" || block.kind === "document" || block.kind === "audio" || block.kind === "video";
}

const mediaLacks = { image: "images", document: "documents", audio: "audio" } as const;

/** A part with `inlineData` or `fileData`; undefined after a rejection. */
export function encodeMedia(block: MediaBlock, encoding: MediaEncoding): JsonObject | undefined {
  const { target, found } = encoding;
  const lack = lookup<(typeof mediaLacks)[keyof typeof mediaLacks]>(mediaLacks, block.kind);
  if (lack !== undefined && lacks(target.dialect, lack)) {
    const rule = `this upstream takes no ${lack}; remove them, or use a model that reads them`;
    return reject(`${block.kind}_unsupported`, rule, block, found);
  }
  if (block.kind === "audio") return inlineData(`audio/${block.format}`, block.data);
  const part = encodeSource(block, encoding);
  if (part === undefined || block.kind !== "image" || !traitsOf(target.model).mixes) return part;
  const level = lookup(resolutions, block.detail);
  return level === undefined ? part : { ...part, mediaResolution: { level } };
}

/** Of OpenAI's words for detail; `auto` is the API's own choice. */
const resolutions: Readonly<Record<string, string>> = {
  low: "MEDIA_RESOLUTION_LOW",
  high: "MEDIA_RESOLUTION_HIGH",
  original: "MEDIA_RESOLUTION_ULTRA_HIGH",
};

function encodeSource(
  block: Exclude<MediaBlock, { kind: "audio" }>,
  { target, found }: MediaEncoding,
): JsonObject | undefined {
  const { kind, source } = block;
  switch (source.kind) {
    case "base64":
      return inlineData(source.mediaType, source.data);
    case "text":
      return inlineData(source.mediaType, new TextEncoder().encode(source.text).toBase64());
    case "url":
      if (takesUrl(kind, source.url, target)) return fileData(source.url);
      return reject(
        "media_url_unsupported",
        `this model cannot fetch ${source.url}; send its bytes as base64`,
        block,
        found,
      );
    case "file":
      if (source.from === "gemini") return fileData(source.id);
      return reject(
        "file_id_foreign",
        `file ${source.id} is stored at another provider; send its bytes as base64 instead`,
        block,
        found,
      );
  }
}

function inlineData(mimeType: string, data: string): JsonObject {
  return { inlineData: { mimeType, data } };
}

/** Google knows the type of its own files. */
function fileData(fileUri: string): JsonObject {
  const mimeType = mediaTypeOfUrl(fileUri);
  return { fileData: { ...(mimeType === undefined ? {} : { mimeType }), fileUri } };
}

function reject(code: string, rule: string, block: Block, found: Notes): undefined {
  found.reject(code, "messages", `messages: ${rule}`, block);
}
