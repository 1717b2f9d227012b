import { visibleLine } from "./visible-line.ts";

/**
 * Anything as one line of Markdown that reads as it is written, in tables as well. Markup is escaped as CommonMark 0.31 and
 * GitHub Flavored Markdown have it, what would become a link of itself included.
 */
export function markdownText(text: string): string {
  return visibleLine(text)
    .replace(/[\\`*_{}[\]()#+!~$@:]/g, "\\$&")
    .replace(/[&<>|]|w(?=ww\.)/gi, (character) => `&#${character.charCodeAt(0)};`);
}

/** A name, as code where nothing in it would end that. */
export function markdownCode(name: string): string {
  const text = visibleLine(name);
  return text.trim() !== text || text === "" || /[`|\\]/.test(text) ? markdownText(text) : `\`${text}\``;
}

/** A table of cells that are Markdown already. */
export function markdownTable(
  columns: readonly Readonly<{ title: string; isNumber?: boolean }>[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ isNumber }) => (isNumber === true ? "---:" : "---"))),
    ...rows.map(line),
  ].join("");
}
