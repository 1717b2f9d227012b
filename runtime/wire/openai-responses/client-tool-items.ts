import type { JsonObject } from "../canonical.ts";

/**
 * Tools of OpenAI's that the client runs and whose form its models know by heart (openai 7.55.0 `Tool.LocalShell`,
 * `FunctionShellTool`, `ApplyPatchTool`). For any other model they are functions with the same fields.
 */
export const clientTools = {
  local_shell: {
    description: "Runs a command on the user's machine.",
    parameters: {
      type: "object",
      properties: {
        type: { type: "string", enum: ["exec"] },
        command: { type: "array", items: { type: "string" } },
        env: { type: "object", additionalProperties: { type: "string" } },
        timeout_ms: { type: "integer" },
        user: { type: "string" },
        working_directory: { type: "string" },
      },
      required: ["command"],
    },
  },
  shell: {
    description: "Runs commands one after the other in a shell on the user's machine.",
    parameters: {
      type: "object",
      properties: {
        commands: { type: "array", items: { type: "string" } },
        timeout_ms: { type: "integer" },
        max_output_length: { type: "integer" },
      },
      required: ["commands"],
    },
  },
  apply_patch: {
    description: "Creates, updates or deletes a file. `diff` is a V4A diff: the new content, or the changed parts.",
    parameters: {
      type: "object",
      properties: {
        type: { type: "string", enum: ["create_file", "update_file", "delete_file"] },
        path: { type: "string" },
        diff: { type: "string" },
      },
      required: ["type", "path"],
    },
  },
} as const satisfies Record<string, Readonly<{ description: string; parameters: JsonObject }>>;

export type ClientTool = keyof typeof clientTools;

/** Item types of their calls, and which tool each calls. */
export const callsOfClientTools = {
  local_shell_call: "local_shell",
  shell_call: "shell",
  apply_patch_call: "apply_patch",
} as const satisfies Record<string, ClientTool>;

export const outputsOfClientTools = [
  "local_shell_call_output",
  "shell_call_output",
  "apply_patch_call_output",
] as const;
