import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

/** The npm package ships a text file of a few hundred bytes until its install script has put the real binary there. */
const smallestBinaryBytes = 1_000_000;

/**
 * Path of the Bun binary of the npm package `bun`. Finishes the package's installation where npm ran no install scripts.
 * Throws with what to type when there is none.
 */
export function bunBinary(root) {
  const folder = join(root, "node_modules", "bun");
  const binary = join(folder, "bin", "bun.exe");
  if (!isBinary(binary) && existsSync(join(folder, "install.js"))) {
    spawnSync(process.execPath, ["install.js"], { cwd: folder, stdio: "inherit" });
  }
  if (!isBinary(binary)) throw new Error(`No Bun binary at ${binary}. Run: npm install`);
  return binary;
}

function isBinary(path) {
  return existsSync(path) && statSync(path).size >= smallestBinaryBytes;
}
