import type { Response as Answer, Block, Citation, StreamEvent, Usage } from "../wire/canonical.ts";
import { codePoints } from "../wire/code-points.ts";

/**
 * An upstream that pauses gives one answer in several rounds. Joined, their counts add up, and citations, which count
 * from the start of the text, move behind the text of the rounds before. Only the last round can hold calls for the
 * client, so the keys of calls never meet.
 */
export function joinAnswers(earlier: Answer, later: Answer): Answer {
  const chars = codePoints(earlier.blocks.map((block) => (block.kind === "text" ? block.text : "")).join(""));
  return {
    ...later,
    blocks: [...earlier.blocks, ...later.blocks.map((block) => moveBlock(block, chars))],
    usage: later.usage === undefined ? earlier.usage : addUsage(earlier.usage, later.usage),
  };
}

/** The same for streams: events of one round after another to the events of one answer. */
export type RoundJoiner = Readonly<{
  join(event: StreamEvent): StreamEvent;
  /** A new round begins; `text` is all text of the rounds so far. */
  next(text: string): void;
}>;

export function roundJoiner(): RoundJoiner {
  let chars = 0;
  let earlier: Usage | undefined;
  let total: Usage | undefined;
  return {
    join: (event) => {
      switch (event.kind) {
        case "usage":
          total = addUsage(earlier, event.usage);
          return { kind: "usage", usage: total };
        case "citation":
          return { kind: "citation", citation: moveCitation(event.citation, chars) };
        default:
          return event;
      }
    },
    next: (text) => {
      chars = codePoints(text);
      earlier = total;
    },
  };
}

function addUsage(earlier: Usage | undefined, later: Usage): Usage {
  if (earlier === undefined) return later;
  return {
    uncachedInput: earlier.uncachedInput + later.uncachedInput,
    cacheRead: earlier.cacheRead + later.cacheRead,
    cacheWrite: earlier.cacheWrite + later.cacheWrite,
    output: earlier.output + later.output,
    reasoning: earlier.reasoning + later.reasoning,
    cacheWriteKnown: earlier.cacheWriteKnown && later.cacheWriteKnown,
    cacheWriteLong: sum(earlier.cacheWriteLong, later.cacheWriteLong),
    webSearches: sum(earlier.webSearches, later.webSearches),
    serviceTier: later.serviceTier,
    reportedNanos: sum(earlier.reportedNanos, later.reportedNanos),
  };
}

/** Undefined where neither is told. */
function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}

function moveBlock(block: Block, chars: number): Block {
  if (block.kind !== "text" || block.citations === undefined) return block;
  return { ...block, citations: block.citations.map((citation) => moveCitation(citation, chars)) };
}

/** By `chars` Unicode code points. */
function moveCitation(citation: Citation, chars: number): Citation {
  return { ...citation, start: citation.start + chars, end: citation.end + chars };
}
