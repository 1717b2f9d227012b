/** A column of text for people. */
export type Column = Readonly<{
  title: string;
  /** Numbers stand on the right. */
  right?: boolean;
  /** Whether its texts may be cut where the terminal is too narrow. */
  cut?: boolean;
  /** Left out where the terminal is too narrow even then; the largest goes first. */
  drop?: number;
}>;

/** The columns that are shown, by their place among all, and how wide they are. */
export type Layout = readonly Readonly<{ at: number; column: Column; width: number }>[];

/** What a column is never cut below. */
const minWidth = 14;
const gap = "  ";

/**
 * Each column as wide as its longest cell. Where `maxWidth` is known and that is too much, columns are left out and cut
 * until a row fits, as far as they allow it.
 */
export function layOut(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  maxWidth = Number.POSITIVE_INFINITY,
): Layout {
  const widest = columns.map((column, at) => ({
    at,
    column,
    width: Math.max(column.title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  }));
  return cutTo(maxWidth, withoutExtras(maxWidth, widest));
}

function withoutExtras(maxWidth: number, layout: Layout): Layout {
  const least = layout.map(({ column: { cut }, width }) => (cut === true ? Math.min(width, minWidth) : width));
  const extra = Math.max(...layout.map(({ column: { drop = 0 } }) => drop));
  if (lineLength(least) <= maxWidth || extra === 0) return layout;
  return withoutExtras(
    maxWidth,
    layout.filter(({ column: { drop = 0 } }) => drop < extra),
  );
}

/** Takes from the widest, again and again. */
function cutTo(maxWidth: number, layout: Layout): Layout {
  const widths = layout.map(({ width }) => width);
  while (lineLength(widths) > maxWidth) {
    const candidates = widths.map((width, place) => (layout[place]?.column.cut === true ? width : 0));
    const widest = Math.max(...candidates);
    if (widest <= minWidth) break;
    widths[candidates.indexOf(widest)] = widest - 1;
  }
  return layout.map((shown, place) => ({ ...shown, width: widths[place] ?? shown.width }));
}

function lineLength(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + gap.length, -gap.length);
}

/** Text that others wrote, such as a model's name, must not move the cursor or change colours: control characters become `�`. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "�");
}

/** One line. A cell that is too long ends in `…` where its column may be cut, else it takes more room. */
export function tableRow(layout: Layout, cells: readonly string[]): string {
  const padded = layout.map(({ at, column: { right, cut }, width }) => {
    const cell = printable(cells[at] ?? "");
    if (right === true) return cell.padStart(width);
    return cut === true && cell.length > width ? `${cell.slice(0, width - 1)}…` : cell.padEnd(width);
  });
  return `${padded.join(gap).trimEnd()}\n`;
}

/** The titles, as a row. */
export function titleRow(layout: Layout): string {
  const titles: string[] = [];
  for (const { at, column } of layout) titles[at] = column.title;
  return tableRow(layout, titles);
}

/** Titles and rows in aligned columns. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  maxWidth: number | undefined,
): string {
  const layout = layOut(columns, rows, maxWidth);
  return titleRow(layout) + rows.map((row) => tableRow(layout, row)).join("");
}
