import type { Block, CacheMark, JsonObject, Tool, Turn } from "../canonical.ts";
import type { Notes } from "../notes.ts";

/** The members that put a cache breakpoint on a block or tool: none, or `cache_control`. */
export type CacheMarks = (mark: CacheMark | undefined) => JsonObject;

/** The Messages API refuses a request with more. */
const maxMarks = 4;

/**
 * Call once per possible mark, in prompt order: tools, system, messages. Of more than four marks the last four stay, as
 * they cover the longest prefixes.
 */
export function cacheMarks(total: number, found: Notes): CacheMarks {
  let surplus = total - maxMarks;
  if (surplus > 0) found.lose("dropped", "cache_control");
  return (mark) => {
    if (mark === undefined) return {};
    if (surplus-- > 0) return {};
    return { cache_control: mark.ttl === "long" ? { type: "ephemeral", ttl: "1h" } : { type: "ephemeral" } };
  };
}

export function countMarks(tools: readonly Tool[], system: readonly Block[], turns: readonly Turn[]): number {
  const inTools = tools.filter((tool) => tool.kind === "function" && tool.cache !== undefined).length;
  return inTools + inBlocks(system) + turns.reduce((sum, turn) => sum + inBlocks(turn.blocks), 0);
}

function inBlocks(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => {
    const nested = block.kind === "tool-result" ? inBlocks(block.blocks) : 0;
    return sum + nested + ("cache" in block && block.cache !== undefined ? 1 : 0);
  }, 0);
}
