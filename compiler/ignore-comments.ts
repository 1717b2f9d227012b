import { commentsOf } from "./comments.ts";
import type { Node } from "./node.ts";
import { type LineMap, lineMap } from "./position.ts";
import type { Source, Span } from "./span.ts";
import { parseTree } from "./tree.ts";

/** `# arouter-ignore AR301, AR310: reason`. */
export type IgnoreComment = Readonly<{
  span: Span;
  /** As they are written: codes or names. */
  codes: readonly Readonly<{ written: string; span: Span }>[];
  /** Empty when none is given. */
  reason: string;
  /** What it is about: findings that start in here. */
  covers: Span;
}>;

const keyword = "arouter-ignore";
const pattern = new RegExp(`^#\\s*${keyword}\\b([^:]*)(?::(.*))?$`, "s");

/**
 * The comments of a TOML or YAML file that silence findings. Each is about the line it ends, or else the next line that is
 * no comment, with everything that begins there: a rule, a list item, a table, the value of a key.
 */
export function ignoreComments(source: Source): readonly IgnoreComment[] {
  // Most files have none, and are not read twice.
  if (!source.text.includes(keyword)) return [];
  const found = commentsOf(source).flatMap((span) => {
    const [all, codes = "", reason = ""] = pattern.exec(source.text.slice(span.start, span.end)) ?? [];
    return all === undefined ? [] : [{ span, codes, reason: reason.trim() }];
  });
  if (found.length === 0) return [];
  const lines = lineMap(source.text);
  const reaches = reachOf(parseTree(source).root, lines);
  return found.map(({ span, codes, reason }) => {
    const line = lineMeant(lines, span.start);
    const start = lines.startOf(line);
    const end = Math.max(lines.startOf(line + 1), reaches.get(line) ?? 0);
    return { span, codes: written(codes, span, source), reason, covers: { ...span, start, end } };
  });
}

function written(codes: string, { file, start }: Span, { text }: Source): IgnoreComment["codes"] {
  const from = text.indexOf(keyword, start) + keyword.length;
  return [...codes.matchAll(/[^\s,]+/g)].map(({ 0: word, index }) => {
    return { written: word, span: { file, start: from + index, end: from + index + word.length } };
  });
}

/** The 1-based line that a comment at `offset` is about. */
function lineMeant(lines: LineMap, offset: number): number {
  const own = lines.at(offset).line;
  if (
    lines
      .textOf(own)
      .slice(0, offset - lines.startOf(own))
      .trim() !== ""
  )
    return own;
  let next = own + 1;
  while (/^\s*(#.*)?$/.test(lines.textOf(next)) && lines.startOf(next) < lines.startOf(next + 1)) next += 1;
  return next;
}

/** By line, where the largest thing that begins there ends. */
function reachOf(root: Node | undefined, lines: LineMap): ReadonlyMap<number, number> {
  const reaches = new Map<number, number>();
  const note = (start: number, end: number) => {
    const { line } = lines.at(start);
    reaches.set(line, Math.max(end, reaches.get(line) ?? 0));
  };
  const visit = (node: Node): void => {
    if (node.kind === "list") {
      for (const item of node.items) {
        note(item.span.start, item.span.end);
        visit(item);
      }
    }
    if (node.kind !== "map") return;
    for (const { keySpan, value } of node.entries) {
      note(keySpan.start, value.span.end);
      visit(value);
    }
  };
  if (root !== undefined) visit(root);
  return reaches;
}
