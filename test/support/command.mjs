import { spawn } from "node:child_process";

const running = new Set();

/**
 * Runs a command in its own process group, shows its output as it comes and keeps it.
 * Resolves to `{ status, output, timedOut }`; `status` is undefined when the command could not start or was killed.
 * Whatever the command left behind is killed when it ends.
 */
export function command(file, args, { cwd, env, timeoutMs, quiet = false }) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let output = "";
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child);
    }, timeoutMs);
    for (const [pipe, shown] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      pipe.setEncoding("utf8");
      pipe.on("data", (text) => {
        output += text;
        if (!quiet) shown.write(text);
      });
    }
    const end = (status) => {
      clearTimeout(timer);
      running.delete(child);
      killGroup(child);
      resolve({ status: status ?? undefined, output, timedOut });
    };
    child.on("error", (error) => {
      output += `${error.message}\n`;
      end(undefined);
    });
    // Not "close": a grandchild that keeps a pipe open would hold the run for ever.
    child.on("exit", (status) => setTimeout(() => end(status), 100));
  });
}

/** Kills every command that still runs, with all its children. */
export function killCommands() {
  for (const child of running) killGroup(child);
}

function killGroup(child) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH" && error.code !== "EPERM") throw error;
  }
}
