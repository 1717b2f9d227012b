import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/**
 * The sources that have changed since `folder` was compiled from them, by the hashes that the generated code holds;
 * `configFile` is relative to it. A source that is not there, as on a server that is sent the generated code alone, is
 * not one of them.
 */
export async function staleSources(folder: string, configFile: string): Promise<readonly string[]> {
  const generated = await readText(join(folder, "catalog.gen.ts"));
  const named = [...(generated ?? "").matchAll(/^\/\/ @source (.*) sha256:([0-9a-f]{64})$/gm)];
  const home = dirname(resolve(folder, configFile));
  const states = named.map(async ([, file = "", sha256]) => {
    const text = await readText(resolve(home, file));
    return text === undefined || createHash("sha256").update(text).digest("hex") === sha256 ? [] : [file];
  });
  return (await Promise.all(states)).flat();
}

/** Without its byte order mark, as the compiler reads it. */
async function readText(path: string): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await readFile(path));
  } catch {
    return undefined;
  }
}
