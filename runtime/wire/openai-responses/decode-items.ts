import type { Block, Json, JsonObject } from "../canonical.ts";
import { unpackThinking } from "../carried-thinking.ts";
import { arrayOf, filledString, lookup, objectOf, stringOf } from "../json.ts";
import type { Notes } from "../notes.ts";
import { callIds } from "./call-ids.ts";
import { callsOfClientTools, outputsOfClientTools } from "./client-tool-items.ts";
import { type Conversation, conversationBuilder } from "./conversation-builder.ts";
import { callReader, clientCallReader, decodeOutput } from "./decode-calls.ts";
import { decodeContent } from "./decode-parts.ts";
import type { InputReader, Reading } from "./input-reader.ts";
import { readSearch } from "./web-search.ts";

const native = "openai-responses";

/** Input items (openai 7.55.0 `ResponseInputItem`) as instructions and turns. */
export function decodeItems(items: readonly Json[], found: Notes): Conversation {
  const reading: Reading = { conversation: conversationBuilder(found), ids: callIds(), found };
  for (const [index, item] of items.entries()) decodeItem(item, `input[${index}]`, reading);
  return reading.conversation.finish();
}

function decodeItem(value: Json, path: string, reading: Reading): void {
  const { found } = reading;
  const item = typeof value === "string" ? { role: "user", content: value } : objectOf(value);
  const type = stringOf(item?.["type"]) ?? (item?.["role"] === undefined ? undefined : "message");
  if (item === undefined || type === undefined) {
    found.reject("invalid_type", path, `'${path}' must be an object with a 'type', or with a 'role' and 'content'.`);
    return;
  }
  const read = lookup<InputReader>(readers, type);
  if (read !== undefined) read(item, path, reading);
  else if (finishedHosted.has(type)) dropItem(path, reading);
  else {
    found.reject(
      "item_type_unsupported",
      `${path}.type`,
      `An item of type '${type}' can only be read by OpenAI: remove it, or use a model of OpenAI's.`,
    );
  }
}

/** Items of a vendor's own tools that are over: the model's answer holds what came of them. */
const finishedHosted: ReadonlySet<string> = new Set([
  ...["file_search_call", "code_interpreter_call", "image_generation_call", "mcp_list_tools", "mcp_call"],
  ...["mcp_approval_request", "tool_search_call", "tool_search_output", "computer_call", "program", "program_output"],
]);

const readers = {
  message: decodeMessage,
  function_call: callReader("function"),
  custom_tool_call: callReader("custom"),
  function_call_output: decodeOutput,
  custom_tool_call_output: decodeOutput,
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
  ...Object.fromEntries(Object.entries(callsOfClientTools).map(([type, name]) => [type, clientCallReader(name)])),
  ...Object.fromEntries(outputsOfClientTools.map((type) => [type, decodeOutput])),
} as const satisfies Record<string, InputReader>;

function decodeMessage(item: JsonObject, path: string, { conversation, found }: Reading): void {
  const blocks = decodeContent(item["content"], `${path}.content`, found);
  switch (item["role"]) {
    case "user":
      conversation.ask(blocks);
      break;
    case "assistant":
      for (const block of blocks) conversation.say(block);
      break;
    case "system":
    case "developer":
      checkInstructions(blocks, `${path}.content`, found);
      conversation.instruct(blocks);
      break;
    default:
      found.reject("invalid_value", `${path}.role`, `'${path}.role' must be user, assistant, system or developer.`);
  }
}

/** No other vendor takes pictures or files as instructions. */
function checkInstructions(blocks: readonly Block[], path: string, found: Notes): void {
  if (blocks.every(({ kind }) => kind === "text")) return;
  found.reject(
    "content_part_unsupported",
    path,
    `'${path}' must be text: move pictures and files to a message with the role 'user'.`,
  );
}

/** State of another vendor is in a carrier, with the text it was made for in `summary`. */
function decodeReasoning(item: JsonObject, path: string, { conversation, found }: Reading): void {
  const summary = joined(item["summary"]);
  const text = summary === "" ? joined(item["content"]) : summary;
  const token = filledString(item["encrypted_content"]);
  const block = token === undefined ? undefined : unpackThinking(token, text, native);
  if (token !== undefined && block === undefined) found.lose("reasoning_dropped", path);
  if (block !== undefined) conversation.say(found.at(path, block));
  else if (text !== "") conversation.say(found.at(path, { kind: "thinking", text }));
}

/** Parts of one summary are paragraphs. */
function joined(parts: Json | undefined): string {
  return arrayOf(parts)
    .flatMap((part) => filledString(objectOf(part)?.["text"]) ?? [])
    .join("\n\n");
}

function decodeWebSearch(item: JsonObject, path: string, reading: Reading): void {
  const search = readSearch(item);
  if (search === undefined) dropItem(path, reading);
  else reading.conversation.say(reading.found.at(path, search));
}

/** The vendor refuses reasoning without the item it led to, so that goes, too. */
function dropItem(path: string, { conversation, found }: Reading): void {
  found.lose("dropped", path);
  if (conversation.takeReasoning()) found.lose("reasoning_dropped", path);
}
