/** A column of text for people. */
export type Column = Readonly<{
  title: string;
  /** Numbers are. */
  right?: boolean;
}>;

/** What a column of text is never cut below. */
const minWidth = 8;
const gap = "  ";

/**
 * How wide each column is for these rows: as wide as its longest cell or, where `maxWidth` is known, with the longest
 * texts cut until a row fits. Numbers are never cut.
 */
export function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  maxWidth: number | undefined,
): readonly number[] {
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  let excess = widths.reduce((sum, width) => sum + width + gap.length, -gap.length) - (maxWidth ?? Infinity);
  for (; excess > 0; excess -= 1) {
    const texts = widths.map((width, at) => (columns[at]?.right === true ? 0 : width));
    const widest = Math.max(...texts);
    if (widest <= minWidth) break;
    widths[texts.indexOf(widest)] = widest - 1;
  }
  return widths;
}

/** Text that others wrote, such as a model's name, must not move the cursor or change colours: control characters become `�`. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "�");
}

/** One line; a cell that is too long ends in `…`. */
export function tableRow(columns: readonly Column[], widths: readonly number[], cells: readonly string[]): string {
  const padded = cells.map(printable).map((cell, at) => {
    const { right, width } = { right: columns[at]?.right === true, width: widths[at] ?? cell.length };
    if (right) return cell.padStart(width);
    return (cell.length > width ? `${cell.slice(0, width - 1)}…` : cell).padEnd(width);
  });
  return `${padded.join(gap).trimEnd()}\n`;
}

/** Titles and rows in aligned columns. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  maxWidth: number | undefined,
): string {
  const widths = columnWidths(columns, rows, maxWidth);
  const titles = columns.map(({ title }) => title);
  return [titles, ...rows].map((row) => tableRow(columns, widths, row)).join("");
}
