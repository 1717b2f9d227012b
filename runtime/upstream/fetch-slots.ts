import { ownCommand } from "../server/own-command.ts";
import type { Environment } from "../server/serve.ts";

/**
 * Bun runs at most 256 fetches at once in a process, streaming bodies included; the next one waits without an error.
 * Only this variable lifts that, and only when it is set before the process starts.
 */
export const fetchSlots = {
  variable: "BUN_CONFIG_MAX_HTTP_REQUESTS",
  /** More open sockets than one process can have. */
  count: "65336",
} as const;

/** Replaces this process by itself with enough fetch slots, once; returns when it has them (or needs none: Deno). */
export async function withFetchSlots(env: Environment): Promise<void> {
  const { variable, count } = fetchSlots;
  if (!("Bun" in globalThis) || env[variable] !== undefined) return;
  try {
    process.execve?.(process.execPath, ownCommand(), { ...env, [variable]: count });
  } catch {
    // Falls through to the warning: a gateway with 256 slots is better than none.
  }
  console.error(
    `warning: ${variable} is not set, so at most 256 upstream requests run at once and the next ones hang. Set ${variable}=${count} before starting.`,
  );
}
