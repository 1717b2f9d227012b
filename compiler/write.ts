import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GeneratedFile } from "./emit.ts";
import { generatedMark } from "./emit-header.ts";

/** A file in the way that the compiler did not write. */
export class ForeignFileError extends Error {
  constructor(path: string) {
    super(`${path} was not written by arouter, so it is not replaced. Move it, or choose another folder with --out.`);
    this.name = "ForeignFileError";
  }
}

/**
 * Puts the files into `folder`: all are written beside their final names first and then renamed, the entry last, so that a full
 * disk or a crash leaves the old ones. Removes files of an earlier compile that are no longer made. Throws ForeignFileError.
 */
export async function write(folder: string, files: readonly GeneratedFile[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { path } of files) {
    const old = await contentOf(join(folder, path));
    if (old !== undefined && !isGenerated(old)) throw new ForeignFileError(join(folder, path));
  }
  const stage = (path: string) => join(folder, `.${path}.${process.pid}.tmp`);
  try {
    for (const { path, text } of files) await writeFile(stage(path), text);
    const entryLast = [...files].sort((a, b) => Number(a.path === "index.ts") - Number(b.path === "index.ts"));
    for (const { path } of entryLast) await rename(stage(path), join(folder, path));
  } finally {
    for (const { path } of files) await rm(stage(path), { force: true });
  }
  await removeStale(folder, new Set(files.map(({ path }) => path)));
}

async function removeStale(folder: string, current: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.includes(".gen.") || current.has(name)) continue;
    const text = await contentOf(join(folder, name));
    if (text !== undefined && isGenerated(text)) await rm(join(folder, name));
  }
}

function isGenerated(text: string): boolean {
  return text.startsWith(generatedMark);
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
