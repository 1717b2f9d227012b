import type { Block, Json, JsonObject, ToolResult } from "../canonical.ts";
import { arrayOf, filledString, isArray, isObject, objectOf } from "../json.ts";
import type { Notes } from "../notes.ts";
import { decodeFileData, decodeInlineData } from "./decode-media.ts";
import { field } from "./field.ts";

/** Calls of the conversation so far, for responses to find theirs. */
export type OpenCalls = Readonly<{
  open(id: string, name: string): void;
  /** The id of the call that a response answers: by id, else the oldest open one of its name, else the oldest open one. */
  close(id: string | undefined, name: string): string | undefined;
}>;

export function openCalls(): OpenCalls {
  const known = new Set<string>();
  const waiting: { id: string; name: string }[] = [];
  const close = (isAnswered: (call: Readonly<{ id: string; name: string }>) => boolean): string | undefined => {
    const at = waiting.findIndex(isAnswered);
    return at === -1 ? undefined : waiting.splice(at, 1)[0]?.id;
  };
  return {
    open(id, name) {
      known.add(id);
      waiting.push({ id, name });
    },
    close(id, name) {
      if (id !== undefined && known.has(id)) return close((call) => call.id === id) ?? id;
      return close((call) => call.name === name) ?? close(() => true);
    },
  };
}

export function decodeResult(value: Json, path: string, calls: OpenCalls, found: Notes): ToolResult {
  const body = objectOf(value);
  const name = filledString(field(body, "name")) ?? "";
  const id = filledString(field(body, "id"));
  const { text, isError } = readResponse(objectOf(field(body, "response")) ?? {}, name);
  const media = arrayOf(field(body, "parts")).flatMap((part, index) =>
    decodeResultPart(part, `${path}.parts[${index}]`, found),
  );
  const texts: readonly Block[] = text === "" ? [] : [{ kind: "text", text }];
  return { kind: "tool-result", callId: calls.close(id, name) ?? id ?? name, blocks: [...texts, ...media], isError };
}

function decodeResultPart(value: Json, path: string, found: Notes): readonly Block[] {
  const part = objectOf(value);
  const [inline, file] = [field(part, "inlineData"), field(part, "fileData")];
  if (part !== undefined && inline !== undefined) {
    return listOf(decodeInlineData(inline, part, `${path}.inlineData`, found), path, found);
  }
  if (part !== undefined && file !== undefined)
    return listOf(decodeFileData(file, part, `${path}.fileData`, found), path, found);
  found.reject("invalid_value", path, `${path}: must have inlineData or fileData`);
  return [];
}

function listOf(block: Block | undefined, path: string, found: Notes): readonly Block[] {
  return block === undefined ? [] : [found.at(path, block)];
}

/** Under one of these names, and nothing else, stands the whole of a function's result. */
const resultNames = ["output", "result", "content"] as const;

/** The AI SDK repeats the function's name beside the result (@ai-sdk/google 4.0.121). */
function readResponse(response: JsonObject, name: string): Readonly<{ text: string; isError: boolean }> {
  const { name: said, ...rest } = response;
  const members = said === name ? rest : response;
  const [only, ...others] = Object.keys(members);
  if (only === undefined) return { text: "", isError: false };
  const value = members[only];
  if (others.length > 0 || value === undefined) return { text: JSON.stringify(members), isError: false };
  if (only === "error") return { text: textOf(value), isError: true };
  const isResult = resultNames.some((known) => known === only);
  return { text: isResult ? textOf(value) : JSON.stringify(members), isError: false };
}

/** LangChain and others send a list of text parts as the result. */
function textOf(value: Json): string {
  if (typeof value === "string") return value;
  const texts = isArray(value) ? value.map((part) => (isObject(part) ? part["text"] : undefined)) : [];
  const isTexts = texts.length > 0 && texts.every((text) => typeof text === "string");
  return isTexts ? texts.join("\n") : JSON.stringify(value);
}
