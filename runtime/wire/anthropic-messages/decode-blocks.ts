import type { Block, CacheMark, Json, JsonObject, MediaSource } from "../canonical.ts";
import { filledString, isArray, isObject, objectOf, stringOf } from "../json.ts";
import { cleanBase64 } from "../media.ts";
import type { Notes } from "../notes.ts";
import { readOpaque } from "./signature.ts";

const native = "anthropic-messages";

/**
 * Blocks that only the Messages API understands but that can be left out of, or told in words to, another model: the
 * encoder decides. Any other unknown block is refused, as without it the conversation says something else.
 */
const portable =
  /^(search_result|compaction|fallback|server_tool_use|mcp_tool_use|mcp_tool_result|[a-z_]+_tool_result)$/;

/** `content` of a message or tool result: a string or a list of blocks. `path` is its place in the client's body. */
export function decodeContent(content: Json | undefined, path: string, found: Notes): readonly Block[] {
  if (typeof content === "string") return [found.at(path, { kind: "text", text: content })];
  if (!isArray(content)) {
    reject(found, "invalid_type", path, "must be a string or a list of content blocks");
    return [];
  }
  return content.flatMap((json, index) => {
    const place = `${path}[${index}]`;
    if (!isObject(json)) reject(found, "invalid_type", place, "must be an object with a type");
    const block = isObject(json) ? decodeBlock(json, place, found) : undefined;
    return block === undefined ? [] : [found.at(place, block)];
  });
}

function decodeBlock(json: JsonObject, path: string, found: Notes): Block | undefined {
  const type = stringOf(json["type"]) ?? "";
  switch (type) {
    case "text":
      return decodeText(json, path, found);
    case "image": {
      const source = decodeSource(json["source"], `${path}.source`, found);
      return source === undefined ? undefined : { kind: "image", source, ...cacheOf(json) };
    }
    case "document":
      return decodeDocument(json, path, found);
    case "thinking": {
      const signature = readOpaque(json["signature"]);
      const text = stringOf(json["thinking"]) ?? "";
      return { kind: "thinking", text, ...(signature === undefined ? {} : { signature }) };
    }
    case "redacted_thinking": {
      const data = readOpaque(json["data"]);
      if (data === undefined) found.lose("reasoning_dropped", path);
      return data === undefined ? undefined : { kind: "redacted-thinking", data };
    }
    case "tool_use":
      return decodeCall(json, path, found);
    case "tool_result":
      return decodeResult(json, path, found);
    default:
      if (portable.test(type)) return { kind: "opaque", from: native, type, json };
      reject(found, "block_unsupported", path, `of type "${type}" is not supported by the model's provider; remove it`);
      return undefined;
  }
}

function decodeText(json: JsonObject, path: string, found: Notes): Block | undefined {
  const text = stringOf(json["text"]);
  if (text === undefined) reject(found, "invalid_type", `${path}.text`, "must be a string");
  return text === undefined ? undefined : { kind: "text", text, ...cacheOf(json) };
}

/** A document of content blocks is plain text by another name; its images are kept in their place by no other API. */
function decodeDocument(json: JsonObject, path: string, found: Notes): Block | undefined {
  if (objectOf(json["citations"])?.["enabled"] === true) found.lose("dropped", `${path}.citations`);
  if (filledString(json["context"]) !== undefined) found.lose("dropped", `${path}.context`);
  const title = filledString(json["title"]);
  const source = decodeSource(json["source"], `${path}.source`, found);
  if (source === undefined) return undefined;
  return { kind: "document", source, ...(title === undefined ? {} : { title }), ...cacheOf(json) };
}

function decodeSource(value: Json | undefined, path: string, found: Notes): MediaSource | undefined {
  const source = objectOf(value);
  const [data, url, id] = [source?.["data"], source?.["url"], source?.["file_id"]].map(filledString);
  const mediaType = filledString(source?.["media_type"]);
  switch (source?.["type"]) {
    case "base64": {
      const clean = data === undefined ? undefined : cleanBase64(data);
      if (mediaType !== undefined && clean !== undefined) return { kind: "base64", mediaType, data: clean };
      break;
    }
    case "url":
      if (url !== undefined) return { kind: "url", url };
      break;
    case "file":
      if (id !== undefined) return { kind: "file", from: native, id };
      break;
    case "text":
      if (data !== undefined) return { kind: "text", mediaType: mediaType ?? "text/plain", text: data };
      break;
    case "content":
      return decodeContentSource(source["content"], path, found);
    default:
      break;
  }
  reject(found, "invalid_value", path, "must be base64 with a media_type, a url, a file_id or text");
  return undefined;
}

function decodeContentSource(content: Json | undefined, path: string, found: Notes): MediaSource | undefined {
  const blocks = decodeContent(content, `${path}.content`, found);
  if (blocks.some((block) => block.kind !== "text")) {
    reject(found, "block_unsupported", `${path}.content`, "can hold text only here; send images as image blocks");
  }
  const text = blocks.map((block) => (block.kind === "text" ? block.text : "")).join("\n");
  return { kind: "text", mediaType: "text/plain", text };
}

function decodeCall(json: JsonObject, path: string, found: Notes): Block | undefined {
  const id = filledString(json["id"]);
  const name = filledString(json["name"]);
  if (isToolset(json, path, found)) return undefined;
  if (id === undefined || name === undefined) {
    reject(found, "invalid_value", path, "needs an id and a name");
    return undefined;
  }
  const argumentsText = JSON.stringify(json["input"] ?? {});
  return { kind: "tool-call", id, name, tool: "function", argumentsText, ...cacheOf(json) };
}

function decodeResult(json: JsonObject, path: string, found: Notes): Block | undefined {
  const callId = filledString(json["tool_use_id"]);
  if (isToolset(json, path, found)) return undefined;
  if (callId === undefined) {
    reject(found, "invalid_value", `${path}.tool_use_id`, "must be the id of the tool_use block this answers");
    return undefined;
  }
  const content = json["content"] ?? "";
  const blocks = content === "" ? [] : decodeContent(content, `${path}.content`, found);
  return { kind: "tool-result", callId, blocks, isError: json["is_error"] === true, ...cacheOf(json) };
}

function isToolset(json: JsonObject, path: string, found: Notes): boolean {
  const isMember = (json["toolset_name"] ?? null) !== null;
  if (isMember) {
    reject(found, "toolset_unsupported", `${path}.toolset_name`, "is not supported by the model's provider; remove it");
  }
  return isMember;
}

/** `cache_control` as a mark; nothing for blocks without one. */
export function cacheOf(json: JsonObject): Readonly<{ cache?: CacheMark }> {
  const control = objectOf(json["cache_control"]);
  return control === undefined ? {} : { cache: { ttl: control["ttl"] === "1h" ? "long" : "short" } };
}

/** The message begins with the path; clients look for it there. */
export function reject(found: Notes, code: string, path: string, rule: string): void {
  found.reject(code, path, `${dotted(path)}: ${rule}`);
}

/** A path the way Anthropic writes it: `messages.2.content.0`. */
export function dotted(path: string): string {
  return path.replaceAll(/\[(\d+)\]/g, ".$1");
}
