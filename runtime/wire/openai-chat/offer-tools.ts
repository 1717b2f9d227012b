import type { Request, Tool, ToolChoice } from "../canonical.ts";
import type { UpstreamTarget } from "../codec.ts";
import { lacks } from "../lacks.ts";
import type { Notes } from "../notes.ts";

/** The tools of a request that an upstream is offered, and what may be asked of it beside them. */
export type Offer = Readonly<{
  tools: readonly Tool[];
  choice: ToolChoice | undefined;
  /** Calls are to come one at a time. */
  isSerial: boolean;
}>;

/**
 * Of two tools with one name the first stays. Servers that do not know `allowed_tools` get only those that are allowed, and
 * those that cannot be made to call a tool only the one that is wanted.
 */
export function offerTools(request: Request, { dialect }: UpstreamTarget, found: Notes): Offer {
  const { toolChoice } = request;
  const canForce = !lacks(dialect, "forced-tool");
  const isMild = canForce || !demands(toolChoice);
  if (!isMild) found.lose("downgraded", "tool_choice");
  const names = onlyNames(toolChoice, dialect.vendor && isMild, canForce);
  const distinct = distinctTools(request.tools, found);
  const tools = names === undefined ? distinct : distinct.filter((tool) => names.includes(tool.name));
  const calls = tools.some(({ kind }) => kind !== "web-search");
  if (calls && lacks(dialect, "tools")) {
    found.reject(
      "tools_unsupported",
      "tools",
      "This upstream calls no tools: remove 'tools', or use a model that does.",
    );
  }
  const isSerial = calls && request.parallelToolCalls === false;
  const isHeeded = isSerial && !lacks(dialect, "parallel-tools");
  if (isSerial && !isHeeded) found.lose("dropped", "parallel_tool_calls");
  return { tools, choice: isMild ? toolChoice : { kind: "auto" }, isSerial: isHeeded };
}

function demands(choice: ToolChoice | undefined): boolean {
  return choice?.kind === "required" || choice?.kind === "named" || isRequiredAmong(choice);
}

function isRequiredAmong(choice: ToolChoice | undefined): boolean {
  return choice?.kind === "allowed" && choice.mode === "required";
}

/** The tools that have to be the only ones offered, as the choice among more cannot be sent; undefined for no such limit. */
function onlyNames(
  choice: ToolChoice | undefined,
  knowsAllowed: boolean,
  canForce: boolean,
): readonly string[] | undefined {
  if (choice?.kind === "named") return canForce ? undefined : [choice.name];
  return choice?.kind === "allowed" && !knowsAllowed ? choice.names : undefined;
}

function distinctTools(tools: readonly Tool[], found: Notes): readonly Tool[] {
  const byName = new Map<string, Tool>();
  for (const tool of tools) {
    if (byName.has(tool.name)) found.lose("duplicate_tool", "tools", tool);
    else byName.set(tool.name, tool);
  }
  return [...byName.values()];
}
