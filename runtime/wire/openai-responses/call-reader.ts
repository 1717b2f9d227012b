import type { JsonObject, StreamEvent } from "../canonical.ts";
import type { AnswerMap } from "../codec.ts";
import { customInputReader } from "../custom-tool.ts";
import { filledString, lookup, objectOf, parseJson, stringOf } from "../json.ts";
import { textOf } from "../openai-chat/decode-messages.ts";
import { callsOfClientTools } from "./client-tool-items.ts";
import type { ItemReader, OutputState } from "./item-reader.ts";
import { qualifiedName } from "./qualified-name.ts";

/** A call of a client's tool while its arguments arrive. */
export function callReader(added: JsonObject, answer: AnswerMap, state: OutputState): ItemReader {
  const type = stringOf(added["type"]) ?? "";
  const isClientTool = lookup(callsOfClientTools, type) !== undefined;
  const key = state.calls.length;
  const call = { id: "", isOpen: false, isWhole: false };
  state.calls.push(call);
  const wrapped = answer.customTools.has(stringOf(added["name"]) ?? "") ? customInputReader() : undefined;
  const tool = type === "custom_tool_call" || wrapped !== undefined ? "custom" : "function";
  let passed = "";
  /** Arguments that came before the name. */
  let held = "";

  function open(item: JsonObject): readonly StreamEvent[] {
    const name = toolName({ ...added, ...item });
    if (call.isOpen || name === undefined) return [];
    call.isOpen = true;
    call.id = state.uniqueId(filledString(item["call_id"]) ?? filledString(item["id"]));
    return [{ kind: "tool-open", key, id: call.id, name: answer.toolNames.get(name) ?? name, tool }];
  }

  function pass(fragment: string): readonly StreamEvent[] {
    if (!call.isOpen) {
      held += fragment;
      return [];
    }
    const told = held + fragment;
    held = "";
    passed += told;
    return argumentsOf(wrapped === undefined ? told : wrapped.push(told));
  }

  function argumentsOf(text: string): readonly StreamEvent[] {
    return text === "" ? [] : [{ kind: "tool-arguments", key, text }];
  }

  /** What the deltas left out; a whole text that says something else than they did is not believed. */
  function complete(whole: string): readonly StreamEvent[] {
    const known = passed + held;
    return pass(whole.startsWith(known) ? whole.slice(known.length) : "");
  }

  return {
    read(event, json) {
      switch (event) {
        case "response.output_item.added":
          return [...open(added), ...(isClientTool ? [] : pass(argumentsText(added)))];
        case "response.function_call_arguments.delta":
        case "response.custom_tool_call_input.delta":
          return pass(stringOf(json["delta"]) ?? "");
        case "response.function_call_arguments.done":
          return complete(stringOf(json["arguments"]) ?? "");
        case "response.custom_tool_call_input.done":
          return complete(stringOf(json["input"]) ?? "");
        default:
          return [];
      }
    },
    finish(item) {
      const opened = open(item);
      if (!call.isOpen) return [];
      const rest = complete(argumentsText(item));
      call.isWhole = isWhole(stringOf(item["status"]), tool, passed);
      return [...opened, ...rest, ...argumentsOf(wrapped?.end() ?? ""), { kind: "tool-close", key }];
    },
  };
}

/** Undefined for a call without a name. */
function toolName(item: JsonObject): string | undefined {
  const type = stringOf(item["type"]);
  const name = filledString(item["name"]);
  return (
    lookup<string>(callsOfClientTools, type) ??
    (name === undefined ? undefined : qualifiedName(stringOf(item["namespace"]), name))
  );
}

/** Arguments, the input of a custom tool, or the object that a tool of the client's own form has instead. */
function argumentsText(item: JsonObject): string {
  const fields = objectOf(item["action"]) ?? objectOf(item["operation"]);
  return textOf(item["arguments"] ?? item["input"] ?? fields);
}

/** Whether a call was finished although its response was not. Raw text does not show its end, nor do arguments that never began. */
function isWhole(status: string | undefined, tool: "function" | "custom", text: string): boolean {
  if (status !== undefined && status !== "completed") return false;
  if (tool === "custom" || text.trim() === "") return status === "completed";
  return parseJson(text) !== undefined;
}
