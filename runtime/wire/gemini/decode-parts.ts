import type { Block, Json, JsonObject, Opaque } from "../canonical.ts";
import { unpackThinking } from "../carried-thinking.ts";
import { unpackOpaque } from "../carrier.ts";
import { filledString, objectOf, stringOf } from "../json.ts";
import type { Notes } from "../notes.ts";
import { decodeFileData, decodeInlineData } from "./decode-media.ts";
import { decodeResult, type OpenCalls } from "./decode-results.ts";
import { field } from "./field.ts";
import { readSignature } from "./signature.ts";

const native = "gemini";

/** What the parts of one request share. `nextCall` numbers the calls that have no id, the same way on every turn. */
export type PartReading = Readonly<{ found: Notes; calls: OpenCalls; nextCall(): number }>;

type PartReader = (value: Json, part: JsonObject, path: string, reading: PartReading) => readonly Block[];

/** The members of which a part has exactly one (@google/genai 3.1 `Part`), in the order in which they are looked for. */
const readers = {
  functionCall: decodeCall,
  functionResponse: (value, _part, path, { calls, found }) => [decodeResult(value, path, calls, found)],
  inlineData: (value, part, path, { found }) => listOf(decodeInlineData(value, part, path, found)),
  fileData: (value, part, path, { found }) => listOf(decodeFileData(value, part, path, found)),
  executableCode: (value, _part, path, { found }) => {
    found.lose("code_execution_as_text", path);
    const language = stringOf(field(objectOf(value), "language"))?.toLowerCase() ?? "";
    return fenced(language, stringOf(field(objectOf(value), "code")));
  },
  codeExecutionResult: (value, _part, path, { found }) => {
    found.lose("code_execution_as_text", path);
    return fenced("", stringOf(field(objectOf(value), "output")));
  },
  toolCall: drop,
  toolResponse: drop,
  text: decodeText,
} as const satisfies Record<string, PartReader>;

/** Members that say how to read the data of a part, and are no data. */
const companions = new Set([
  ...["thought", "thoughtSignature", "mediaResolution", "partMetadata", "mediaProcessing", "speechMetadata"],
  ...["thought_signature", "media_resolution", "part_metadata", "media_processing", "speech_metadata"],
  ...["videoMetadata", "video_metadata", "audioTranscription", "audio_transcription"],
]);

/** A part without data says nothing, but may hold a signature; one with data of an unknown kind cannot be left out. */
export function decodePart(part: JsonObject, path: string, reading: PartReading): readonly Block[] {
  const { found } = reading;
  if (field(part, "videoMetadata") !== undefined) found.lose("dropped", `${path}.videoMetadata`);
  for (const [name, read] of Object.entries<PartReader>(readers)) {
    const value = field(part, name);
    if (value !== undefined) return read(value, part, `${path}.${name}`, reading);
  }
  const unknown = Object.keys(part).find((name) => !companions.has(name) && part[name] !== null);
  if (unknown === undefined) return decodeText("", part, path, reading);
  found.reject("part_unsupported", path, `${path}: a part with ${unknown} cannot be sent to this model; remove it`);
  return [];
}

function listOf(block: Block | undefined): readonly Block[] {
  return block === undefined ? [] : [block];
}

/** A thought that Google did not sign is another model's, and its signature our carrier. */
function decodeText(value: Json, part: JsonObject, path: string, { found }: PartReading): readonly Block[] {
  const text = stringOf(value);
  if (text === undefined) {
    found.reject("invalid_type", path, `${path}: must be a string`);
    return [];
  }
  if (field(part, "thought") === true) return decodeThought(text, part, path, found);
  const signature = signatureOf(part, path, found);
  if (text === "" && signature === undefined) return [];
  return [{ kind: "text", text, ...(signature === undefined ? {} : { signature }) }];
}

function decodeThought(text: string, part: JsonObject, path: string, found: Notes): readonly Block[] {
  const token = signatureIn(part);
  const thought = token === undefined ? undefined : unpackThinking(token, text, native);
  if (token !== undefined && thought === undefined) found.lose("reasoning_dropped", path);
  if (thought !== undefined) return [thought];
  return text === "" ? [] : [{ kind: "thinking", text }];
}

function signatureIn(part: JsonObject): string | undefined {
  const signature = filledString(field(part, "thoughtSignature"));
  return signature && readSignature(signature);
}

/** A carrier that nobody can open any more is left out. */
function signatureOf(part: JsonObject, path: string, found: Notes): Opaque | undefined {
  const token = signatureIn(part);
  const signature = token === undefined ? undefined : unpackOpaque(token, native);
  if (token !== undefined && signature === undefined) found.lose("reasoning_dropped", path);
  return signature;
}

/** Older models and clients send calls without ids. */
function decodeCall(value: Json, part: JsonObject, path: string, reading: PartReading): readonly Block[] {
  const call = objectOf(value);
  const name = filledString(field(call, "name"));
  const number = reading.nextCall();
  if (name === undefined) {
    reading.found.reject("invalid_value", `${path}.name`, `${path}.name: must be the name of a function`);
    return [];
  }
  const id = filledString(field(call, "id")) ?? `call_${number}`;
  const signature = signatureOf(part, path, reading.found);
  reading.calls.open(id, name);
  const argumentsText = JSON.stringify(field(call, "args") ?? {});
  const signed = signature === undefined ? {} : { signature };
  return [{ kind: "tool-call", id, name, tool: "function", argumentsText, ...signed }];
}

function fenced(language: string, code: string | undefined): readonly Block[] {
  if (code === undefined || code === "") return [];
  return [{ kind: "text", text: `\`\`\`${language}\n${code}\n\`\`\`` }];
}

/** What Google's own tools did is over: the model's answer holds what came of it. */
function drop(_value: Json, _part: JsonObject, path: string, { found }: PartReading): readonly Block[] {
  found.lose("dropped", path);
  return [];
}
