import type { WireFormat } from "../../contract.ts";
import type { Block, CacheMark, JsonObject } from "../canonical.ts";
import { toDataUrl } from "../media.ts";
import type { Notes } from "../notes.ts";
import { encodeParts as encodeChatParts, type PartEncoding, rejectsMedia } from "../openai-chat/encode-parts.ts";

type TextType = "input_text" | "output_text";

/** Content parts of one message or output; what a model says is `output_text`. Blank parts are left out. */
export function encodeParts(blocks: readonly Block[], text: TextType, encoding: PartEncoding): readonly JsonObject[] {
  return blocks.map((block) => encodePart(block, text, encoding)).filter((part) => part !== undefined);
}

function encodePart(block: Block, type: TextType, encoding: PartEncoding): JsonObject | undefined {
  const { found, breakpoints, dialect } = encoding;
  if (rejectsMedia(block, encoding)) return undefined;
  switch (block.kind) {
    case "text":
      return block.text === "" ? undefined : textPart(block.text, type, mark(block.cache, breakpoints));
    case "refusal":
      return type === "output_text" ? { type: "refusal", refusal: block.text } : textPart(block.text, type, {});
    case "image":
      return type === "output_text" ? lost(block, found) : encodeImage(block, mark(block.cache, breakpoints), found);
    case "document":
      return type === "output_text" ? lost(block, found) : encodeDocument(block, mark(block.cache, breakpoints), found);
    case "audio":
    case "video":
      found.reject(
        `unsupported_${block.kind}`,
        "messages",
        `messages: this model takes no ${block.kind}; send text instead`,
        block,
      );
      return undefined;
    // Other vendors' blocks that have a text are told in it, as Chat Completions is.
    case "opaque":
      return encodeChatParts([block], { found, breakpoints: false, dialect }).map((part) =>
        textPart(String(part["text"]), type, {}),
      )[0];
    default:
      return undefined;
  }
}

function textPart(text: string, type: TextType, marks: JsonObject): JsonObject {
  return type === "output_text" ? { type, text, annotations: [] } : { type, text, ...marks };
}

function lost(block: Block, found: Notes): undefined {
  found.lose("dropped", block.kind, block);
  return undefined;
}

/** Only the long life has a word of its own. */
function mark(cache: CacheMark | undefined, breakpoints: boolean): JsonObject {
  if (cache === undefined || !breakpoints) return {};
  return { prompt_cache_breakpoint: { mode: "explicit", ...(cache.ttl === "long" ? { ttl: "12h" } : {}) } };
}

function encodeImage(
  image: Extract<Block, { kind: "image" }>,
  marks: JsonObject,
  found: Notes,
): JsonObject | undefined {
  const { source, detail } = image;
  const rest = { detail: detail ?? "auto", ...marks };
  switch (source.kind) {
    case "url":
      return { type: "input_image", image_url: source.url, ...rest };
    case "base64":
      return { type: "input_image", image_url: toDataUrl(source), ...rest };
    case "file":
      return isOwn(source.from, image, found) ? { type: "input_image", file_id: source.id, ...rest } : undefined;
    case "text":
      return undefined;
  }
}

function encodeDocument(
  document: Extract<Block, { kind: "document" }>,
  marks: JsonObject,
  found: Notes,
): JsonObject | undefined {
  const { source, title } = document;
  switch (source.kind) {
    case "url":
      return { type: "input_file", file_url: source.url, ...marks };
    case "base64":
      return {
        type: "input_file",
        filename: title ?? "document.pdf",
        file_data: toDataUrl(source),
        ...marks,
      };
    case "text": {
      const data = new TextEncoder().encode(source.text).toBase64();
      const file_data = toDataUrl({ mediaType: source.mediaType, data });
      return { type: "input_file", filename: title ?? "document.txt", file_data, ...marks };
    }
    case "file":
      return isOwn(source.from, document, found) ? { type: "input_file", file_id: source.id, ...marks } : undefined;
  }
}

function isOwn(from: WireFormat, block: Block, found: Notes): boolean {
  if (from === "openai-responses" || from === "openai-chat") return true;
  found.reject(
    "file_id_foreign",
    "messages",
    "The file id belongs to another provider: send the file's bytes as base64 instead.",
    block,
  );
  return false;
}
