import { readFileSync } from "node:fs";
import { Project, ts } from "ts-morph";
import { type Checked, type Diagnostic, diagnostic } from "./diagnostics.ts";
import type { GeneratedFile } from "./emit.ts";

const contract = readFileSync(new URL("../runtime/contract.ts", import.meta.url), "utf8");

/** All that generated code may know of the runtime. */
const runtime = `\
import type { Gateway } from "./contract.ts";
export type * from "./contract.ts";
export declare function main(gateway: Gateway): Promise<void>;
declare global { interface ImportMeta { readonly main: boolean } }
`;

/**
 * Checks staged files, in memory, against the types of this very version of the runtime and with its own compiler flags.
 * Whatever it finds (AR900) is a mistake of the emitter, never of the user.
 */
export function typecheck(files: readonly GeneratedFile[]): Checked<readonly GeneratedFile[]> {
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions });
  project.createSourceFile("/runtime/contract.ts", contract);
  project.createSourceFile("/runtime/index.d.ts", runtime);
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

/** The repository's flags, without the types of Bun: generated code runs on any engine. */
const compilerOptions: ts.CompilerOptions = {
  ...readFlags(),
  lib: ["lib.esnext.d.ts"],
  types: [],
  paths: { "arouter/runtime": ["/runtime/index.d.ts"] },
};

function readFlags(): ts.CompilerOptions {
  const text = readFileSync(new URL("../tsconfig.json", import.meta.url), "utf8");
  const { config } = ts.parseConfigFileTextToJson("tsconfig.json", text);
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, "/").options;
}
