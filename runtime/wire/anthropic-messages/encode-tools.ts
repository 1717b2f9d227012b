import type { Json, JsonObject, Request, Tool, ToolChoice, Turn } from "../canonical.ts";
import { customInputSchema, describeCustomTool } from "../custom-tool.ts";
import { toStructuredSchema, toToolSchema } from "../json-schema.ts";
import type { Notes } from "../notes.ts";
import type { CacheMarks } from "./cache-marks.ts";
import type { Traits } from "./traits.ts";

/** Which tools to send and how freely the model may choose among them. */
export type ToolPlan = Readonly<{ tools: readonly Tool[]; choice: JsonObject | undefined }>;

/**
 * `canForce` is false on models, and while thinking with a budget, where the API refuses `any` and `tool`. Then the
 * choice is free, and a named tool is the only one sent.
 */
export function planTools(request: Request, turns: readonly Turn[], canForce: boolean, found: Notes): ToolPlan {
  const tools = withoutDuplicates(request.tools, found);
  const { toolChoice } = request;
  if (tools.length === 0) {
    if (toolChoice?.kind === "required" || toolChoice?.kind === "named") {
      found.reject(
        "invalid_value",
        "tool_choice",
        "tool_choice: a tool call is demanded, but tools is empty; send the tools too",
      );
    }
    const stubs = historyTools(turns);
    return { tools: stubs, choice: stubs.length === 0 ? undefined : { type: "none" } };
  }
  const offered = offeredTools(tools, toolChoice, canForce);
  if (offered.length === 0) {
    found.reject(
      "invalid_value",
      "tool_choice",
      "tool_choice: names a tool that is not in tools; use one of their names",
    );
  }
  const forced = forcedChoice(toolChoice);
  if (forced !== undefined && !canForce) found.lose("downgraded", "tool_choice");
  const choice = (canForce ? forced : undefined) ?? { type: toolChoice?.kind === "none" ? "none" : "auto" };
  return { tools: offered, choice: withParallel(choice, toolChoice, request.parallelToolCalls) };
}

function forcedChoice(choice: ToolChoice | undefined): JsonObject | undefined {
  if (choice?.kind === "required") return { type: "any" };
  if (choice?.kind === "named") return { type: "tool", name: choice.name };
  return choice?.kind === "allowed" && choice.mode === "required" ? { type: "any" } : undefined;
}

/** Undefined where it says no more than the default does. */
function withParallel(
  choice: JsonObject,
  asked: ToolChoice | undefined,
  parallel: boolean | undefined,
): JsonObject | undefined {
  if (parallel === false && choice["type"] !== "none") return { ...choice, disable_parallel_tool_use: true };
  return asked === undefined ? undefined : choice;
}

function offeredTools(tools: readonly Tool[], choice: ToolChoice | undefined, canForce: boolean): readonly Tool[] {
  if (choice?.kind === "allowed") return tools.filter((tool) => choice.names.includes(tool.name));
  if (choice?.kind !== "named") return tools;
  const named = tools.filter((tool) => tool.name === choice.name);
  return named.length === 0 || !canForce ? named : tools;
}

function withoutDuplicates(tools: readonly Tool[], found: Notes): readonly Tool[] {
  const names = new Set<string>();
  return tools.filter((tool) => {
    if (names.has(tool.name)) found.lose("duplicate_tool", "tools", tool);
    return !names.has(tool.name) && names.add(tool.name) !== undefined;
  });
}

/** The API refuses tool blocks in the history of a request without tools, so the names in it are declared. */
function historyTools(turns: readonly Turn[]): readonly Tool[] {
  const calls = turns.flatMap((turn) => turn.blocks).filter((block) => block.kind === "tool-call");
  const names = new Set(calls.map((call) => call.name));
  return [...names].map((name): Tool => ({ kind: "function", name, schema: undefined }));
}

export function encodeTool(
  tool: Tool,
  wireName: (name: string) => string,
  traits: Traits,
  marks: CacheMarks,
  found: Notes,
): Json | undefined {
  switch (tool.kind) {
    case "function":
      return {
        name: wireName(tool.name),
        ...(tool.description === undefined ? {} : { description: tool.description }),
        ...functionSchema(tool, traits, found),
        ...marks(tool.cache),
      };
    case "custom": {
      if (tool.grammar !== undefined) found.lose("grammar_not_enforced", "tools", tool);
      const description = describeCustomTool(tool);
      return {
        name: wireName(tool.name),
        ...(description === undefined ? {} : { description }),
        input_schema: customInputSchema,
      };
    }
    case "web-search":
      return encodeWebSearch(tool);
    case "hosted":
      return encodeHosted(tool, found);
  }
}

function functionSchema(tool: Extract<Tool, { kind: "function" }>, traits: Traits, found: Notes): JsonObject {
  const { schema, exact } = toToolSchema(tool.schema);
  if (!exact) found.lose("schema_relaxed", "tools", tool);
  const strict = tool.strict === true && traits.structured && exact ? toStructuredSchema(schema) : undefined;
  if (strict !== undefined) return { input_schema: strict, strict: true };
  if (tool.strict === true) found.lose("dropped", "strict", tool);
  return { input_schema: schema };
}

/** `web_search_20250305` is the version that every model with web search knows. */
function encodeWebSearch(tool: Extract<Tool, { kind: "web-search" }>): JsonObject {
  const { name, allowedDomains, blockedDomains, userLocation, maxUses } = tool;
  return {
    type: "web_search_20250305",
    name,
    ...(maxUses === undefined ? {} : { max_uses: maxUses }),
    ...(allowedDomains === undefined ? {} : { allowed_domains: allowedDomains }),
    ...(blockedDomains === undefined ? {} : { blocked_domains: blockedDomains }),
    ...(userLocation === undefined ? {} : { user_location: { ...userLocation, type: "approximate" } }),
  };
}

/** Any other vendor's tool cannot run here. */
function encodeHosted(tool: Extract<Tool, { kind: "hosted" }>, found: Notes): JsonObject | undefined {
  if (tool.from === "anthropic-messages") return tool.json;
  found.reject(
    "unsupported_tool",
    "tools",
    `tools: a tool of type ${tool.type} only runs at the vendor that defines it; use a function tool or a model of that vendor`,
    tool,
  );
  return undefined;
}
