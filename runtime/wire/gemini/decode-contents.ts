import type { Block, Json, JsonObject, Turn } from "../canonical.ts";
import { arrayOf, isArray, isObject, lookup, objectOf, stringOf } from "../json.ts";
import type { Notes } from "../notes.ts";
import { decodePart, type PartReading } from "./decode-parts.ts";
import { openCalls } from "./decode-results.ts";
import { field } from "./field.ts";

/** `function` is the role that function responses had at first. */
const roles: Readonly<Record<string, Turn["role"]>> = { user: "user", model: "assistant", function: "user" };

/** `contents` as turns; results that are spread over several are put in order by `normalise`. */
export function decodeContents(body: JsonObject, found: Notes): readonly Turn[] {
  const contents = field(body, "contents");
  if (!isArray(contents) || contents.length === 0) {
    found.reject("invalid_value", "contents", "contents: must be a list of at least one content");
  }
  let callCount = 0;
  const reading: PartReading = {
    found,
    calls: openCalls(),
    nextCall() {
      callCount += 1;
      return callCount;
    },
  };
  const turns = arrayOf(contents).map((content, index) => decodeContent(content, `contents[${index}]`, reading));
  return joinAnswers(turns, found);
}

/** Chats of @google/genai 3.1 keep each chunk of a stream as a content of its own: those of one answer are one turn. */
function joinAnswers(turns: readonly Turn[], found: Notes): readonly Turn[] {
  const joined: { role: Turn["role"]; blocks: Block[] }[] = [];
  for (const { role, blocks } of turns) {
    const last = joined.at(-1);
    if (role === "assistant" && last?.role === role) last.blocks.push(...blocks);
    else joined.push({ role, blocks: [...blocks] });
  }
  return joined.map(({ role, blocks }) => {
    return { role, blocks: role === "assistant" ? joinThoughts(blocks, found) : blocks };
  });
}

/** A thought that was streamed is signed in its last part, and the signature is of the whole text. */
function joinThoughts(blocks: readonly Block[], found: Notes): readonly Block[] {
  const joined: Block[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    const before = last?.kind === "thinking" && last.signature === undefined ? last.text : undefined;
    if (before !== undefined && block.kind === "thinking") {
      joined.splice(-1, 1, found.as(block, { ...block, text: before + block.text }));
    } else if (before !== undefined && block.kind === "redacted-thinking") {
      joined.splice(-1, 1, found.as(block, { kind: "thinking", text: before, signature: block.data }));
    } else joined.push(block);
  }
  return joined;
}

function decodeContent(value: Json, path: string, reading: PartReading): Turn {
  const { found } = reading;
  const content = objectOf(value);
  if (content === undefined) found.reject("invalid_type", path, `${path}: must be an object with a role and parts`);
  const role = lookup(roles, stringOf(field(content, "role") ?? "user") || "user");
  if (role === undefined) found.reject("invalid_value", `${path}.role`, `${path}.role: must be user or model`);
  const parts = field(content, "parts");
  if (parts !== undefined && !isArray(parts)) {
    found.reject("invalid_type", `${path}.parts`, `${path}.parts: must be a list of parts`);
  }
  const blocks = arrayOf(parts).map((part, index) => decodeOne(part, `${path}.parts[${index}]`, reading));
  return { role: role ?? "user", blocks: withMedia(blocks, found).flat() };
}

function decodeOne(part: Json, path: string, reading: PartReading): readonly Block[] {
  if (isObject(part)) return decodePart(part, path, reading).map((block) => reading.found.at(path, block));
  reading.found.reject("invalid_type", path, `${path}: must be an object`);
  return [];
}

/**
 * Before function responses had parts of their own, their media stood beside them: media in a content with responses
 * belong to the response before them, or else to the first.
 */
function withMedia(parts: readonly (readonly Block[])[], found: Notes): readonly (readonly Block[])[] {
  const first = parts.findIndex(([block]) => block?.kind === "tool-result");
  if (first === -1) return parts;
  const placed: Block[][] = parts.map(() => []);
  let owner = first;
  for (const [index, blocks] of parts.entries()) {
    if (blocks[0]?.kind === "tool-result") owner = index;
    placed[isMedia(blocks[0]) ? owner : index]?.push(...blocks);
  }
  return placed.map((blocks) => intoResult(blocks, found));
}

function isMedia(block: Block | undefined): boolean {
  return block?.kind === "image" || block?.kind === "document" || block?.kind === "audio" || block?.kind === "video";
}

/** Blocks of one place: a response among them takes in the others. */
function intoResult(blocks: readonly Block[], found: Notes): readonly Block[] {
  const result = blocks.find((block) => block.kind === "tool-result");
  if (result === undefined) return blocks;
  const all = [...result.blocks, ...blocks.filter((block) => block !== result)];
  return [found.as(result, { ...result, blocks: all })];
}

/** `systemInstruction`: text, or a content or list of parts that hold nothing but text; its parts are lines. */
export function decodeSystem(body: JsonObject, found: Notes): readonly Block[] {
  const path = "systemInstruction";
  const instruction = field(body, path);
  if (instruction === undefined) return [];
  if (typeof instruction === "string") return systemText(instruction, found);
  const parts = isArray(instruction) ? instruction : field(objectOf(instruction), "parts");
  const list = parts === undefined || isArray(parts) ? arrayOf(parts) : [parts];
  const texts = list.map((part) => (typeof part === "string" ? part : stringOf(field(objectOf(part), "text"))));
  if (texts.some((text) => text === undefined)) {
    found.reject("unsupported_content", path, `${path}: can hold text only`);
  }
  const text = texts.filter(Boolean).join("\n");
  return systemText(text, found);
}

function systemText(text: string, found: Notes): readonly Block[] {
  return text === "" ? [] : [found.at("systemInstruction", { kind: "text", text })];
}
