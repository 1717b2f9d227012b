import { type LineMap, lineMap } from "./position.ts";
import { type Sources, type Span, sourceFiles } from "./span.ts";

/** Says where a span begins, as `file:line:column`, so that editors and terminals find it. */
export function placeOf(sources: Sources): (span: Span) => string {
  const texts = new Map(sourceFiles(sources).map(({ file, text }) => [file, text]));
  const maps = new Map<string, LineMap>();
  return ({ file, start }) => {
    const map = maps.get(file) ?? lineMap(texts.get(file) ?? "");
    maps.set(file, map);
    const { line, column } = map.at(start);
    return `${file}:${line}:${column}`;
  };
}
