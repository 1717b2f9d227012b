import type { Block, CacheMark, Json, JsonObject, MediaSource } from "../canonical.ts";
import { filledString, isArray, isObject, lookup, objectOf, stringOf } from "../json.ts";
import { cleanBase64, parseDataUrl, sniffMediaType } from "../media.ts";
import type { Notes } from "../notes.ts";

/** Reads one content part found at `path`; undefined after a rejection. */
type PartReader = (part: JsonObject, path: string, found: Notes) => Block | undefined;

/** Content part types of Chat Completions (openai 7.55.0 `ChatCompletionContentPart`), plus `refusal` of assistants. */
const readers = {
  text: (part, path, found) => {
    const text = stringOf(part["text"]);
    if (text === undefined) return reject(found, `${path}.text`, "must be a string");
    return { kind: "text", text, cache: cacheMark(part) };
  },
  image_url: decodeImage,
  file: decodeFile,
  input_audio: (part, path, found) => {
    const audio = objectOf(part["input_audio"]);
    const data = filledString(audio?.["data"]);
    const format = filledString(audio?.["format"]);
    if (data === undefined || format === undefined) {
      return reject(found, `${path}.input_audio`, "needs the strings 'data' and 'format'");
    }
    return { kind: "audio", data, format };
  },
  refusal: (part, path, found) => {
    const text = stringOf(part["refusal"]);
    if (text === undefined) return reject(found, `${path}.refusal`, "must be a string");
    return { kind: "refusal", text };
  },
} as const satisfies Record<string, PartReader>;

export type PartType = keyof typeof readers;

/** The blocks of a message's `content`: a string or a list of parts of the `allowed` types. Null and undefined are none. */
export function decodeContent(
  content: Json | undefined,
  path: string,
  allowed: readonly PartType[],
  found: Notes,
): readonly Block[] {
  if (content === undefined || content === null) return [];
  if (typeof content === "string") return [found.at(path, { kind: "text", text: content })];
  if (!isArray(content)) {
    reject(found, path, "must be a string or a list of content parts");
    return [];
  }
  return content.flatMap((part, index) => {
    const place = `${path}[${index}]`;
    const block = decodePart(part, place, allowed, found);
    return block === undefined ? [] : [found.at(place, block)];
  });
}

function decodePart(part: Json, path: string, allowed: readonly PartType[], found: Notes): Block | undefined {
  if (typeof part === "string") return { kind: "text", text: part };
  if (!isObject(part)) return reject(found, path, "must be an object with a 'type'");
  const type = stringOf(part["type"]);
  const name = allowed.find((candidate) => candidate === type);
  const read: PartReader | undefined = lookup<PartReader>(readers, name);
  if (read === undefined) {
    found.reject(
      "content_part_unsupported",
      `${path}.type`,
      `A content part of type '${type}' cannot be sent here. Use one of: ${allowed.join(", ")}.`,
    );
    return undefined;
  }
  return read(part, path, found);
}

/** `image_url` is an object by the API and a plain string with some clients. */
function decodeImage(part: JsonObject, path: string, found: Notes): Block | undefined {
  const image = part["image_url"];
  const url = filledString(image) ?? filledString(objectOf(image)?.["url"]);
  const source = url === undefined ? undefined : imageSource(url);
  if (source === undefined) {
    return reject(found, `${path}.image_url.url`, "must be an http(s) URL or a base64 data URL of a known image type");
  }
  return { kind: "image", source, detail: filledString(objectOf(image)?.["detail"]), cache: cacheMark(part) };
}

function imageSource(url: string): MediaSource | undefined {
  if (/^https?:\/\//i.test(url)) return { kind: "url", url };
  return base64Source(url);
}

/** A data URL, or bare base64 whose first bytes tell the type. */
function base64Source(text: string): MediaSource | undefined {
  const media = parseDataUrl(text) ?? bareBase64(text);
  return media === undefined ? undefined : { kind: "base64", ...media };
}

function bareBase64(text: string): Readonly<{ mediaType: string; data: string }> | undefined {
  const data = cleanBase64(text);
  const mediaType = data === undefined ? undefined : sniffMediaType(data);
  return data === undefined || mediaType === undefined ? undefined : { mediaType, data };
}

function decodeFile(part: JsonObject, path: string, found: Notes): Block | undefined {
  const file = objectOf(part["file"]);
  const id = filledString(file?.["file_id"]);
  const data = filledString(file?.["file_data"]);
  const title = filledString(file?.["filename"]);
  const source: MediaSource | undefined =
    id !== undefined ? { kind: "file", from: "openai-chat", id } : data === undefined ? undefined : base64Source(data);
  if (source === undefined) {
    return reject(found, `${path}.file`, "needs 'file_data' as a base64 data URL, or 'file_id'");
  }
  return { kind: "document", source, title, cache: cacheMark(part) };
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
