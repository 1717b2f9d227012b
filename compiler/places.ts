import { maskSecrets } from "./mask-secrets.ts";
import { type LineMap, lineMap } from "./position.ts";
import { type Sources, type Span, sourceFiles } from "./span.ts";

/** Where spans are in the files, for people and programs. */
export type Places = Readonly<{
  /** The lines of a file, secrets starred out; undefined for one that was not read. */
  linesOf(file: string): LineMap | undefined;
  /** Start and end of a span, 1-based; line 1, column 1 in a file that was not read. */
  of(span: Span): Readonly<{ start: Position; end: Position }>;
}>;

type Position = ReturnType<LineMap["at"]>;

/** Masking keeps every character's place, so one map serves positions and excerpts. */
export function placesOf(sources: Sources | undefined): Places {
  const files = sources === undefined ? [] : sourceFiles(sources);
  const maps = new Map(files.map(({ file, text }) => [file, lineMap(maskSecrets(text))]));
  const at = (file: string, offset: number) => maps.get(file)?.at(offset) ?? { line: 1, column: 1 };
  return {
    linesOf: (file) => maps.get(file),
    of: ({ file, start, end }) => ({ start: at(file, start), end: at(file, end) }),
  };
}
