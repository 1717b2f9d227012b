import type { Dialect, Lack } from "../../contract.ts";
import type { Block, CacheMark, Json, JsonObject } from "../canonical.ts";
import { arrayOf, filledString, lookup, objectOf, stringOf } from "../json.ts";
import { lacks } from "../lacks.ts";
import { toDataUrl } from "../media.ts";
import type { Notes } from "../notes.ts";

/** What the parts of one request share. `breakpoints`: whether the model takes explicit prompt-cache breakpoints. */
export type PartEncoding = Readonly<{ found: Notes; breakpoints: boolean; dialect: Dialect }>;

/** Content parts of a user message. Calls, results and thinking have their own places and are skipped. */
export function encodeParts(blocks: readonly Block[], encoding: PartEncoding): readonly JsonObject[] {
  return blocks.map((block) => encodePart(block, encoding)).filter((part) => part !== undefined);
}

/** What a server may lack of the media that the API has. */
const mediaLacks = { image: "images", document: "documents", audio: "audio" } as const satisfies Record<string, Lack>;

/** Rejects a block that the server is known not to read, and says whether it did. */
export function rejectsMedia(block: Block, { found, dialect }: Pick<PartEncoding, "found" | "dialect">): boolean {
  const lack = lookup<Lack>(mediaLacks, block.kind);
  if (lack === undefined || !lacks(dialect, lack)) return false;
  found.reject(
    `${block.kind}_unsupported`,
    "messages",
    `This upstream takes no ${lack}: remove them, or use a model that reads them.`,
    block,
  );
  return true;
}

function encodePart(block: Block, encoding: PartEncoding): JsonObject | undefined {
  const { found, breakpoints } = encoding;
  if (rejectsMedia(block, encoding)) return undefined;
  switch (block.kind) {
    case "text":
      return { type: "text", text: block.text, ...breakpoint(block.cache, breakpoints) };
    case "refusal":
      return { type: "text", text: block.text };
    case "image":
      return encodeImage(block, breakpoint(block.cache, breakpoints), found);
    case "document":
      return encodeDocument(block, breakpoint(block.cache, breakpoints), found);
    case "audio":
      return { type: "input_audio", input_audio: { data: block.data, format: block.format } };
    case "video":
      found.reject(
        "unsupported_video",
        "messages",
        "messages: this model takes no video; send text or images instead",
        block,
      );
      return undefined;
    case "web-search":
      found.lose("dropped", "web_search_call", block);
      return undefined;
    case "opaque": {
      const text = encodeForeign(block, found);
      return text === undefined ? undefined : { type: "text", text };
    }
    case "thinking":
    case "redacted-thinking":
    case "tool-call":
    case "tool-result":
      return undefined;
  }
}

function breakpoint(cache: CacheMark | undefined, breakpoints: boolean): JsonObject {
  return cache === undefined || !breakpoints ? {} : { prompt_cache_breakpoint: { mode: "explicit" } };
}

function encodeImage(
  image: Extract<Block, { kind: "image" }>,
  marks: JsonObject,
  found: Notes,
): JsonObject | undefined {
  const { source, detail } = image;
  const url = source.kind === "url" ? source.url : source.kind === "base64" ? toDataUrl(source) : undefined;
  if (url === undefined) {
    found.reject(
      "file_id_foreign",
      "messages",
      "Images must be sent as a URL or as base64: this upstream knows no file ids for images.",
      image,
    );
    return undefined;
  }
  return { type: "image_url", image_url: { url, ...(detail === undefined ? {} : { detail }) }, ...marks };
}

function encodeDocument(
  document: Extract<Block, { kind: "document" }>,
  marks: JsonObject,
  found: Notes,
): JsonObject | undefined {
  const { source, title } = document;
  switch (source.kind) {
    case "base64":
      return { type: "file", file: { filename: title ?? "document.pdf", file_data: toDataUrl(source) }, ...marks };
    case "text":
      // The API's files are PDFs; plain text is read as well when it is simply there.
      found.lose("document_as_text", "messages", document);
      return { type: "text", text: `${title ?? "Document"}:\n${source.text}`, ...marks };
    case "url":
      found.reject(
        "document_url_unsupported",
        "messages",
        "Send the document's bytes as base64: this upstream does not fetch documents from URLs.",
        document,
      );
      return undefined;
    case "file":
      if (source.from === "openai-chat") return { type: "file", file: { file_id: source.id }, ...marks };
      found.reject(
        "file_id_foreign",
        "messages",
        "The file id belongs to another provider: send the document's bytes as base64 instead.",
        document,
      );
      return undefined;
  }
}

/** Blocks of the Messages API that leave no trace, or only a warning, as their text stands in the answer anyway. */
const silent: ReadonlySet<string> = new Set(["fallback"]);
const finishedServerTool = /^(server_tool_use|mcp_tool_use|mcp_tool_result|[a-z_]+_tool_result)$/;

/** Text that stands for another vendor's block; undefined when it is left out. What cannot be left out is rejected. */
function encodeForeign(block: Extract<Block, { kind: "opaque" }>, found: Notes): string | undefined {
  const { type, json } = block;
  if (silent.has(type)) return undefined;
  if (type === "search_result") {
    found.lose("search_result_as_text", "messages", block);
    return searchResultText(objectOf(json));
  }
  if (type === "compaction") {
    found.lose("compaction_as_text", "messages", block);
    const summary = filledString(objectOf(json)?.["content"]);
    return summary === undefined ? undefined : `Summary of earlier conversation: ${summary}`;
  }
  if (finishedServerTool.test(type)) found.lose("dropped", type, block);
  else
    found.reject(
      "block_unsupported",
      "messages",
      `Blocks of type '${type}' can only be read by the provider that made them: remove them.`,
      block,
    );
  return undefined;
}

function searchResultText(result: JsonObject | undefined): string {
  const texts = arrayOf(result?.["content"]).map((part) => stringOf(objectOf(part)?.["text"]) ?? "");
  return [stringOf(result?.["title"]), stringOf(result?.["source"]), ...texts].filter(Boolean).join("\n");
}

/** A string where nothing but text is there, as servers understand that best; parts where a breakpoint must be kept. */
export function encodeContent(parts: readonly JsonObject[], separator: string, keepParts: boolean): Json {
  const isText = parts.every((part) => part["type"] === "text");
  const isMarked = parts.some((part) => part["prompt_cache_breakpoint"] !== undefined);
  if (!isText || isMarked || (keepParts && parts.length > 1)) return parts;
  return parts.map((part) => part["text"]).join(separator);
}
