import type { WireFormat } from "../contract.ts";
import type { Block, StreamEvent } from "../wire/canonical.ts";

/** The members of a stream's frames that hold what the model says. Quotes inside JSON strings are escaped, so text does not match. */
const spoken = {
  "openai-chat": members("content|text|refusal|reasoning_content|reasoning|arguments|input"),
  "openai-responses": members("delta"),
  "anthropic-messages": members("text|thinking|partial_json"),
  gemini: members("text"),
} as const satisfies Record<WireFormat, RegExp>;

function members(names: string): RegExp {
  return new RegExp(`"(?:${names})"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`, "g");
}

/**
 * About how many characters the model says in one frame of a stream, without parsing it: it runs on every one, and only
 * where a stream breaks off does it matter.
 */
export function spokenInFrame(format: WireFormat, data: string): number {
  let chars = 0;
  for (const [, text = ""] of data.matchAll(spoken[format])) chars += text.length;
  return chars;
}

export function spokenInEvent(event: StreamEvent): number {
  switch (event.kind) {
    case "text":
    case "thinking":
    case "refusal":
    case "tool-arguments":
      return event.text.length;
    default:
      return 0;
  }
}

export function spokenInBlocks(blocks: readonly Block[]): number {
  return blocks.reduce((chars, block) => chars + spokenInBlock(block), 0);
}

function spokenInBlock(block: Block): number {
  switch (block.kind) {
    case "text":
    case "thinking":
    case "refusal":
      return block.text.length;
    case "tool-call":
      return block.argumentsText.length;
    default:
      return 0;
  }
}
