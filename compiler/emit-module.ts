import { IndentationText, Project, QuoteKind, type StatementStructures } from "ts-morph";

const project = new Project({
  useInMemoryFileSystem: true,
  manipulationSettings: { indentationText: IndentationText.TwoSpaces, quoteKind: QuoteKind.Double },
});

/** A module of these statements below a heading of `//` lines. Imports stand together, other statements apart. */
export function moduleText(
  path: string,
  heading: string,
  statements: readonly (StatementStructures | string)[],
): string {
  const file = project.createSourceFile(path, { statements: statements.map(spaced) }, { overwrite: true });
  const text = `${heading}\n\n${file.getFullText()}`.replace(/\n{3,}/g, "\n\n");
  project.removeSourceFile(file);
  return text;
}

function spaced(statement: StatementStructures | string): StatementStructures | string {
  return typeof statement === "string" ? `\n${statement}\n` : statement;
}
