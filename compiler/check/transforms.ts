import { type SourceFile, ts } from "ts-morph";
import type { Transform } from "../../runtime/contract.ts";
import type { Rule } from "../check.ts";
import { contractProject } from "../contract-project.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import type { Source, Span } from "../span.ts";
import { suggest } from "../suggest.ts";

const hooks = ["request", "headers", "event"] as const satisfies readonly (keyof Transform)[];

/** A transform is one file that type-checks, exports hooks and nothing else, and brings no other code along. */
export const transforms: Rule = (_ast, { transforms: sources = [] }) =>
  sources.flatMap(({ source }) => problems(source));

/** What a transform may use besides the language: the Web's own APIs. Whether a name is used is the user's business. */
const flags: ts.CompilerOptions = {
  lib: ["lib.esnext.d.ts", "lib.dom.d.ts"],
  noUnusedLocals: false,
  noUnusedParameters: false,
  noPropertyAccessFromIndexSignature: false,
};

function problems({ file, text }: Source): readonly Diagnostic[] {
  const project = contractProject(flags);
  const written = project.createSourceFile("/transform.ts", text);
  const spanOf = (start: number, length: number): Span => ({ file, start, end: start + length });
  const broken = project.getProgram().getSyntacticDiagnostics(written);
  if (broken.length > 0) {
    return broken.map((one) => {
      const message = `The transform is not TypeScript: ${ts.flattenDiagnosticMessageText(one.compilerObject.messageText, " ")}`;
      return diagnostic("AR219", spanOf(one.getStart(), one.getLength()), message);
    });
  }
  const shape = [...foreignImports(written, spanOf), ...wrongExports(written, spanOf)];
  if (shape.length > 0) return shape;
  const exported = exportsOf(written);
  const probe = project.createSourceFile("/probe.ts", probeText(exported.map(({ name }) => name)));
  return project.getPreEmitDiagnostics().map((one) => {
    const message = `The transform does not type-check: ${ts.flattenDiagnosticMessageText(one.compilerObject.messageText, " ")}`;
    const isProbe = one.getSourceFile() === probe;
    const hook = isProbe ? exported[(one.getLineNumber() ?? 1) - firstProbeLine] : undefined;
    const [start, length] =
      hook === undefined ? [one.getStart() ?? 0, one.getLength() ?? 0] : [hook.start, hook.length];
    return diagnostic("AR219", spanOf(start, length), message, {
      hint: hook && `Its type is Transform["${hook.name}"] of "arouter/runtime".`,
    });
  });
}

type Place = (start: number, length: number) => Span;

/** Generated code holds a copy of the file, so that it needs nothing else where it runs. */
function foreignImports(written: SourceFile, spanOf: Place): readonly Diagnostic[] {
  const found = [...written.getImportDeclarations(), ...written.getExportDeclarations()].filter((one) => {
    const from = one.getModuleSpecifierValue();
    return from !== undefined && !(one.isTypeOnly() && from === "arouter/runtime");
  });
  return found.map((one) => {
    const specifier = one.getModuleSpecifier() ?? one;
    const message = "A transform is one file: it imports nothing but types of arouter/runtime.";
    return diagnostic("AR219", spanOf(specifier.getStart(), specifier.getWidth()), message, {
      hint: 'Write import type { Transform } from "arouter/runtime"; and put other code into this file.',
    });
  });
}

type Exported = Readonly<{ name: string; start: number; length: number }>;

function exportsOf(written: SourceFile): readonly Exported[] {
  return [...written.getExportedDeclarations()].flatMap(([name, [declaration]]) => {
    if (declaration === undefined || ts.isTypeNode(declaration.compilerNode)) return [];
    const isType = [ts.SyntaxKind.InterfaceDeclaration, ts.SyntaxKind.TypeAliasDeclaration].some(
      (kind) => declaration.getKind() === kind,
    );
    if (isType) return [];
    const node = declaration.getSymbol()?.getValueDeclaration() ?? declaration;
    const named = node.getFirstChild(
      (child) => child.getKind() === ts.SyntaxKind.Identifier && child.getText() === name,
    );
    const place = named ?? node;
    return [{ name, start: place.getStart(), length: place.getWidth() }];
  });
}

function wrongExports(written: SourceFile, spanOf: Place): readonly Diagnostic[] {
  const exported = exportsOf(written);
  if (exported.length === 0) {
    const message = "The transform exports none of request, headers and event.";
    const hint = 'Write export const request: Transform["request"] = (body) => body;';
    return [diagnostic("AR219", spanOf(0, 0), message, { hint })];
  }
  const isHook = (name: string) => hooks.some((hook) => hook === name);
  return exported
    .filter(({ name }) => !isHook(name))
    .map(({ name, start, length }) => {
      const message = `${JSON.stringify(name)} is not a hook: a transform exports request, headers and event.`;
      return diagnostic("AR219", spanOf(start, length), message, { hint: suggest(name, hooks) });
    });
}

const firstProbeLine = 3;

/** One line for each hook, so that a wrong one is told by its line. */
function probeText(names: readonly string[]): string {
  const lines = names.map((name) => `export const ${name}_: Transform["${name}"] = transform.${name};`);
  return [
    'import type { Transform } from "arouter/runtime";',
    'import * as transform from "./transform.ts";',
    ...lines,
  ].join("\n");
}
