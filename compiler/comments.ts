import { parseTOML } from "toml-eslint-parser";
import { CST, Lexer } from "yaml";
import type { Source, Span } from "./span.ts";

/** Where the comments of a file are, from `#` to the end of the line. None in JSON, nor in text that is not valid. */
export function commentsOf(source: Source): readonly Span[] {
  if (source.file.endsWith(".json")) return [];
  return source.file.endsWith(".toml") ? tomlComments(source) : yamlComments(source);
}

function tomlComments({ file, text }: Source): readonly Span[] {
  try {
    return parseTOML(text, { tomlVersion: "1.0.0" }).comments.map(({ range: [start, end] }) => ({ file, start, end }));
  } catch {
    // What is wrong is told by whoever parses it.
    return [];
  }
}

/** Marks that the lexer puts between pieces of the text, and that are no text themselves. */
const marks: readonly string[] = [CST.DOCUMENT, CST.FLOW_END, CST.SCALAR];

function yamlComments({ file, text }: Source): readonly Span[] {
  // YAML allows none of these characters, and the lexer could not be understood.
  if (marks.some((mark) => text.includes(mark))) return [];
  const comments: Span[] = [];
  let start = 0;
  let before = "";
  for (const piece of new Lexer().lex(text)) {
    const isMark = marks.includes(piece);
    // A mark says that text follows: it may begin with `#`, too.
    if (!isMark && before !== CST.SCALAR && piece.startsWith("#")) {
      comments.push({ file, start, end: start + piece.length });
    }
    if (!isMark) start += piece.length;
    before = piece;
  }
  return comments;
}
