import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type YAMLError,
} from "yaml";
import type { Code } from "./codes.ts";
import { type Diagnostic, diagnostic } from "./diagnostics.ts";
import { type Entry, maxDepth, type Node } from "./node.ts";
import type { Source, Span } from "./span.ts";
import type { Parsed } from "./tree.ts";

/** Enough for every hand-written file; a "billion laughs" file stops here. */
const maxExpandedValues = 10_000;

/** One YAML 1.2 document to a tree. Aliases are followed, within limits; tags and merge keys are refused. */
export function parseYaml(source: Source): Parsed {
  try {
    const document = parseDocument(source.text, { prettyErrors: false, version: "1.2", merge: false });
    const errors = [...document.errors, ...document.warnings].map((error) => syntaxProblem(error, source));
    if (errors.length > 0) return { root: undefined, diagnostics: errors };
    return treeOf(document, source);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { root: undefined, diagnostics: [tooDeep(clamped(source, 0, 1))] };
  }
}

const codeOfError: Readonly<Record<string, Readonly<{ code: Code; message: string; hint?: string }>>> = {
  DUPLICATE_KEY: { code: "AR102", message: "This key occurs twice.", hint: "Remove one of the two." },
  TAB_AS_INDENT: { code: "AR103", message: "A tab is used for indentation.", hint: "Indent with spaces." },
  MULTIPLE_DOCS: {
    code: "AR108",
    message: "The file holds several YAML documents.",
    hint: "Remove the `---` or `...` line, or split the file.",
  },
  TAG_RESOLVE_FAILED: {
    code: "AR106",
    message: "YAML tags are refused.",
    hint: "Remove the tag and write a plain value.",
  },
};

function syntaxProblem(error: YAMLError, source: Source): Diagnostic {
  const span = clamped(source, error.pos[0], error.pos[1]);
  const known = codeOfError[error.code];
  if (known !== undefined)
    return diagnostic(known.code, firstLine(span, source.text), known.message, { hint: known.hint });
  return diagnostic("AR101", span, `Not valid YAML: ${lowerFirst(withoutSource(error.message)).replace(/\.$/, "")}.`);
}

/** Some messages end in the text that they are about, which may be a key. */
function withoutSource(message: string): string {
  return message.replace(/: ".*"$|(?<=extra characters|escape sequence):? .*$/s, "");
}

function treeOf(document: Document.Parsed, source: Source): Parsed {
  const diagnostics: Diagnostic[] = [];
  const anchors = new Map<string, unknown>();
  const targets = new Map<Alias, unknown>();
  let expanded = 0;

  const root = nodeOf(document.contents, [], undefined);
  return diagnostics.length > 0 ? { root: undefined, diagnostics } : { root, diagnostics };

  /** `open` are the nodes around this one, outermost first; `via` is the outermost alias that led here. */
  function nodeOf(node: unknown, open: readonly unknown[], via: Span | undefined): Node {
    const span = spanOf(node, source);
    if (via !== undefined) expanded += 1;
    if (open.length > maxDepth) return refuse(tooDeep(span));
    if (expanded > maxExpandedValues) return refuse(tooExpanded(via ?? span));
    if (isAlias(node)) return aliasOf(node, span, open, via);
    if (via === undefined && (isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) {
      anchors.set(node.anchor, node);
    }
    const inside = [...open, node];
    if (isMap(node)) return mapOf(node.items, span, inside, via);
    if (isSeq(node)) return { kind: "list", span, items: node.items.map((item) => nodeOf(item, inside, via)) };
    return scalarOf(isScalar(node) ? node.value : null, span);
  }

  function mapOf(pairs: readonly Pair[], span: Span, open: readonly unknown[], via: Span | undefined): Node {
    const entries = new Map<string, Entry>();
    for (const pair of pairs) {
      const keySpan = spanOf(pair.key, source);
      const key = isScalar(pair.key) ? String(pair.key.value) : undefined;
      if (key === undefined) refuse(diagnostic("AR101", keySpan, "A key must be plain text."));
      else if (key === "<<") refuse(mergeKey(keySpan));
      else if (entries.has(key)) refuse(diagnostic("AR102", keySpan, "This key occurs twice."));
      else {
        const value = pair.value === null ? scalarOf(null, keySpan) : nodeOf(pair.value, open, via);
        entries.set(key, { key, keySpan, value });
      }
    }
    return { kind: "map", span, entries: [...entries.values()] };
  }

  function aliasOf(alias: Alias, span: Span, open: readonly unknown[], via: Span | undefined): Node {
    if (!targets.has(alias)) targets.set(alias, anchors.get(alias.source));
    const target = targets.get(alias);
    const name = JSON.stringify(alias.source);
    if (target === undefined)
      return refuse(diagnostic("AR101", span, `No anchor named ${name} comes before this alias.`));
    if (open.includes(target)) return refuse(diagnostic("AR105", span, `The alias ${name} contains itself.`));
    return nodeOf(target, open, via ?? span);
  }

  function refuse(found: Diagnostic): Node {
    // One bomb is one problem, however many aliases it has.
    const isBomb = (one: Diagnostic) => one.code === "AR104";
    if (!(isBomb(found) && diagnostics.some(isBomb))) diagnostics.push(found);
    return { kind: "null", span: found.span };
  }
}

function scalarOf(value: unknown, span: Span): Node {
  if (typeof value === "string") return { kind: "string", span, value };
  if (typeof value === "number") return { kind: "number", span, value };
  if (typeof value === "boolean") return { kind: "boolean", span, value };
  return { kind: "null", span };
}

function tooDeep(span: Span): Diagnostic {
  return diagnostic("AR110", span, `Values are nested more than ${maxDepth} levels deep.`);
}

function tooExpanded(span: Span): Diagnostic {
  const message = `Aliases expand to more than ${maxExpandedValues.toLocaleString("en")} values.`;
  return diagnostic("AR104", span, message, { hint: "Write the values out." });
}

function mergeKey(span: Span): Diagnostic {
  return diagnostic("AR107", span, "The YAML merge key is refused.", { hint: "Write the merged keys out." });
}

function spanOf(node: unknown, source: Source): Span {
  const range = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range : undefined;
  const start = range?.[0] ?? 0;
  const text = source.text.slice(start, range?.[1] ?? 0).trimEnd();
  return clamped(source, start, start + text.length);
}

function clamped(source: Source, start: number, end: number): Span {
  const from = Math.min(start, source.text.length);
  return { file: source.file, start: from, end: Math.max(from, Math.min(end, source.text.length)) };
}

function firstLine(span: Span, text: string): Span {
  const line = text.slice(span.start, span.end).search(/\r?\n/);
  return line < 0 ? span : { ...span, end: span.start + line };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
