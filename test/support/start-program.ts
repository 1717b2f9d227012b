import { fileURLToPath } from "node:url";
import { fetchSlots } from "../../runtime/upstream/fetch-slots.ts";

/** A program that serves, as a process of its own. */
export type Program = Readonly<{ url: string; pid: number; stop: () => void }>;

/** Runs a program, named from this folder, and waits until it says where it listens. */
export async function startProgram(path: string, env: Readonly<Record<string, string>> = {}): Promise<Program> {
  const file = fileURLToPath(new URL(path, import.meta.url));
  const child = Bun.spawn([process.execPath, "run", file], {
    env: { ...process.env, [fetchSlots.variable]: fetchSlots.count, ...env },
    stdout: "pipe",
    stderr: "inherit",
  });
  let output = "";
  for await (const bytes of child.stdout) {
    output += new TextDecoder().decode(bytes);
    const url = /listens on (\S+)/.exec(output)?.[1];
    if (url !== undefined) return { url, pid: child.pid, stop: () => child.kill("SIGKILL") };
  }
  throw new Error(`${path} did not start:\n${output}`);
}
