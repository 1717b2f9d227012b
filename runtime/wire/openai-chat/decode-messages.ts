import type { Block, Json, JsonObject, ToolCall, Turn } from "../canonical.ts";
import { arrayOf, filledString, isObject, objectOf, stringOf } from "../json.ts";
import type { Notes } from "../notes.ts";
import { placeSignatures } from "../place-signatures.ts";
import { decodeContent } from "./decode-parts.ts";
import { callSignature, decodeReasoning } from "./decode-reasoning.ts";

export type Conversation = Readonly<{ system: readonly Block[]; turns: readonly Turn[] }>;

/** Ids of legacy function calls that have no result yet, by function name, oldest first. */
type OpenCalls = Map<string, string[]>;

/** Leading system and developer messages become `system`; later ones stay where they are, as system turns. */
export function decodeMessages(messages: readonly Json[], found: Notes): Conversation {
  const turns: Turn[] = [];
  const openCalls: OpenCalls = new Map();
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`;
    const turn = isObject(message) ? decodeMessage(message, path, index, openCalls, found) : undefined;
    if (turn !== undefined) turns.push(turn);
    else found.reject("invalid_value", path, `'${path}' must be an object with a 'role' OpenAI knows: ${roles}.`);
  }
  const opening = turns.findIndex((turn) => turn.role !== "system");
  const leading = opening === -1 ? turns.length : opening;
  return { system: turns.slice(0, leading).flatMap((turn) => turn.blocks), turns: turns.slice(leading) };
}

const roles = "developer, system, user, assistant, tool or function";

/** Undefined for an unknown role. */
function decodeMessage(
  message: JsonObject,
  path: string,
  index: number,
  openCalls: OpenCalls,
  found: Notes,
): Turn | undefined {
  const content = message["content"];
  const contentPath = `${path}.content`;
  switch (message["role"]) {
    case "system":
    case "developer":
      return { role: "system", blocks: decodeContent(content, contentPath, ["text"], found) };
    case "user":
      return {
        role: "user",
        blocks: decodeContent(content, contentPath, ["text", "image_url", "file", "input_audio"], found),
      };
    case "assistant":
      return { role: "assistant", blocks: decodeAssistant(message, path, index, openCalls, found) };
    case "tool":
      return toolResult(filledString(message["tool_call_id"]), `${path}.tool_call_id`, message, path, found);
    case "function":
      return toolResult(openCalls.get(stringOf(message["name"]) ?? "")?.pop(), `${path}.name`, message, path, found);
    default:
      return undefined;
  }
}

function toolResult(id: string | undefined, idPath: string, message: JsonObject, path: string, found: Notes): Turn {
  if (id === undefined) {
    found.reject("invalid_value", idPath, `'${idPath}' must name the call of an assistant message that this answers.`);
  }
  const blocks = decodeContent(message["content"], `${path}.content`, ["text", "image_url", "file"], found);
  const result = found.at(path, { kind: "tool-result", callId: id ?? "", blocks, isError: false });
  return { role: "user", blocks: [result] };
}

function decodeAssistant(
  message: JsonObject,
  path: string,
  index: number,
  openCalls: OpenCalls,
  found: Notes,
): readonly Block[] {
  if (isObject(message["audio"])) {
    found.reject("audio_unsupported", `${path}.audio`, `Remove '${path}.audio' and send its transcript as 'content'.`);
  }
  const refusal = filledString(message["refusal"]);
  const calls = arrayOf(message["tool_calls"]);
  const thinking = decodeReasoning(message, "client").map((block) => found.at(path, block));
  const { ofText, reasoning } = apart(thinking);
  const content = decodeContent(message["content"], `${path}.content`, ["text", "refusal"], found);
  return [
    ...reasoning,
    ...placeSignatures([...content, ...ofText], found),
    ...(refusal === undefined ? [] : [found.at(`${path}.refusal`, { kind: "refusal", text: refusal })]),
    ...calls.flatMap((call, position) => decodeCall(call, `${path}.tool_calls[${position}]`, index, position, found)),
    ...decodeFunctionCall(message["function_call"], index, openCalls).map((call) =>
      found.at(`${path}.function_call`, call),
    ),
  ];
}

/** What signs the text stands behind it. */
function apart(blocks: readonly Block[]): Readonly<{ ofText: readonly Block[]; reasoning: readonly Block[] }> {
  const signsText = (block: Block): boolean => block.kind === "redacted-thinking" && block.data.signs === "text";
  return { ofText: blocks.filter(signsText), reasoning: blocks.filter((block) => !signsText(block)) };
}

function decodeCall(call: Json, path: string, turn: number, position: number, found: Notes): readonly ToolCall[] {
  const entry = objectOf(call);
  const custom = objectOf(entry?.["custom"]);
  const body = custom ?? objectOf(entry?.["function"]);
  const name = filledString(body?.["name"]);
  if (name === undefined) {
    found.reject("invalid_value", path, `'${path}' needs 'function' or 'custom' with a 'name'.`);
    return [];
  }
  const argumentsText = textOf(custom === undefined ? body?.["arguments"] : body?.["input"]);
  const id = filledString(entry?.["id"]) ?? `call_${turn}_${position}`;
  const tool = custom === undefined ? "function" : "custom";
  const signature = entry === undefined ? undefined : callSignature(entry, "client");
  const signed = signature === undefined ? {} : { signature };
  return [found.at(path, { kind: "tool-call", id, name, tool, argumentsText, ...signed })];
}

/** The API's form before tools: one call, no id, so one is made that is the same on every turn. */
function decodeFunctionCall(call: Json | undefined, turn: number, openCalls: OpenCalls): readonly ToolCall[] {
  const body = objectOf(call);
  const name = filledString(body?.["name"]);
  if (name === undefined) return [];
  const id = `call_fn_${turn}`;
  const open = openCalls.get(name);
  if (open === undefined) openCalls.set(name, [id]);
  else open.push(id);
  const argumentsText = textOf(body?.["arguments"]);
  return [{ kind: "tool-call", id, name, tool: "function", argumentsText }];
}

/** Arguments are a string by the API; some clients and servers send the object itself. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
