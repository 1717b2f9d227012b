import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.mjs";

/** `pip` may build nothing from source: a wheel that is missing shall fail at once, with pip's own words. */
const pipOptions = ["--quiet", "--disable-pip-version-check", "--no-input", "--only-binary=:all:"];

/**
 * Makes a virtual environment that holds exactly what `requirements` pins, or reuses the one whose requirements were the same.
 * Resolves to `{ python }`, the interpreter's path, or `{ problem }`, what to tell the user.
 */
export async function virtualEnvironment({ folder, requirements, env, timeoutMs }) {
  const python = join(folder, "bin", "python");
  const stamp = join(folder, "requirements.sha256");
  const hash = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return { python };

  rmSync(folder, { recursive: true, force: true });
  const created = await command("python3", ["-m", "venv", folder], { env, timeoutMs, quiet: true });
  if (created.status !== 0) return { problem: problem("python3 -m venv", created) };
  const install = ["-m", "pip", "install", ...pipOptions, "-r", requirements];
  const installed = await command(python, install, { env, timeoutMs, quiet: true });
  if (installed.status !== 0) return { problem: problem(`pip install -r ${requirements}`, installed) };
  writeFileSync(stamp, hash);
  return { python };
}

function problem(what, result) {
  const why = result.timedOut ? "took too long" : "failed";
  return [`${what} ${why}:`, ...result.output.trim().split("\n").slice(-8)].join("\n");
}
