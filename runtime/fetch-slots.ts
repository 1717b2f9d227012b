import type { Environment } from "./serve.ts";

/**
 * Bun runs at most 256 fetches at once in a process, streaming bodies included; the next one waits without an error.
 * Only this variable lifts that, and only when it is set before the process starts.
 */
const variable = "BUN_CONFIG_MAX_HTTP_REQUESTS";
/** More open sockets than one process can have. */
const slots = "65336";

/** Replaces this process by itself with enough fetch slots, once; returns when it has them (or needs none: Deno). */
export async function withFetchSlots(env: Environment): Promise<void> {
  if (!("Bun" in globalThis) || env[variable] !== undefined) return;
  // In an executable argv[1] is a path inside it, which only the executable itself adds.
  const compiled = process.argv[1]?.startsWith("/$bunfs/") === true;
  const rest = compiled ? process.argv.slice(2) : [...process.execArgv, ...process.argv.slice(1)];
  try {
    process.execve?.(process.execPath, [process.execPath, ...rest], { ...env, [variable]: slots });
  } catch {
    // Falls through to the warning: a gateway with 256 slots is better than none.
  }
  console.error(
    `warning: ${variable} is not set, so at most 256 upstream requests run at once and the next ones hang. Set ${variable}=${slots} before starting.`,
  );
}
