import type { Block, CacheMark, Citation, Json, JsonObject, MediaSource } from "../canonical.ts";
import { arrayOf, filledString, isArray, isObject, lookup, numberOf, objectOf, stringOf } from "../json.ts";
import { base64ToText, cleanBase64, parseDataUrl, sniffMediaType } from "../media.ts";
import type { Notes } from "../notes.ts";

type PartReader = (part: JsonObject, path: string, found: Notes) => Block | undefined;

/** Content part types of items (openai 7.55.0 `ResponseInputContent`, `ResponseOutputMessage`). */
const readers = {
  input_text: decodeText,
  output_text: decodeText,
  text: decodeText,
  summary_text: decodeText,
  input_image: decodeImage,
  input_file: decodeFile,
  refusal: (part, path, found) => {
    const text = stringOf(part["refusal"]);
    return text === undefined ? reject(found, `${path}.refusal`, "must be a string") : { kind: "refusal", text };
  },
} as const satisfies Record<string, PartReader>;

/** The blocks of an item's `content` or `output`: a string or a list of parts. Null and undefined are none. */
export function decodeContent(content: Json | undefined, path: string, found: Notes): readonly Block[] {
  if (content === undefined || content === null) return [];
  if (typeof content === "string") return [found.at(path, { kind: "text", text: content })];
  if (!isArray(content)) {
    reject(found, path, "must be a string or a list of content parts");
    return [];
  }
  return content.flatMap((part, index) => {
    const place = `${path}[${index}]`;
    const block = decodePart(part, place, found);
    return block === undefined ? [] : [found.at(place, block)];
  });
}

function decodePart(part: Json, path: string, found: Notes): Block | undefined {
  if (typeof part === "string") return { kind: "text", text: part };
  if (!isObject(part)) return reject(found, path, "must be an object with a 'type'");
  const type = stringOf(part["type"]);
  const read: PartReader | undefined = lookup<PartReader>(readers, type);
  if (read !== undefined) return read(part, path, found);
  found.reject(
    "content_part_unsupported",
    `${path}.type`,
    `A content part of type '${type}' cannot be sent here. Use one of: ${Object.keys(readers).join(", ")}.`,
  );
  return undefined;
}

function decodeText(part: JsonObject, path: string, found: Notes): Block | undefined {
  const text = stringOf(part["text"]);
  if (text === undefined) return reject(found, `${path}.text`, "must be a string");
  return { kind: "text", text, cache: cacheMark(part) };
}

function decodeImage(part: JsonObject, path: string, found: Notes): Block | undefined {
  const url = filledString(part["image_url"]) ?? filledString(objectOf(part["image_url"])?.["url"]);
  const id = filledString(part["file_id"]);
  const source: MediaSource | undefined =
    id !== undefined
      ? { kind: "file", from: "openai-responses", id }
      : url === undefined
        ? undefined
        : imageSource(url);
  if (source === undefined) {
    return reject(found, `${path}.image_url`, "must be an http(s) URL or a base64 data URL of a known image type");
  }
  return { kind: "image", source, detail: filledString(part["detail"]), cache: cacheMark(part) };
}

function imageSource(url: string): MediaSource | undefined {
  return /^https?:\/\//i.test(url) ? { kind: "url", url } : base64Source(url);
}

function base64Source(text: string): MediaSource | undefined {
  const media = parseDataUrl(text);
  if (media !== undefined) return { kind: "base64", ...media };
  const data = cleanBase64(text);
  const mediaType = data === undefined ? undefined : sniffMediaType(data);
  return data === undefined || mediaType === undefined ? undefined : { kind: "base64", mediaType, data };
}

function decodeFile(part: JsonObject, path: string, found: Notes): Block | undefined {
  const id = filledString(part["file_id"]);
  const url = filledString(part["file_url"]);
  const data = filledString(part["file_data"]);
  const title = filledString(part["filename"]);
  const source: MediaSource | undefined =
    id !== undefined
      ? { kind: "file", from: "openai-responses", id }
      : url !== undefined
        ? { kind: "url", url }
        : data === undefined
          ? undefined
          : base64Source(data);
  if (source === undefined)
    return reject(found, path, "needs 'file_data' as a base64 data URL, 'file_url' or 'file_id'");
  const cache = cacheMark(part);
  if (source.kind === "base64" && source.mediaType.startsWith("text/")) {
    const text = base64ToText(source.data);
    if (text !== undefined)
      return { kind: "document", source: { kind: "text", mediaType: source.mediaType, text }, title, cache };
  }
  return { kind: "document", source, title, cache };
}

/** `url_citation` annotations of one part; `offset` is where its text begins in the whole answer. */
export function decodeAnnotations(annotations: Json | undefined, offset: number): readonly Citation[] {
  return arrayOf(annotations).flatMap((entry) => {
    const annotation = objectOf(entry);
    const url = filledString(annotation?.["url"]);
    if (annotation?.["type"] !== "url_citation" || url === undefined) return [];
    const start = numberOf(annotation["start_index"]) ?? 0;
    const end = numberOf(annotation["end_index"]) ?? start;
    return [{ url, title: stringOf(annotation["title"]) ?? url, start: start + offset, end: end + offset }];
  });
}

/** A breakpoint lives 30 minutes unless it says 12 hours. */
function cacheMark(part: JsonObject): CacheMark | undefined {
  const breakpoint = objectOf(part["prompt_cache_breakpoint"]);
  return breakpoint === undefined ? undefined : { ttl: breakpoint["ttl"] === "12h" ? "long" : "short" };
}

function reject(found: Notes, path: string, rule: string): undefined {
  found.reject("invalid_value", path, `'${path}' ${rule}.`);
  return undefined;
}
