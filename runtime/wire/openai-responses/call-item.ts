import type { JsonObject, ToolCall } from "../canonical.ts";
import { arrayOf, isObject, parseJson } from "../json.ts";
import type { ClientTool } from "./client-tool-items.ts";
import type { DeclaredName } from "./declared-tools.ts";
import type { ItemQueue, ItemStatus } from "./item-queue.ts";

/** One tool call of the reply while its arguments arrive. Only the first `finish` counts. */
export type CallItem = Readonly<{ push(fragment: string): void; finish(status: ItemStatus): void }>;

type CallHead = Pick<ToolCall, "id" | "name" | "tool">;

/** `declared`: what the client calls this tool; undefined when it declared none of this name. */
export function callItem(queue: ItemQueue, call: CallHead, declared: DeclaredName | undefined): CallItem {
  return declared?.clientTool === undefined
    ? namedItem(queue, call, declared)
    : clientToolItem(queue, call.id, declared.clientTool);
}

function namedItem(queue: ItemQueue, { id, name, tool }: CallHead, declared: DeclaredName | undefined): CallItem {
  const custom = tool === "custom";
  const { namespace } = declared ?? {};
  const base = {
    type: custom ? "custom_tool_call" : "function_call",
    call_id: id,
    name: declared?.name ?? name,
    ...(namespace === undefined ? {} : { namespace }),
  };
  const field = custom ? "input" : "arguments";
  const event = custom ? "response.custom_tool_call_input" : "response.function_call_arguments";
  const item = queue.open(custom ? "ctc" : "fc", { ...base, [field]: "", status: "in_progress" });
  let text = "";

  function push(delta: string): void {
    text += delta;
    if (delta !== "") item.push({ type: `${event}.delta`, delta });
  }

  return {
    push: (fragment) => (item.isFinished() ? undefined : push(fragment)),
    finish(status) {
      if (item.isFinished()) return;
      if (!custom && text.trim() === "" && status === "completed") push("{}");
      item.push({ type: `${event}.done`, [field]: text });
      const isWhole = custom || parseJson(text) !== undefined;
      item.finish({ ...base, [field]: text, status: isWhole ? status : "incomplete" });
    },
  };
}

const prefixes = { local_shell: "lsh", shell: "sh", apply_patch: "apc" } as const satisfies Record<ClientTool, string>;

/** Calls of the tools whose form OpenAI's models know by heart hold an object, so they are shown once it is whole. */
function clientToolItem(queue: ItemQueue, call_id: string, tool: ClientTool): CallItem {
  const item = queue.open(prefixes[tool], undefined);
  let text = "";
  return {
    push(fragment) {
      text += fragment;
    },
    finish(status) {
      const value = parseJson(text);
      const said = isObject(value) ? value : {};
      const whole = { type: `${tool}_call`, call_id, ...fieldsOf(tool, said) };
      item.finish({ ...whole, status: isObject(value) ? status : "incomplete" });
    },
  };
}

/** openai 7.55.0 `LocalShellCall`, `ResponseFunctionShellToolCall` and `ResponseApplyPatchToolCall`. */
function fieldsOf(tool: ClientTool, said: JsonObject): JsonObject {
  switch (tool) {
    case "local_shell":
      return { action: { ...said, type: "exec", command: arrayOf(said["command"]), env: said["env"] ?? {} } };
    case "shell": {
      const { commands, timeout_ms = null, max_output_length = null } = said;
      return { action: { commands: arrayOf(commands), timeout_ms, max_output_length }, environment: { type: "local" } };
    }
    case "apply_patch":
      return { operation: said };
  }
}
