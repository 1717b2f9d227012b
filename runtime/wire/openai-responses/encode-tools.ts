import type { Json, JsonObject, Request, Tool, ToolChoice } from "../canonical.ts";
import { isObject } from "../json.ts";
import type { Notes } from "../notes.ts";
import { clientTool } from "../openai-chat/client-tools.ts";

export type ToolEncoding = Readonly<{ found: Notes; toolName(name: string): string }>;

/** `tools`, `tool_choice` and `parallel_tool_calls`. Without a tool none of them is sent: the API refuses empty lists. */
export function encodeTools(request: Request, encoding: ToolEncoding): JsonObject {
  const byName = new Map<string, Tool>();
  for (const tool of request.tools) {
    if (byName.has(tool.name)) encoding.found.lose("duplicate_tool", "tools");
    else byName.set(tool.name, tool);
  }
  const tools = [...byName.values()].flatMap((tool) => encodeTool(tool, encoding) ?? []);
  if (tools.length === 0) return {};
  const { toolChoice, parallelToolCalls } = request;
  return {
    tools,
    ...(toolChoice === undefined ? {} : { tool_choice: encodeChoice(toolChoice, byName, encoding) }),
    ...(parallelToolCalls === false ? { parallel_tool_calls: false } : {}),
  };
}

function encodeTool(tool: Tool, encoding: ToolEncoding): JsonObject | undefined {
  const name = encoding.toolName(tool.name);
  switch (tool.kind) {
    case "function":
      return functionTool(name, tool.description, tool.schema, tool.strict === true);
    case "custom":
      return {
        type: "custom",
        name,
        ...(tool.description === undefined ? {} : { description: tool.description }),
        ...(tool.grammar === undefined ? {} : { format: grammarFormat(tool.grammar) }),
      };
    case "web-search":
      return encodeWebSearch(tool, encoding.found);
    case "hosted":
      return encodeHosted(tool, name, encoding.found);
  }
}

/** The API tries to be strict where nothing is said, so it always is. */
function functionTool(
  name: string,
  description: string | undefined,
  schema: JsonObject | undefined,
  strict: boolean,
): JsonObject {
  return {
    type: "function",
    name,
    ...(description === undefined ? {} : { description }),
    parameters: schema ?? { type: "object", properties: {} },
    strict,
  };
}

function grammarFormat(grammar: Json): JsonObject {
  return isObject(grammar) ? { type: "grammar", ...grammar } : { type: "text" };
}

function encodeWebSearch(tool: Extract<Tool, { kind: "web-search" }>, found: Notes): JsonObject {
  const { allowedDomains, blockedDomains, userLocation, contextSize, maxUses } = tool;
  if (blockedDomains !== undefined) found.lose("dropped", "blocked_domains");
  if (maxUses !== undefined) found.lose("dropped", "max_uses");
  return {
    type: "web_search",
    ...(allowedDomains === undefined ? {} : { filters: { allowed_domains: allowedDomains } }),
    ...(userLocation === undefined ? {} : { user_location: { type: "approximate", ...userLocation } }),
    ...(contextSize === undefined ? {} : { search_context_size: contextSize }),
  };
}

/** Tools that the client runs become functions; tool search goes, as all tools are sent in full; the rest cannot run here. */
function encodeHosted(tool: Extract<Tool, { kind: "hosted" }>, name: string, found: Notes): JsonObject | undefined {
  if (tool.from === "openai-responses") return tool.json;
  const known = tool.from === "anthropic-messages" ? clientTool(tool.type) : undefined;
  if (known !== undefined) {
    found.lose("tool_as_function", tool.type);
    return functionTool(name, known.description, known.parameters, false);
  }
  if (tool.type.startsWith("tool_search_")) found.lose("dropped", tool.type);
  else
    found.reject(
      "tool_type_unsupported",
      "tools",
      `The tool '${tool.type}' runs at its own provider and this upstream has none like it. Remove it from 'tools'.`,
    );
  return undefined;
}

function encodeChoice(choice: ToolChoice, tools: ReadonlyMap<string, Tool>, { toolName }: ToolEncoding): Json {
  switch (choice.kind) {
    case "auto":
    case "none":
    case "required":
      return choice.kind;
    case "named":
      // A search cannot be demanded by its name.
      return tools.get(choice.name)?.kind === "web-search" ? "required" : chosen(choice.name, tools, toolName);
    case "allowed":
      return {
        type: "allowed_tools",
        mode: choice.mode,
        tools: choice.names.map((name) => chosen(name, tools, toolName)),
      };
  }
}

function chosen(name: string, tools: ReadonlyMap<string, Tool>, toolName: (name: string) => string): JsonObject {
  const kind = tools.get(name)?.kind;
  if (kind === "web-search") return { type: "web_search" };
  return { type: kind === "custom" ? "custom" : "function", name: toolName(name) };
}
