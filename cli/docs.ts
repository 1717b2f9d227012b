import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { understand } from "../compiler/compile.ts";
import { documentMark } from "../compiler/document/document-mark.ts";
import { flowPicture } from "../compiler/document/flow-picture.ts";
import { policyMarkdown } from "../compiler/document/policy-markdown.ts";
import { ForeignFileError } from "../compiler/write.ts";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  exitCode,
  flagValue,
  type Io,
  profileFlag,
} from "./command.ts";
import { compileOptions, findConfig } from "./find-config.ts";
import { failureCode, report } from "./report.ts";

const pageName = "policy.md";
const pictureName = "policy.svg";

export const docsCommand: Command = {
  name: "docs",
  summary: "write the policy down for people: a decision table, and a picture of the way through it",
  operands: [],
  flags: [
    configFlag,
    profileFlag,
    { name: "out", value: "FOLDER", about: `write ${pageName} and ${pictureName} there (default: print the table)` },
  ],
  examples: ["arouter docs", "arouter docs --out docs"],
  exitCodes: commonExitCodes,
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const understood = await understand(findConfig(args, io), compileOptions(args));
  if (!understood.ok) {
    report(understood, args, io);
    return failureCode(understood.diagnostics);
  }
  const { ir } = understood;
  const folder = flagValue(args, "out");
  if (folder === undefined) io.out(policyMarkdown(ir));
  else
    await writeDocuments(folder, { [pageName]: policyMarkdown(ir, pictureName), [pictureName]: flowPicture(ir.rules) });
  return exitCode.ok;
}

/** All of them or none. Throws ForeignFileError where somebody else's file is in the way. */
async function writeDocuments(folder: string, texts: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of Object.keys(texts)) {
    const path = join(folder, name);
    const old = await readFile(path, "utf8").catch(() => documentMark);
    if (!old.startsWith(documentMark)) throw new ForeignFileError(path);
  }
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
}
