import { concat } from "../read-all.ts";

/**
 * Lets bytes of an event stream through up to the last complete frame and holds the rest, so that a keep-alive or an
 * error frame never lands inside one. What comes out, with `rest` at the end, is byte for byte what went in.
 */
export type WholeFrames = Readonly<{ push(chunk: Uint8Array): Uint8Array; rest(): Uint8Array }>;

const empty = new Uint8Array(0);
const lineFeed = 10;
const carriageReturn = 13;

export function wholeFrames(): WholeFrames {
  let held: Uint8Array[] = [];
  let heldBytes = 0;

  /** The last bytes before `chunk`, since a blank line can lie across two chunks. */
  const lastHeld = (back: number): number | undefined => held.at(-1)?.at(-back);

  return {
    push: (chunk) => {
      const cut = lastBlankLine(chunk, lastHeld);
      if (cut === 0) {
        if (chunk.length > 0) held.push(chunk);
        heldBytes += chunk.length;
        return empty;
      }
      const whole =
        held.length === 0 ? chunk.subarray(0, cut) : concat([...held, chunk.subarray(0, cut)], heldBytes + cut);
      held = cut === chunk.length ? [] : [chunk.subarray(cut)];
      heldBytes = chunk.length - cut;
      return whole;
    },
    rest: () => {
      const rest = concat(held, heldBytes);
      held = [];
      heldBytes = 0;
      return rest;
    },
  };
}

/** Index just behind the last blank line (two line ends in a row: LF LF, CR CR or CRLF CRLF), 0 when there is none. */
function lastBlankLine(chunk: Uint8Array, before: (back: number) => number | undefined): number {
  const at = (index: number) => (index >= 0 ? chunk[index] : before(-index));
  for (let end = chunk.length - 1; end >= 0; end--) {
    const last = chunk[end];
    if (last !== lineFeed && last !== carriageReturn) continue;
    const previous = at(end - 1);
    if (previous === last) return end + 1;
    if (last === lineFeed && previous === carriageReturn && at(end - 2) === lineFeed) return end + 1;
  }
  return 0;
}
