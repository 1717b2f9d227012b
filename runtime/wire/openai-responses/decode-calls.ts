import type { Block, Json, JsonObject, ToolCall } from "../canonical.ts";
import { arrayOf, filledString, objectOf, stringOf } from "../json.ts";
import { textOf } from "../openai-chat/decode-messages.ts";
import { decodeContent } from "./decode-parts.ts";
import type { InputReader, Reading } from "./input-reader.ts";
import { qualifiedName } from "./qualified-name.ts";

/** `function_call` and `custom_tool_call`: of the first the arguments are JSON text, of the second any text. */
export function callReader(tool: "function" | "custom"): InputReader {
  return (item, path, reading) => {
    const name = filledString(item["name"]);
    if (name === undefined) {
      reading.found.reject("invalid_value", `${path}.name`, `'${path}.name' must name the tool that was called.`);
      return;
    }
    const argumentsText = textOf(tool === "custom" ? item["input"] : item["arguments"]);
    addCall(item, path, { name: qualifiedName(stringOf(item["namespace"]), name), tool, argumentsText }, reading);
  };
}

/** A call of one of OpenAI's tools that clients run: what it asks for is an object of its own. */
export function clientCallReader(name: string): InputReader {
  return (item, path, reading) => {
    const asked = objectOf(item["action"]) ?? objectOf(item["operation"]) ?? {};
    addCall(item, path, { name, tool: "function", argumentsText: JSON.stringify(asked) }, reading);
  };
}

function addCall(
  item: JsonObject,
  path: string,
  call: Pick<ToolCall, "name" | "tool" | "argumentsText">,
  { conversation, ids, found }: Reading,
): void {
  conversation.say(found.at(path, { kind: "tool-call", id: ids.ofCall(item, call.name), ...call }));
}

/** Only patches say that they failed (openai 7.55.0 `ApplyPatchCallOutput.status`). */
export function decodeOutput(item: JsonObject, path: string, { conversation, ids, found }: Reading): void {
  const callId = ids.ofOutput(item);
  if (callId === undefined) {
    found.lose("orphan_tool_result", path);
    return;
  }
  const output = item["output"];
  // Those of a shell are objects of its own.
  const isContent = typeof output === "string" || arrayOf(output).every(isPart);
  const blocks: readonly Block[] = isContent
    ? decodeContent(output, `${path}.output`, found)
    : [{ kind: "text", text: JSON.stringify(output) }];
  conversation.answer(found.at(path, { kind: "tool-result", callId, blocks, isError: item["status"] === "failed" }));
}

function isPart(part: Json): boolean {
  return typeof part === "string" || typeof objectOf(part)?.["type"] === "string";
}
