import type { Json, Tool } from "../canonical.ts";
import { numberOf } from "../json.ts";
import type { Notes } from "../notes.ts";

/**
 * `max_tool_calls` is the limit of all calls of tools that the vendor runs itself (openai 7.55.0, `ResponseCreateParams`).
 * Where the search of the web is the only one, it is the limit of searches; where there is none, it limits nothing.
 */
export function limitSearches(tools: readonly Tool[], maxCalls: Json | undefined, found: Notes): readonly Tool[] {
  const maxUses = numberOf(maxCalls);
  if (maxUses === undefined) return tools;
  if (tools.some(({ kind }) => kind === "hosted")) {
    found.lose("dropped", "max_tool_calls");
    return tools;
  }
  return tools.map((tool) => (tool.kind === "web-search" ? found.as(tool, { ...tool, maxUses }) : tool));
}
