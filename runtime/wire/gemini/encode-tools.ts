import type { JsonObject, Request, Tool, ToolChoice } from "../canonical.ts";
import type { UpstreamTarget } from "../codec.ts";
import { customInputSchema, describeCustomTool } from "../custom-tool.ts";
import { lacks } from "../lacks.ts";
import type { Notes } from "../notes.ts";
import { clientTool } from "../openai-chat/client-tools.ts";
import { toParametersSchema } from "./encode-schema.ts";
import { wireName } from "./tool-name.ts";
import type { Traits } from "./traits.ts";

export type ToolEncoding = Readonly<{ target: UpstreamTarget; traits: Traits; found: Notes }>;

/** Functions the model may call, and tools that run at Google. */
type Offer = Readonly<{ declarations: readonly JsonObject[]; builtIn: readonly JsonObject[] }>;

/** `tools` and `toolConfig`. Without a tool neither is sent. */
export function encodeTools(request: Request, encoding: ToolEncoding): JsonObject {
  const { found } = encoding;
  const { toolChoice } = request;
  const tools = withoutDuplicates(request.tools, found);
  const choice = checkedChoice(toolChoice, tools, encoding);
  const offer = offered(tools, toolChoice, encoding);
  const isStrict = tools.some((tool) => tool.kind === "function" && tool.strict === true);
  if (request.parallelToolCalls === false && offer.declarations.length > 0)
    found.lose("dropped", "parallel_tool_calls");
  const entries = [
    ...offer.builtIn,
    ...(offer.declarations.length === 0 ? [] : [{ functionDeclarations: offer.declarations }]),
  ];
  if (entries.length === 0) return {};
  return { tools: entries, ...toolConfig(choice, offer, isStrict, encoding) };
}

function withoutDuplicates(tools: readonly Tool[], found: Notes): readonly Tool[] {
  const byName = new Map<string, Tool>();
  for (const tool of tools) {
    if (byName.has(tool.name)) found.lose("duplicate_tool", "tools", tool);
    else byName.set(tool.name, tool);
  }
  return [...byName.values()];
}

/** A choice that this upstream can be given. */
function checkedChoice(
  choice: ToolChoice | undefined,
  tools: readonly Tool[],
  { target, found }: ToolEncoding,
): ToolChoice | undefined {
  const names = choice?.kind === "named" ? [choice.name] : choice?.kind === "allowed" ? choice.names : [];
  const missing = names.find((name) => !tools.some((tool) => tool.name === name));
  if (missing !== undefined || (choice?.kind === "required" && tools.length === 0)) {
    const wanted = missing === undefined ? "a tool" : `the tool ${missing}`;
    found.reject("invalid_value", "tool_choice", `tool_choice: asks for ${wanted}, which tools does not hold`);
  }
  const demands = choice?.kind === "required" || choice?.kind === "named";
  if (!demands || !lacks(target.dialect, "forced-tool")) return choice;
  found.lose("downgraded", "tool_choice");
  return { kind: "auto" };
}

/** `NONE` only keeps the model from calling functions, so tools that run at Google are taken away. */
function offered(tools: readonly Tool[], choice: ToolChoice | undefined, encoding: ToolEncoding): Offer {
  const { traits, target, found } = encoding;
  const isAllowed = (tool: Tool): boolean => choice?.kind !== "allowed" || choice.names.includes(tool.name);
  const running = choice?.kind === "none" ? [] : tools.filter(isAllowed);
  const builtIn = running.map((tool) => encodeBuiltIn(tool, encoding)).filter((tool) => tool !== undefined);
  const declarations = tools.map((tool) => encodeDeclaration(tool, encoding)).filter((tool) => tool !== undefined);
  if (tools.length > 0 && lacks(target.dialect, "tools")) {
    found.reject("tools_unsupported", "tools", "tools: this upstream calls no tools; use a model that does");
  }
  if (builtIn.length > 0 && declarations.length > 0 && !traits.mixes) {
    found.reject(
      "tools_unsupported",
      "tools",
      "tools: before Gemini 3 a model cannot search the web and call functions in one request; send one of the two",
    );
  }
  return { builtIn, declarations };
}

function encodeDeclaration(tool: Tool, { found }: ToolEncoding): JsonObject | undefined {
  switch (tool.kind) {
    case "function":
      return declaration(tool.name, tool.description, toParametersSchema(tool.schema));
    case "custom":
      if (tool.grammar !== undefined) found.lose("grammar_not_enforced", "tools", tool);
      return declaration(tool.name, describeCustomTool(tool), customInputSchema);
    case "hosted":
      return encodeClientTool(tool, found);
    case "web-search":
      return undefined;
  }
}

function declaration(name: string, description: string | undefined, schema: JsonObject | undefined): JsonObject {
  return {
    name: wireName(name),
    description: description ?? "",
    ...(schema === undefined ? {} : { parametersJsonSchema: schema }),
  };
}

type HostedTool = Extract<Tool, { kind: "hosted" }>;

/** Tools that the client runs become functions; tool search goes, as all tools are sent in full; the rest cannot run here. */
function encodeClientTool(tool: HostedTool, found: Notes): JsonObject | undefined {
  if (tool.from === "gemini") return undefined;
  const known = tool.from === "anthropic-messages" ? clientTool(tool.type) : undefined;
  if (known !== undefined) {
    found.lose("tool_as_function", tool.type, tool);
    return declaration(tool.name, known.description, known.parameters);
  }
  if (tool.type.startsWith("tool_search_")) found.lose("dropped", tool.type, tool);
  else {
    found.reject(
      "tool_type_unsupported",
      "tools",
      `tools: a tool of type ${tool.type} only runs at the vendor that defines it; use a function tool or a model of that vendor`,
      tool,
    );
  }
  return undefined;
}

/** Limits of a search that the Gemini API has no words for are dropped. */
function encodeBuiltIn(tool: Tool, { found }: ToolEncoding): JsonObject | undefined {
  if (tool.kind === "hosted") return tool.from === "gemini" ? tool.json : undefined;
  if (tool.kind !== "web-search") return undefined;
  const limits = {
    allowed_domains: tool.allowedDomains,
    blocked_domains: tool.blockedDomains,
    user_location: tool.userLocation,
    search_context_size: tool.contextSize,
    max_uses: tool.maxUses,
  };
  for (const [name, limit] of Object.entries(limits)) if (limit !== undefined) found.lose("dropped", name, tool);
  return { googleSearch: {} };
}

/** Beside tools of Google's the API wants a validated choice, and to show what they did (@ai-sdk/google 4.0.121). */
function toolConfig(
  choice: ToolChoice | undefined,
  { builtIn, declarations }: Offer,
  isStrict: boolean,
  { target, found }: ToolEncoding,
): JsonObject {
  if (declarations.length === 0) {
    if (choice?.kind === "required" || choice?.kind === "named") found.lose("downgraded", "tool_choice");
    return {};
  }
  const isMixed = builtIn.length > 0;
  const functionNames = new Set(declarations.map((each) => each["name"]));
  const calling = callingConfig(choice, isStrict || isMixed, (name) => functionNames.has(wireName(name)), found);
  const config: JsonObject = {
    ...(calling === undefined ? {} : { functionCallingConfig: calling }),
    ...(isMixed && target.dialect.vendor ? { includeServerSideToolInvocations: true } : {}),
  };
  return Object.keys(config).length === 0 ? {} : { toolConfig: config };
}

function callingConfig(
  choice: ToolChoice | undefined,
  isValidated: boolean,
  isFunction: (name: string) => boolean,
  found: Notes,
): JsonObject | undefined {
  switch (choice?.kind) {
    case undefined:
      return isValidated ? { mode: "VALIDATED" } : undefined;
    case "auto":
      return { mode: isValidated ? "VALIDATED" : "AUTO" };
    case "none":
      return { mode: "NONE" };
    case "required":
      return { mode: "ANY" };
    case "named":
    case "allowed": {
      const names = (choice.kind === "named" ? [choice.name] : choice.names).filter(isFunction).map(wireName);
      if (names.length === 0) {
        // A search cannot be demanded by its name.
        found.lose("downgraded", "tool_choice");
        return { mode: "VALIDATED" };
      }
      const isFree = choice.kind === "allowed" && choice.mode === "auto";
      return { mode: isFree ? "VALIDATED" : "ANY", allowedFunctionNames: names };
    }
  }
}
