import type { Dialect } from "../../contract.ts";
import { callArguments } from "../call-arguments.ts";
import type { Block, Json, JsonObject, MediaSource, ToolCall, ToolResult, Turn } from "../canonical.ts";
import { lacks } from "../lacks.ts";
import { base64ToText } from "../media.ts";
import type { Notes } from "../notes.ts";
import type { CacheMarks } from "./cache-marks.ts";

/** What the blocks of one request share. `wireName` gives the name under which the upstream knows a tool. */
export type BlockEncoding = Readonly<{
  found: Notes;
  marks: CacheMarks;
  dialect: Dialect;
  wireName(name: string): string;
}>;

type Image = Extract<Block, { kind: "image" }>;
type Document = Extract<Block, { kind: "document" }>;

const imageTypes = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

export function encodeTurn(turn: Turn, encoding: BlockEncoding): JsonObject {
  return { role: turn.role, content: encodeContent(turn.blocks, encoding) };
}

/** One plain text stays a string, as most clients send it. */
function encodeContent(blocks: readonly Block[], encoding: BlockEncoding): Json {
  const [only] = blocks;
  if (blocks.length === 1 && only?.kind === "text" && only.cache === undefined) return only.text;
  return blocks.flatMap((block) => encodeBlock(block, encoding) ?? []);
}

export function encodeBlock(block: Block, encoding: BlockEncoding): Json | undefined {
  switch (block.kind) {
    case "text":
      return { type: "text", text: block.text, ...encoding.marks(block.cache) };
    case "refusal":
      return { type: "text", text: block.text };
    case "image":
      if (lacks(encoding.dialect, "images")) return rejectKind(block, encoding.found);
      return encodeImage(block, encoding.marks(block.cache), encoding.found);
    case "document":
      if (lacks(encoding.dialect, "documents")) return rejectKind(block, encoding.found);
      return encodeDocument(block, encoding.marks(block.cache), encoding.found);
    case "audio":
    case "video":
      return rejectKind(block, encoding.found);
    case "web-search":
      encoding.found.lose("dropped", "web_search_call", block);
      return undefined;
    case "thinking":
      return { type: "thinking", thinking: block.text, signature: block.signature?.data ?? "" };
    case "redacted-thinking":
      return { type: "redacted_thinking", data: block.data.data };
    case "tool-call":
      return encodeCall(block, encoding);
    case "tool-result":
      return encodeResult(block, encoding);
    case "opaque":
      return block.json;
  }
}

function rejectKind(block: Block, found: Notes): undefined {
  const { kind } = block;
  found.reject(`unsupported_${kind}`, "messages", `messages: this model takes no ${kind}; send text instead`, block);
}

function encodeCall(call: ToolCall, { found, marks, wireName }: BlockEncoding): JsonObject {
  const input = callArguments(call, found);
  return { type: "tool_use", id: call.id, name: wireName(call.name), input, ...marks(call.cache) };
}

function encodeResult(result: ToolResult, encoding: BlockEncoding): JsonObject {
  return {
    type: "tool_result",
    tool_use_id: result.callId,
    ...(result.blocks.length === 0 ? {} : { content: encodeContent(result.blocks, encoding) }),
    ...(result.isError ? { is_error: true } : {}),
    ...encoding.marks(result.cache),
  };
}

function encodeImage(image: Image, mark: JsonObject, found: Notes): JsonObject | undefined {
  const { source } = image;
  switch (source.kind) {
    case "url":
      return { type: "image", source: { type: "url", url: source.url }, ...mark };
    case "file":
      return fileBlock(image, source, mark, found);
    case "base64":
      if (imageTypes.has(source.mediaType)) {
        return { type: "image", source: base64Source(source), ...mark };
      }
      return rejectMedia(image, source.mediaType, "JPEG, PNG, GIF or WebP", found);
    case "text":
      return rejectMedia(image, source.mediaType, "JPEG, PNG, GIF or WebP", found);
  }
}

function encodeDocument(document: Document, mark: JsonObject, found: Notes): JsonObject | undefined {
  const { source, title } = document;
  const rest: JsonObject = { ...(title === undefined ? {} : { title }), ...mark };
  switch (source.kind) {
    case "url":
      return { type: "document", source: { type: "url", url: source.url }, ...rest };
    case "file":
      return fileBlock(document, source, rest, found);
    case "text":
      return { type: "document", source: textSource(source.text), ...rest };
    case "base64": {
      if (source.mediaType === "application/pdf") return { type: "document", source: base64Source(source), ...rest };
      const text = source.mediaType.startsWith("text/") ? base64ToText(source.data) : undefined;
      if (text !== undefined) return { type: "document", source: textSource(text), ...rest };
      return rejectMedia(document, source.mediaType, "PDF or plain text", found);
    }
  }
}

function base64Source(source: Readonly<{ mediaType: string; data: string }>): JsonObject {
  return { type: "base64", media_type: source.mediaType, data: source.data };
}

function textSource(text: string): JsonObject {
  return { type: "text", media_type: "text/plain", data: text };
}

function fileBlock(
  block: Image | Document,
  source: Extract<MediaSource, { kind: "file" }>,
  rest: JsonObject,
  found: Notes,
): JsonObject | undefined {
  if (source.from === "anthropic-messages")
    return { type: block.kind, source: { type: "file", file_id: source.id }, ...rest };
  found.reject(
    "file_id_foreign",
    "messages",
    `messages: file ${source.id} is stored at another provider; send its bytes as base64 instead`,
    block,
  );
  return undefined;
}

function rejectMedia(block: Image | Document, mediaType: string, wanted: string, found: Notes): undefined {
  const code = block.kind === "image" ? "unsupported_image_type" : "unsupported_file_type";
  found.reject(code, "messages", `messages: this model does not take ${mediaType}; send ${wanted}`, block);
}
