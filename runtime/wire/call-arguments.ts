import type { JsonObject, ToolCall } from "./canonical.ts";
import { wrapCustomInput } from "./custom-tool.ts";
import { parseExactly } from "./exact-json.ts";
import { isObject } from "./json.ts";
import type { Notes } from "./notes.ts";

/** Arguments for an API that takes objects only. What else a model once wrote is kept as text, so that history is never refused. */
export function callArguments(call: ToolCall, found: Notes): JsonObject {
  if (call.tool === "custom") return wrapCustomInput(call.argumentsText);
  if (call.argumentsText.trim() === "") return {};
  const value = parseExactly(call.argumentsText);
  if (isObject(value)) return value;
  found.lose("arguments_wrapped", "messages", call);
  return { _raw: call.argumentsText };
}
