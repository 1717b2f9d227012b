import type { UpstreamTarget } from "../codec.ts";
import { isStoredFile, isYoutube } from "./file-uri.ts";
import { mediaTypeOfUrl } from "./media-types.ts";
import { traitsOf } from "./traits.ts";

/**
 * Google's own files and videos always; other public URLs from Gemini 3 on, where their type can be told, as `fileData`
 * must name it (ai.google.dev, "File input methods", read 2026-11-20).
 */
export function takesUrl(media: "image" | "document" | "video", url: string, target: UpstreamTarget): boolean {
  if (isStoredFile(url)) return true;
  if (media === "video" && isYoutube(url)) return true;
  return traitsOf(target.model).mixes && /^https:\/\//i.test(url) && mediaTypeOfUrl(url) !== undefined;
}
