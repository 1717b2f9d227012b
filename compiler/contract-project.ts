import { readFileSync } from "node:fs";
import { Project, ts } from "ts-morph";

const contract = readFileSync(new URL("../runtime/contract.ts", import.meta.url), "utf8");

/** All that generated code and transforms may know of the runtime. */
const runtime = `\
import type { Gateway } from "./contract.ts";
export type * from "./contract.ts";
export declare function main(gateway: Gateway): Promise<void>;
declare global { interface ImportMeta { readonly main: boolean } }
`;

const tokenizer = `\
import type { Tokenizer } from "./contract.ts";
export declare const tokenizer: Tokenizer;
`;

/** A project in memory that has the types of this very version of the runtime, under the repository's flags. */
export function contractProject(more: ts.CompilerOptions = {}): Project {
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { ...compilerOptions, ...more } });
  project.createSourceFile("/runtime/contract.ts", contract);
  project.createSourceFile("/runtime/index.d.ts", runtime);
  project.createSourceFile("/runtime/tokenizer.d.ts", tokenizer);
  return project;
}

/** The repository's flags, without the types of Bun: generated code runs on any engine. */
const compilerOptions: ts.CompilerOptions = {
  ...readFlags(),
  lib: ["lib.esnext.d.ts"],
  types: [],
  paths: { "arouter/runtime": ["/runtime/index.d.ts"], "arouter/tokenizer": ["/runtime/tokenizer.d.ts"] },
};

function readFlags(): ts.CompilerOptions {
  const text = readFileSync(new URL("../tsconfig.json", import.meta.url), "utf8");
  const { config } = ts.parseConfigFileTextToJson("tsconfig.json", text);
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, "/").options;
}
