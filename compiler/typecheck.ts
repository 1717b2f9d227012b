import { ts } from "ts-morph";
import { contractProject } from "./contract-project.ts";
import { type Checked, type Diagnostic, diagnostic } from "./diagnostics.ts";
import type { GeneratedFile } from "./emit.ts";

/**
 * Checks staged files, in memory, against the types of this very version of the runtime and with its own compiler flags.
 * Whatever it finds (AR900) is a mistake of the emitter, never of the user.
 */
export function typecheck(files: readonly GeneratedFile[]): Checked<readonly GeneratedFile[]> {
  const project = contractProject();
  const typed = files.filter(({ path }) => path.endsWith(".ts"));
  for (const { path, text } of typed) project.createSourceFile(`/gateway/${path}`, text);
  const found = project.getPreEmitDiagnostics().map((one): Diagnostic => {
    const file = one.getSourceFile()?.getBaseName() ?? "index.ts";
    const start = one.getStart() ?? 0;
    const text = ts.flattenDiagnosticMessageText(one.compilerObject.messageText, " ");
    const message = `The compiler made code that does not type-check, at ${file}:${one.getLineNumber() ?? 1}: ${text}`;
    return diagnostic("AR900", { file, start, end: start + (one.getLength() ?? 0) }, message, {
      hint: "This is a mistake of ARouter, not yours. Please report it with the files that cause it.",
    });
  });
  return found.length === 0 ? { ok: true, value: files, warnings: [] } : { ok: false, diagnostics: found };
}
