import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The npm package `bun` ships a text of a few hundred bytes until its install script has put the real binary there. */
const smallestBinaryBytes = 1_000_000;

/** Where the dependency `bun` has its binary, undefined when there is none; finishes its installation where npm ran no install scripts. */
export function bunBinary() {
  const folder = packageFolder("bun");
  if (folder === undefined) return undefined;
  const binary = join(folder, "bin", "bun.exe");
  if (!isBinary(binary)) spawnSync(process.execPath, ["install.js"], { cwd: folder, stdio: "ignore" });
  return isBinary(binary) ? binary : undefined;
}

function packageFolder(name) {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function isBinary(path) {
  return existsSync(path) && statSync(path).size >= smallestBinaryBytes;
}
