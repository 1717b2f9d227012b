import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Folders that hold the work of others, or of the compiler. */
const skipped = ["node_modules", "dist"];

const testFile = /\.test\.ya?ml$/;

/** Where policy tests are below a folder, and every folder that was looked into; sorted by path. */
export type FoundFiles = Readonly<{ files: readonly string[]; folders: readonly string[] }>;

/** Finds policy tests in a folder and all below it, but for installed and generated ones and those whose names begin with a dot. */
export async function findTestFiles(folder: string): Promise<FoundFiles> {
  const entries = (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const files = entries.filter((entry) => entry.isFile() && testFile.test(entry.name));
  const inside = entries.filter(({ name }) => !name.startsWith(".") && !skipped.includes(name));
  const below = await Promise.all(
    inside.filter((entry) => entry.isDirectory()).map(({ name }) => findTestFiles(join(folder, name))),
  );
  return {
    files: [...files.map(({ name }) => join(folder, name)), ...below.flatMap((one) => one.files)],
    folders: [folder, ...below.flatMap((one) => one.folders)],
  };
}
