import type { Dialect } from "../../contract.ts";
import type { Block, CacheMark, JsonObject, Request, Tool, Turn } from "../canonical.ts";
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

/**
 * Whether the request itself is marked, with `cache_control` beside its messages: the vendor then puts a breakpoint on the
 * last block that can have one, never on an empty one (@anthropic-ai/sdk 1.11 `MessageCreateParams.cache_control`).
 */
export function cachesItself(request: Request, { vendor }: Dialect, turns: readonly Turn[]): boolean {
  return vendor && request.caching === "automatic" && countMarks(request.tools, request.system, turns) === 0;
}

/** Instructions that stay while conversations differ are kept on their own, too. */
export function withLastMarked(system: readonly Block[]): readonly Block[] {
  const last = system.findLastIndex((block) => block.kind === "text" && block.text.trim() !== "");
  return system.map((block, index) => (index === last ? { ...block, cache: { ttl: "short" } } : block));
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
