// Plain Node 20, because npm starts commands with Node: finds Bun and runs the real command line in it.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { bunBinary } from "./bun-binary.mjs";

/** More upstream requests than one process can have; without it Bun runs 256 at once, and the next one waits for ever. */
const fetchSlots = "65336";

/**
 * Bun would run a `preload` of the current folder's bunfig.toml and read its .env before our first line; --no-env-file
 * alone leaves the preload in place. And it would download a package that is imported but not there.
 */
export const bunFlags = ["--no-env-file", "--config=/dev/null", "--no-install"];

const usageError = 2;

/** Runs `cli/main.ts` with Bun and ends this process the way that one ends. */
export function launch(argv) {
  const bun = bunBinary();
  if (bun === undefined) {
    console.error("error: Bun is not installed. Run: npm install");
    process.exit(usageError);
  }
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const child = spawn(bun, [...bunFlags, main, ...argv], {
    stdio: "inherit",
    env: childEnvironment(process.env),
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`error: ${bun} cannot be started: ${error.message}`);
    process.exit(usageError);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/** `BUN_OPTIONS` could name a preload too, and `BUN_BE_BUN` turns an executable of `arouter build` into plain Bun. */
function childEnvironment({ BUN_OPTIONS, BUN_BE_BUN, ...env }) {
  return { ...env, BUN_CONFIG_MAX_HTTP_REQUESTS: env.BUN_CONFIG_MAX_HTTP_REQUESTS ?? fetchSlots };
}
