import type { Block, Opaque } from "./canonical.ts";
import type { Notes } from "./notes.ts";

/**
 * Puts the signatures of calls and of visible text where they belong. Clients of OpenAI and Anthropic have no place for
 * them, so they travel in reasoning: that of a call directly before it, that of a text directly behind it. A signature of
 * Gemini's that does not say what it signs is the call's that follows. Expects the blocks of one assistant turn.
 */
export function placeSignatures(blocks: readonly Block[], found: Notes): readonly Block[] {
  const placed: Block[] = [];
  let ofCall: Opaque | undefined;
  for (const [index, block] of blocks.entries()) {
    const state = stateOf(block);
    const signs = state === undefined ? undefined : signedBy(state, blocks[index + 1]);
    if (state !== undefined && signs !== undefined) {
      const signature: Opaque = { from: state.from, data: state.data, model: state.model };
      if (block.kind === "thinking" && block.text !== "")
        placed.push(found.as(block, { kind: "thinking", text: block.text }));
      if (signs === "text") signText(placed, signature, found);
      else ofCall = signature;
    } else if (block.kind === "tool-call" && ofCall !== undefined) {
      placed.push(found.as(block, { ...block, signature: block.signature ?? ofCall }));
      ofCall = undefined;
    } else placed.push(block);
  }
  return placed;
}

function stateOf(block: Block): Opaque | undefined {
  if (block.kind === "thinking") return block.signature;
  return block.kind === "redacted-thinking" ? block.data : undefined;
}

function signedBy(state: Opaque, next: Block | undefined): Opaque["signs"] {
  return state.signs ?? (state.from === "gemini" && next?.kind === "tool-call" ? "call" : undefined);
}

function signText(placed: Block[], signature: Opaque, found: Notes): void {
  const last = placed.at(-1);
  if (last?.kind === "text" && last.signature === undefined)
    placed.splice(-1, 1, found.as(last, { ...last, signature }));
  else placed.push({ kind: "text", text: "", signature });
}
