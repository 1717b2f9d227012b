import type { Json, JsonObject, Request, Tool, ToolChoice } from "../canonical.ts";
import type { UpstreamTarget } from "../codec.ts";
import { customInputSchema, describeCustomTool } from "../custom-tool.ts";
import { isObject } from "../json.ts";
import { toToolSchema } from "../json-schema.ts";
import { lacks } from "../lacks.ts";
import type { Notes } from "../notes.ts";
import { clientTool } from "../openai-chat/client-tools.ts";
import { offerTools } from "../openai-chat/offer-tools.ts";
import { fitsStrict } from "../openai-chat/strict-schema.ts";

export type ToolEncoding = Readonly<{ target: UpstreamTarget; found: Notes; toolName(name: string): string }>;

type FunctionTool = Extract<Tool, { kind: "function" }>;
type CustomTool = Extract<Tool, { kind: "custom" }>;
type WebSearchTool = Extract<Tool, { kind: "web-search" }>;
type HostedTool = Extract<Tool, { kind: "hosted" }>;

/**
 * `tools`, `tool_choice`, `parallel_tool_calls` and `max_tool_calls`. Without a tool none of them is sent: the API refuses
 * empty lists.
 */
export function encodeTools(request: Request, encoding: ToolEncoding): JsonObject {
  const { tools: offered, choice, isSerial } = offerTools(request, encoding.target, encoding.found);
  const sent = new Map<string, Tool>();
  const tools = offered.flatMap((tool) => {
    const encoded = encodeTool(tool, encoding);
    if (encoded === undefined) return [];
    sent.set(tool.name, tool);
    return [encoded];
  });
  if (tools.length === 0) return {};
  // It limits the calls of all tools that run at the vendor; the search is the only one that is ever sent.
  const maxCalls = offered.find((tool) => tool.kind === "web-search")?.maxUses;
  return {
    tools,
    ...(choice === undefined ? {} : { tool_choice: encodeChoice(choice, sent, encoding) }),
    ...(isSerial ? { parallel_tool_calls: false } : {}),
    ...(maxCalls === undefined ? {} : { max_tool_calls: maxCalls }),
  };
}

function encodeTool(tool: Tool, encoding: ToolEncoding): JsonObject | undefined {
  switch (tool.kind) {
    case "function":
      return encodeFunction(tool, encoding);
    case "custom":
      return encodeCustom(tool, encoding);
    case "web-search":
      return encodeWebSearch(tool, encoding.found);
    case "hosted":
      return encodeHosted(tool, encoding);
  }
}

/** The root of a schema is an object for the API; strict is what was asked to be so and what its subset can say. */
function encodeFunction(tool: FunctionTool, { found, toolName }: ToolEncoding): JsonObject {
  const { schema, exact } = toToolSchema(tool.schema);
  if (!exact) found.lose("schema_relaxed", "tools", tool);
  const isStrict = tool.strict === true && fitsStrict(schema);
  if (tool.strict === true && !isStrict) found.lose("dropped", "strict", tool);
  return functionTool(toolName(tool.name), tool.description, schema, isStrict);
}

/** The API tries to be strict where nothing is said, so it always is. */
function functionTool(
  name: string,
  description: string | undefined,
  parameters: JsonObject,
  strict: boolean,
): JsonObject {
  return { type: "function", name, ...(description === undefined ? {} : { description }), parameters, strict };
}

function encodeCustom(tool: CustomTool, { target, found, toolName }: ToolEncoding): JsonObject {
  const name = toolName(tool.name);
  if (lacks(target.dialect, "custom-tools")) {
    if (tool.grammar !== undefined) found.lose("grammar_not_enforced", "tools", tool);
    return functionTool(name, describeCustomTool(tool), customInputSchema, false);
  }
  return {
    type: "custom",
    name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    ...(isObject(tool.grammar) ? { format: { type: "grammar", ...tool.grammar } } : {}),
  };
}

function encodeWebSearch(tool: WebSearchTool, found: Notes): JsonObject {
  const { allowedDomains, blockedDomains, userLocation, contextSize } = tool;
  if (blockedDomains !== undefined) found.lose("dropped", "blocked_domains", tool);
  return {
    type: "web_search",
    ...(allowedDomains === undefined ? {} : { filters: { allowed_domains: allowedDomains } }),
    ...(userLocation === undefined ? {} : { user_location: { ...userLocation, type: "approximate" } }),
    ...(contextSize === undefined ? {} : { search_context_size: contextSize }),
  };
}

/** Tools that the client runs become functions; tool search goes, as all tools are sent in full; the rest cannot run here. */
function encodeHosted(tool: HostedTool, { found, toolName }: ToolEncoding): JsonObject | undefined {
  if (tool.from === "openai-responses") return tool.json;
  const known = tool.from === "anthropic-messages" ? clientTool(tool.type) : undefined;
  if (known !== undefined) {
    found.lose("tool_as_function", tool.type, tool);
    return functionTool(toolName(tool.name), known.description, known.parameters, false);
  }
  if (tool.type.startsWith("tool_search_")) {
    found.lose("dropped", tool.type, tool);
    return undefined;
  }
  found.reject(
    "tool_type_unsupported",
    "tools",
    `The tool '${tool.type}' runs at its own provider and this upstream has none like it. Remove it from 'tools'.`,
    tool,
  );
  return undefined;
}

/** Of `allowed_tools` only OpenAI knows; other servers are offered no other tools then. */
function encodeChoice(choice: ToolChoice, sent: ReadonlyMap<string, Tool>, encoding: ToolEncoding): Json {
  switch (choice.kind) {
    case "auto":
    case "none":
    case "required":
      return choice.kind;
    case "named":
      // A search cannot be demanded by its name.
      return sent.get(choice.name)?.kind === "web-search" ? "required" : chosen(choice.name, sent, encoding);
    case "allowed": {
      if (!encoding.target.dialect.vendor) return choice.mode;
      const names = choice.names.filter((name) => sent.has(name));
      return { type: "allowed_tools", mode: choice.mode, tools: names.map((name) => chosen(name, sent, encoding)) };
    }
  }
}

function chosen(name: string, sent: ReadonlyMap<string, Tool>, { target, toolName }: ToolEncoding): JsonObject {
  const kind = sent.get(name)?.kind;
  if (kind === "web-search") return { type: "web_search" };
  const isCustom = kind === "custom" && !lacks(target.dialect, "custom-tools");
  return { type: isCustom ? "custom" : "function", name: toolName(name) };
}
