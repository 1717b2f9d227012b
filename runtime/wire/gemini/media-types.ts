import { lookup } from "../json.ts";

/** Types that the API reads, by the ending of a file name (ai.google.dev, "File input methods", read 2026-11-20). */
const byEnding: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  heic: "image/heic",
  heif: "image/heif",
  gif: "image/gif",
  pdf: "application/pdf",
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  html: "text/html",
  mp4: "video/mp4",
  mov: "video/quicktime",
  mpeg: "video/mpeg",
  webm: "video/webm",
};

/** The media type that a URL's last segment tells; undefined when it tells none. */
export function mediaTypeOfUrl(url: string): string | undefined {
  const path = url.split(/[?#]/, 1)[0] ?? "";
  return lookup(byEnding, /\.([a-z0-9]{1,5})$/i.exec(path)?.[1]?.toLowerCase());
}

/** Audio formats that OpenAI's API has other names for than the media type's own. */
const audioFormats: Readonly<Record<string, string>> = {
  mpeg: "mp3",
  wave: "wav",
  "x-wav": "wav",
  "vnd.wave": "wav",
  "x-m4a": "m4a",
};

/** `mp3` of `audio/mpeg`. */
export function audioFormat(mediaType: string): string {
  const [subtype = ""] = mediaType.slice("audio/".length).split(";");
  return lookup(audioFormats, subtype) ?? subtype;
}
