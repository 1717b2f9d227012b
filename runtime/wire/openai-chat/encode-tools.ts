import type { Json, JsonObject, Request, Tool, ToolChoice } from "../canonical.ts";
import type { UpstreamTarget } from "../codec.ts";
import { customInputSchema, describeCustomTool } from "../custom-tool.ts";
import { lacks } from "../lacks.ts";
import type { Notes } from "../notes.ts";
import { clientTool } from "./client-tools.ts";
import { offerTools } from "./offer-tools.ts";
import type { ModelTraits } from "./traits.ts";

export type ToolEncoding = Readonly<{
  target: UpstreamTarget;
  traits: ModelTraits;
  found: Notes;
  toolName(name: string): string;
}>;

/**
 * `tools`, `tool_choice`, `parallel_tool_calls` and `web_search_options`. Without a tool none of them is sent, as servers
 * refuse empty lists and choices among nothing.
 */
export function encodeTools(request: Request, encoding: ToolEncoding): JsonObject {
  const { tools: offered, choice, isSerial } = offerTools(request, encoding.target, encoding.found);
  const tools = offered.flatMap((tool) => encodeTool(tool, encoding) ?? []);
  const search = offered.find((tool) => tool.kind === "web-search");
  const isOneOfMany = tools.length > 0 && !(choice?.kind === "named" && choice.name === search?.name);
  const searching = search === undefined ? {} : encodeWebSearch(search, isOneOfMany, encoding);
  if (tools.length === 0) return searching;
  return {
    ...searching,
    tools,
    ...(choice === undefined ? {} : { tool_choice: encodeChoice(choice, request.tools, encoding) }),
    ...(isSerial ? { parallel_tool_calls: false } : {}),
  };
}

function encodeTool(tool: Tool, encoding: ToolEncoding): JsonObject | undefined {
  switch (tool.kind) {
    case "function":
      return functionTool(encoding.toolName(tool.name), tool.description, tool.schema, tool.strict === true);
    case "custom":
      if (lacks(encoding.target.dialect, "custom-tools")) return wrappedTool(tool, encoding);
      return {
        type: "custom",
        custom: {
          name: encoding.toolName(tool.name),
          ...(tool.description === undefined ? {} : { description: tool.description }),
          ...(tool.grammar === undefined ? {} : { format: { type: "grammar", grammar: tool.grammar } }),
        },
      };
    // Has its own place in the body.
    case "web-search":
      return undefined;
    case "hosted":
      return encodeHosted(tool, encoding);
  }
}

function wrappedTool(tool: Extract<Tool, { kind: "custom" }>, { found, toolName }: ToolEncoding): JsonObject {
  if (tool.grammar !== undefined) found.lose("grammar_not_enforced", "tools", tool);
  return functionTool(toolName(tool.name), describeCustomTool(tool), customInputSchema, false);
}

function functionTool(
  name: string,
  description: string | undefined,
  parameters: JsonObject | undefined,
  strict: boolean,
): JsonObject {
  const described = description === undefined ? {} : { description };
  const typed = parameters === undefined ? {} : { parameters };
  return { type: "function", function: { name, ...described, ...typed, ...(strict ? { strict } : {}) } };
}

type HostedTool = Extract<Tool, { kind: "hosted" }>;
type WebSearchTool = Extract<Tool, { kind: "web-search" }>;

/** Tools that the client runs become functions; tool search goes, as all tools are sent in full; the rest cannot run here. */
function encodeHosted(tool: HostedTool, { found, toolName }: ToolEncoding): JsonObject | undefined {
  const known = tool.from === "anthropic-messages" ? clientTool(tool.type) : undefined;
  if (known !== undefined) {
    found.lose("tool_as_function", tool.type, tool);
    return functionTool(toolName(tool.name), known.description, known.parameters, false);
  }
  if (tool.type.startsWith("tool_search_")) {
    found.lose("dropped", tool.type, tool);
    return undefined;
  }
  rejectHosted(tool, tool.type, found);
  return undefined;
}

/**
 * OpenAI's search models search by themselves; the option only tunes it. For other models a search among other tools is
 * left out: Codex offers it in every request and has no way back from a refusal.
 */
function encodeWebSearch(tool: WebSearchTool, isOneOfMany: boolean, { traits, found }: ToolEncoding): JsonObject {
  if (!traits.webSearch) {
    if (isOneOfMany) found.lose("dropped", "tools", tool);
    else rejectHosted(tool, tool.name, found);
    return {};
  }
  const { contextSize, userLocation } = tool;
  if (tool.allowedDomains !== undefined) found.lose("dropped", "allowed_domains", tool);
  if (tool.blockedDomains !== undefined) found.lose("dropped", "blocked_domains", tool);
  if (tool.maxUses !== undefined) found.lose("dropped", "max_uses", tool);
  return {
    web_search_options: {
      ...(contextSize === undefined ? {} : { search_context_size: contextSize }),
      ...(userLocation === undefined ? {} : { user_location: { type: "approximate", approximate: userLocation } }),
    },
  };
}

function rejectHosted(tool: Tool, type: string, found: Notes): void {
  found.reject(
    "tool_type_unsupported",
    "tools",
    `The tool '${type}' runs at its own provider and this upstream has none like it. Remove it from 'tools'.`,
    tool,
  );
}

function encodeChoice(choice: ToolChoice, tools: readonly Tool[], encoding: ToolEncoding): Json {
  switch (choice.kind) {
    case "auto":
    case "none":
    case "required":
      return choice.kind;
    case "named":
      return namedTool(choice.name, tools, encoding);
    case "allowed":
      if (!encoding.target.dialect.vendor) return choice.mode;
      return {
        type: "allowed_tools",
        allowed_tools: { mode: choice.mode, tools: choice.names.map((name) => namedTool(name, tools, encoding)) },
      };
  }
}

function namedTool(name: string, tools: readonly Tool[], encoding: ToolEncoding): JsonObject {
  const isCustom = tools.some((tool) => tool.kind === "custom" && tool.name === name);
  const type = isCustom && !lacks(encoding.target.dialect, "custom-tools") ? "custom" : "function";
  return { type, [type]: { name: encoding.toolName(name) } };
}
