import type { Block, Citation, Response, StreamEvent } from "./canonical.ts";
import { codePoints } from "./code-points.ts";

/** Stop sequences for an upstream that has no field for them, held to while its answer passes by. */
export type LocalStop = Readonly<{
  /** What of this event may be shown now. Behind a match only usage, pings and the end still pass. */
  push(event: StreamEvent): readonly StreamEvent[];
  /** A sequence was found. */
  isCut(): boolean;
}>;

/**
 * Cuts a stream's visible text at the first of `sequences` that it comes to hold, and reports `stop-sequence`. Text that
 * may be the beginning of one is held back until more is known. A sequence lies in one text: it does not go over a call
 * or the end of a block. Where the upstream cut its fragments makes no difference.
 */
export function localStop(sequences: readonly string[]): LocalStop {
  const wanted = sequences.filter((sequence) => sequence !== "");
  const openCalls = new Set<number>();
  let held = "";
  let isCut = false;

  function read(text: string): readonly StreamEvent[] {
    const all = held + text;
    const match = firstMatch(all, wanted);
    if (match === undefined) {
      held = all.slice(all.length - openingLength(all, wanted));
      return shown(all.slice(0, all.length - held.length));
    }
    held = "";
    isCut = true;
    const closed = [...openCalls].map((key) => ({ kind: "tool-close", key }) as const);
    const stop = { reason: "stop-sequence", sequence: match.sequence } as const;
    return [...shown(all.slice(0, match.start)), ...closed, { kind: "stop", stop }];
  }

  /** The held text turned out to be ordinary. */
  function release(event: StreamEvent): readonly StreamEvent[] {
    const text = held;
    held = "";
    return [...shown(text), event];
  }

  return {
    isCut: () => isCut,
    push(event) {
      if (isCut) return afterCut(event);
      switch (event.kind) {
        case "text":
          return read(event.text);
        case "start":
        case "ping":
        case "usage":
        case "citation":
          return [event];
        case "tool-open":
          openCalls.add(event.key);
          return release(event);
        case "tool-close":
          openCalls.delete(event.key);
          return release(event);
        case "text-signature":
        case "thinking":
        case "thinking-signature":
        case "redacted-thinking":
        case "refusal":
        case "web-search":
        case "tool-arguments":
        case "block-break":
        case "stop":
        case "error":
        case "end":
          return release(event);
      }
    },
  };
}

/** The same of a whole answer: what stands behind the match is dropped, calls too. */
export function cutAtStop(response: Response, sequences: readonly string[]): Response {
  const wanted = sequences.filter((sequence) => sequence !== "");
  const kept: Block[] = [];
  let position = 0;
  for (const block of response.blocks) {
    const match = block.kind === "text" ? firstMatch(block.text, wanted) : undefined;
    if (block.kind === "text" && match !== undefined) {
      const text = block.text.slice(0, match.start);
      const end = position + codePoints(text);
      const citations = block.citations?.flatMap((citation) => clipped(citation, end));
      if (text !== "") kept.push({ kind: "text", text, ...(citations === undefined ? {} : { citations }) });
      return { ...response, blocks: kept, stop: { reason: "stop-sequence", sequence: match.sequence } };
    }
    if (block.kind === "text") position += codePoints(block.text);
    kept.push(block);
  }
  return response;
}

function shown(text: string): readonly StreamEvent[] {
  return text === "" ? [] : [{ kind: "text", text }];
}

/** The answer is whole for the client, so an upstream that breaks now does no harm. */
function afterCut(event: StreamEvent): readonly StreamEvent[] {
  if (event.kind === "error") return [{ kind: "end" }];
  return event.kind === "usage" || event.kind === "ping" || event.kind === "end" ? [event] : [];
}

/** The sequence that is whole first, as a stream shows it; of several that end at one place, the longest. */
function firstMatch(
  text: string,
  sequences: readonly string[],
): Readonly<{ sequence: string; start: number }> | undefined {
  let first: Readonly<{ sequence: string; start: number; end: number }> | undefined;
  for (const sequence of sequences) {
    const start = text.indexOf(sequence);
    const end = start + sequence.length;
    const isEarlier = first === undefined || end < first.end || (end === first.end && start < first.start);
    if (start !== -1 && isEarlier) first = { sequence, start, end };
  }
  return first;
}

/** Length of the longest end of `text` with which a sequence may begin. */
function openingLength(text: string, sequences: readonly string[]): number {
  let longest = 0;
  for (const sequence of sequences) {
    for (let length = Math.min(sequence.length - 1, text.length); length > longest; length -= 1) {
      if (text.endsWith(sequence.slice(0, length))) longest = length;
    }
  }
  return longest;
}

function clipped(citation: Citation, end: number): readonly Citation[] {
  return citation.start >= end ? [] : [{ ...citation, end: Math.min(citation.end, end) }];
}
