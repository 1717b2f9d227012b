import type { Block, Json, JsonObject, Turn } from "../canonical.ts";
import { unpackThinking } from "../carried-thinking.ts";
import { arrayOf, filledString, isObject, lookup, objectOf, stringOf } from "../json.ts";
import type { Notes } from "../notes.ts";
import { placeSignatures } from "../place-signatures.ts";
import { callsOfClientTools, outputsOfClientTools } from "./client-tool-items.ts";
import { decodeContent } from "./decode-parts.ts";
import { qualifiedName } from "./qualified-name.ts";

export type Conversation = Readonly<{ system: readonly Block[]; turns: readonly Turn[] }>;

const native = "openai-responses";

/** What the items of one request are gathered in. */
type Reading = Readonly<{
  system: Block[];
  turns: { role: Turn["role"]; blocks: Block[] }[];
  /** Names of calls by id, for outputs that name no id. */
  calls: { id: string; name: string; isAnswered: boolean }[];
  found: Notes;
}>;

/**
 * Input items as turns: what the model said, reasoned and called stands in one assistant turn until somebody else speaks.
 * Instructions before the conversation are the system's, later ones keep their place.
 */
export function decodeItems(items: readonly Json[], found: Notes): Conversation {
  const reading: Reading = { system: [], turns: [], calls: [], found };
  for (const [index, item] of items.entries()) decodeItem(item, `input[${index}]`, reading);
  const turns = reading.turns
    .filter(({ blocks }) => blocks.length > 0)
    .map(({ role, blocks }) => ({ role, blocks: role === "assistant" ? placeSignatures(blocks) : blocks }));
  return { system: reading.system, turns };
}

function decodeItem(value: Json, path: string, reading: Reading): void {
  const { found } = reading;
  const item = typeof value === "string" ? { role: "user", content: value } : objectOf(value);
  if (item === undefined) {
    found.reject("invalid_type", path, `'${path}' must be an object.`);
    return;
  }
  const type = stringOf(item["type"]) ?? (item["role"] === undefined ? "" : "message");
  const read = lookup<ItemReader>(readers, type);
  if (read !== undefined) read(item, path, reading);
  else if (finishedHosted.has(type)) dropItem(type, path, reading);
  else {
    found.reject(
      "item_type_unsupported",
      `${path}.type`,
      `An item of type '${type}' can only be read by OpenAI: remove it, or use a model of OpenAI's.`,
    );
  }
}

type ItemReader = (item: JsonObject, path: string, reading: Reading) => void;

/** Items of a vendor's own tools that are over: the model's answer holds what came of them. */
const finishedHosted: ReadonlySet<string> = new Set([
  ...["file_search_call", "code_interpreter_call", "image_generation_call", "mcp_list_tools", "mcp_call"],
  ...["mcp_approval_request", "tool_search_call", "tool_search_output", "computer_call", "program", "program_output"],
]);

const readers = {
  message: decodeMessage,
  function_call: (item, _path, reading) => {
    const name = qualifiedName(stringOf(item["namespace"]), stringOf(item["name"]) ?? "");
    addCall(item, name, "function", textOf(item["arguments"]), reading);
  },
  custom_tool_call: (item, _path, reading) => {
    const name = qualifiedName(stringOf(item["namespace"]), stringOf(item["name"]) ?? "");
    addCall(item, name, "custom", textOf(item["input"]), reading);
  },
  function_call_output: addOutput,
  custom_tool_call_output: addOutput,
  reasoning: decodeReasoning,
  web_search_call: decodeWebSearch,
  item_reference: (_item, path, { found }) =>
    found.reject("item_not_found", path, `'${path}' refers to an item that this gateway does not have: send it whole.`),
  compaction: (_item, path, { found }) =>
    found.reject(
      "compaction_foreign",
      path,
      `'${path}' can only be read by the provider that made it: send the conversation itself.`,
    ),
  compaction_trigger: (_item, path, { found }) =>
    found.reject(
      "compaction_unsupported",
      path,
      `Only OpenAI compacts a conversation: remove '${path}', and ask for a summary instead.`,
    ),
  // Read before, with the tools and the parameters.
  additional_tools: () => undefined,
  configuration_update: () => undefined,
  ...Object.fromEntries(
    Object.entries(callsOfClientTools).map(([type, name]): [string, ItemReader] => [
      type,
      (item, _path, reading) => addCall(item, name, "function", JSON.stringify(callArguments(item)), reading),
    ]),
  ),
  ...Object.fromEntries(outputsOfClientTools.map((type): [string, ItemReader] => [type, addOutput])),
} as const satisfies Record<string, ItemReader>;

function decodeMessage(item: JsonObject, path: string, reading: Reading): void {
  const blocks = decodeContent(item["content"], `${path}.content`, reading.found);
  switch (item["role"]) {
    case "assistant":
    case "user":
      add(item["role"], blocks, reading);
      break;
    case "system":
    case "developer":
      if (reading.turns.length === 0) reading.system.push(...blocks);
      else reading.turns.push({ role: "system", blocks: [...blocks] });
      break;
    default:
      reading.found.reject(
        "invalid_value",
        `${path}.role`,
        `'${path}.role' must be user, assistant, system or developer.`,
      );
  }
}

function add(role: "user" | "assistant", blocks: readonly Block[], { turns }: Reading): void {
  const last = turns.at(-1);
  // What a user says twice stays two turns; the pieces of one answer are one.
  if (role === "assistant" && last?.role === role) last.blocks.push(...blocks);
  else turns.push({ role, blocks: [...blocks] });
}

function addCall(
  item: JsonObject,
  name: string,
  tool: "function" | "custom",
  argumentsText: string,
  reading: Reading,
): void {
  const id = filledString(item["call_id"]) ?? filledString(item["id"]) ?? `call_${reading.calls.length + 1}`;
  reading.calls.push({ id, name, isAnswered: false });
  add("assistant", [{ kind: "tool-call", id, name, tool, argumentsText }], reading);
}

function addOutput(item: JsonObject, path: string, reading: Reading): void {
  const name = stringOf(item["name"]);
  const named = reading.calls.find((call) => !call.isAnswered && (name === undefined || call.name === name));
  const callId = filledString(item["call_id"]) ?? named?.id;
  if (callId === undefined) {
    reading.found.lose("orphan_tool_result", path);
    return;
  }
  const call = reading.calls.find(({ id, isAnswered }) => id === callId && !isAnswered);
  if (call !== undefined) call.isAnswered = true;
  const output = item["output"];
  // The outputs of the shell tools are lists of objects of their own.
  const isContent = typeof output === "string" || arrayOf(output).every(isPart);
  const blocks = isContent
    ? decodeContent(output, `${path}.output`, reading.found)
    : [{ kind: "text", text: JSON.stringify(output ?? "") } as const];
  const last = reading.turns.at(-1);
  const result: Block = { kind: "tool-result", callId, blocks, isError: false };
  if (last?.role === "user" && last.blocks.every(({ kind }) => kind === "tool-result")) last.blocks.push(result);
  else reading.turns.push({ role: "user", blocks: [result] });
}

function isPart(part: Json): boolean {
  return typeof objectOf(part)?.["type"] === "string";
}

/** State of another vendor is in a carrier, with the text it was made for in `summary`. */
function decodeReasoning(item: JsonObject, path: string, reading: Reading): void {
  const summary = joined(item["summary"]);
  const text = summary === "" ? joined(item["content"]) : summary;
  const token = filledString(item["encrypted_content"]);
  const block = token === undefined ? undefined : unpackThinking(token, text, native);
  if (token !== undefined && block === undefined) reading.found.lose("reasoning_dropped", path);
  if (block !== undefined) add("assistant", [block], reading);
  else if (text !== "") add("assistant", [{ kind: "thinking", text }], reading);
}

/** Parts of one summary are paragraphs. */
function joined(parts: Json | undefined): string {
  return arrayOf(parts)
    .flatMap((part) => filledString(objectOf(part)?.["text"]) ?? [])
    .join("\n\n");
}

function decodeWebSearch(item: JsonObject, path: string, reading: Reading): void {
  const action = objectOf(item["action"]);
  const query = filledString(action?.["query"]) ?? filledString(arrayOf(action?.["queries"])[0]);
  if (action?.["type"] !== "search" || query === undefined) {
    dropItem("web_search_call", path, reading);
    return;
  }
  const sources = arrayOf(action["sources"]).flatMap((source) => {
    const url = filledString(objectOf(source)?.["url"]);
    return url === undefined ? [] : [{ url, title: stringOf(objectOf(source)?.["title"]) ?? url }];
  });
  const id = filledString(item["id"]) ?? "";
  add("assistant", [{ kind: "web-search", id, query, sources, failed: item["status"] === "failed" }], reading);
}

/** The vendor refuses reasoning without the item it led to, so that goes, too. */
function dropItem(type: string, path: string, { turns, found }: Reading): void {
  found.lose("dropped", `${path}.${type}`);
  const last = turns.at(-1);
  const block = last?.blocks.at(-1);
  if (last?.role === "assistant" && (block?.kind === "thinking" || block?.kind === "redacted-thinking")) {
    last.blocks.pop();
    found.lose("reasoning_dropped", path);
  }
}

/** Arguments are JSON text by the API, and an object with some clients. */
function textOf(value: Json | undefined): string {
  if (typeof value === "string") return value;
  return isObject(value) ? JSON.stringify(value) : "";
}

function callArguments(item: JsonObject): JsonObject {
  return objectOf(item["action"]) ?? objectOf(item["operation"]) ?? {};
}
