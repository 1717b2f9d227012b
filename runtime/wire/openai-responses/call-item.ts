import type { JsonObject } from "../canonical.ts";
import { isObject, parseJson } from "../json.ts";
import type { DeclaredName } from "./declared-tools.ts";
import type { ItemQueue } from "./item-queue.ts";

/** One tool call of the reply while its arguments arrive. */
export type CallItem = Readonly<{ push(fragment: string): void; finish(): void }>;

export type CallHead = Readonly<{ id: string; name: string; tool: "function" | "custom" }>;

/** `declared`: what the client calls this tool; undefined when it declared none of this name. */
export function callItem(queue: ItemQueue, { id, name, tool }: CallHead, declared: DeclaredName | undefined): CallItem {
  if (declared?.clientTool !== undefined) return clientToolItem(queue, id, declared.clientTool);
  const { namespace } = declared ?? {};
  const base = {
    type: tool === "custom" ? "custom_tool_call" : "function_call",
    call_id: id,
    ...(namespace === undefined ? {} : { namespace }),
    name: declared?.name ?? name,
  };
  const field = tool === "custom" ? "input" : "arguments";
  const event = tool === "custom" ? "response.custom_tool_call_input" : "response.function_call_arguments";
  const item = queue.open(tool === "custom" ? "ctc" : "fc", { ...base, [field]: "", status: "in_progress" });
  let text = "";
  function push(delta: string): void {
    if (delta === "") return;
    text += delta;
    item.push({ type: `${event}.delta`, delta });
  }
  return {
    push,
    finish() {
      if (item.isFinished()) return;
      if (tool === "function" && text.trim() === "") push("{}");
      item.push({ type: `${event}.done`, [field]: text });
      const isWhole = tool === "custom" || parseJson(text) !== undefined;
      item.finish({ ...base, [field]: text, status: isWhole ? "completed" : "incomplete" });
    },
  };
}

/** Calls of the tools whose form OpenAI's models know by heart: their arguments are an object of the item. */
function clientToolItem(queue: ItemQueue, call_id: string, tool: NonNullable<DeclaredName["clientTool"]>): CallItem {
  const base = { type: `${tool}_call`, call_id };
  const field = tool === "apply_patch" ? "operation" : "action";
  const prefix = { local_shell: "lsh", shell: "sh", apply_patch: "apc" }[tool];
  const item = queue.open(prefix, { ...base, [field]: {}, status: "in_progress" });
  let text = "";
  return {
    push(fragment) {
      text += fragment;
    },
    finish() {
      if (!item.isFinished()) item.finish({ ...base, [field]: fields(text, tool), status: "completed" });
    },
  };
}

function fields(text: string, tool: NonNullable<DeclaredName["clientTool"]>): JsonObject {
  const value = parseJson(text);
  const said = isObject(value) ? value : {};
  return tool === "local_shell" ? { env: {}, ...said, type: "exec" } : said;
}
