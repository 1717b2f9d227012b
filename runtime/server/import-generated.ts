import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Gateway } from "../contract.ts";

type GeneratedText = Readonly<{ name: string; text: string }>;

/**
 * The gateway that `arouter compile` wrote to `folder`, as it is there now. Modules are remembered by their path, so a
 * copy is imported: its parts name nothing but each other and types. `index.ts` stays out, as its import of
 * `arouter/runtime` resolves only where that is installed. Throws an Error that says what is wrong with the folder.
 */
export async function importGenerated(folder: string): Promise<Gateway> {
  const files = await readGenerated(folder);
  const copy = await mkdtemp(join(tmpdir(), "arouter-"));
  try {
    for (const { name, text } of files) await writeFile(join(copy, name), text);
    const load = (name: string) => import(pathToFileURL(join(copy, name)).href);
    const loadIfThere = (file: string) => (files.some(({ name }) => name === file) ? load(file) : {});
    const [{ catalog }, { route, resolve, tokenBounds }, { validators }, adapts, prices] = await Promise.all([
      load("catalog.gen.ts"),
      load("router.gen.ts"),
      load("validators.gen.js"),
      loadIfThere("adaptations.gen.ts"),
      loadIfThere("prices.gen.ts"),
    ]);
    // Its types were checked against this very contract before it was written.
    return { catalog, route, resolve, tokenBounds, validators, ...adapts, ...prices } as Gateway;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function readGenerated(folder: string): Promise<readonly GeneratedText[]> {
  const names = (await readdir(folder)).filter((name) => /\.gen\.(ts|js)$/.test(name) && !name.startsWith("."));
  if (names.length === 0) throw new Error(`${folder} holds no generated code. Run: arouter compile --out ${folder}`);
  const files = await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })),
  );
  // The files are replaced one after the other, so a reader may meet two compiles at once.
  if (new Set(files.map(({ text }) => sourceLines(text))).size > 1) {
    throw new Error(`The files in ${folder} were made from different sources. Run: arouter compile --out ${folder}`);
  }
  return files;
}

/** The header's `@source` lines: names and hashes of what a file was made from. */
function sourceLines(text: string): string {
  return text
    .split("\n")
    .filter((line) => line.startsWith("// @source "))
    .join("\n");
}
