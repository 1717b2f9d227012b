import type { LineMap } from "./position.ts";
import type { Span } from "./span.ts";

/** Columns of source shown; longer lines are cut around the place. */
const maxWidth = 110;
const contextBefore = 30;

type Cell = Readonly<{ shown: string; width: number; offset: number }>;

/** The line a span starts on with carets below it: two lines, the first with its number. `lines` maps the text shown. */
export function frame(lines: LineMap, span: Span): string {
  const { line } = lines.at(span.start);
  const cells = cellsOf(lines.textOf(line), lines.startOf(line));
  const first = firstAt(cells, span.start);
  const last = Math.max(first + 1, firstAt(cells, span.end));
  const from = totalWidth(cells) > maxWidth ? Math.max(0, first - contextBefore) : 0;
  const to = fitting(cells, from);
  const mark = from > 0 ? "…" : "";
  const before = mark.length + totalWidth(cells.slice(from, first));
  const carets = Math.max(1, totalWidth(cells.slice(first, Math.min(last, to))));
  const shown =
    mark +
    cells
      .slice(from, to)
      .map((cell) => cell.shown)
      .join("") +
    (to < cells.length ? "…" : "");
  const gutter = `${line} | `;
  const source = `${gutter}${shown}`.trimEnd();
  return `${source}\n${" ".repeat(gutter.length + before)}${"^".repeat(carets)}`;
}

/** Text that a terminal shows as it is: control and formatting characters become U+FFFD. Line ends stay. */
export function printable(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, "\ufffd");
}

function cellsOf(text: string, start: number): readonly Cell[] {
  let offset = start;
  return Array.from(text, (character) => {
    const shown = character === "\t" ? "    " : printable(character);
    const cell = { shown, width: Bun.stringWidth(shown), offset };
    offset += character.length;
    return cell;
  });
}

/** The cell that holds an offset, or the end of the line. */
function firstAt(cells: readonly Cell[], offset: number): number {
  const next = cells.findIndex((cell) => cell.offset >= offset);
  return next < 0 ? cells.length : next;
}

function fitting(cells: readonly Cell[], from: number): number {
  let width = 0;
  let to = from;
  for (; to < cells.length; to += 1) {
    width += cells[to]?.width ?? 0;
    if (width > maxWidth) break;
  }
  return to;
}

function totalWidth(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0);
}
