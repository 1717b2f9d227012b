import type { JsonObject } from "../canonical.ts";

/**
 * Anthropic's tools that the client runs itself and whose schema the model knows by heart. For any other model they are
 * described in full. Shapes: platform.claude.com, pages "Bash tool", "Text editor tool" and "Memory tool".
 */
type ClientTool = Readonly<{ type: RegExp; description: string; parameters: JsonObject }>;

const text = { type: "string" } as const;
const lineRange = { type: "array", items: { type: "integer" }, minItems: 2, maxItems: 2 } as const;

const clientTools: readonly ClientTool[] = [
  {
    type: /^bash_\d+$/,
    description: "Runs a command in a persistent bash session. Set restart to true to start a new session.",
    parameters: { type: "object", properties: { command: text, restart: { type: "boolean" } } },
  },
  {
    type: /^text_editor_\d+$/,
    description: "Views, creates and edits text files. str_replace needs old_str to occur exactly once.",
    parameters: {
      type: "object",
      properties: {
        command: { type: "string", enum: ["view", "create", "str_replace", "insert"] },
        path: text,
        file_text: text,
        old_str: text,
        new_str: text,
        insert_line: { type: "integer" },
        insert_text: text,
        view_range: lineRange,
      },
      required: ["command", "path"],
    },
  },
  {
    type: /^memory_\d+$/,
    description: "Reads and writes files under /memories that last between conversations.",
    parameters: {
      type: "object",
      properties: {
        command: { type: "string", enum: ["view", "create", "str_replace", "insert", "delete", "rename"] },
        path: text,
        file_text: text,
        old_str: text,
        new_str: text,
        insert_line: { type: "integer" },
        insert_text: text,
        old_path: text,
        new_path: text,
        view_range: lineRange,
      },
      required: ["command"],
    },
  },
];

export function clientTool(type: string): ClientTool | undefined {
  return clientTools.find((tool) => tool.type.test(type));
}
