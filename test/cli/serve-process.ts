import { connect } from "node:net";
import { join } from "node:path";

const main = join(import.meta.dir, "../../cli/main.ts");

/** `arouter serve` as a process of its own. */
export type ServeProcess = Readonly<{
  pid: number;
  url: string;
  /** All it printed so far, both streams, without carriage returns. */
  output(): string;
  /** Waits until what was printed after the last `seen` holds this text; throws with all output when it does not come. */
  sees(text: string): Promise<void>;
  type(line: string): void;
  kill(signal: NodeJS.Signals): void;
  exited: Promise<number>;
}>;

const patienceMs = 90_000;

/** Runs `arouter serve` and waits until it listens; on a pseudo-terminal when `terminal` is set. */
export async function startServe(
  argv: readonly string[],
  options: Readonly<{ cwd: string; env?: Readonly<Record<string, string>>; terminal?: boolean }>,
): Promise<ServeProcess> {
  let output = "";
  let seen = 0;
  const decoder = new TextDecoder();
  const collect = (bytes: Uint8Array) => {
    output += decoder.decode(bytes, { stream: true }).replaceAll("\r", "");
  };
  const env = {
    ...process.env,
    NO_COLOR: "1",
    OPENAI_API_KEY: "sk-test",
    AROUTER_STORE: "off",
    ...options.env,
  };
  const command = [process.execPath, main, "serve", ...argv];
  const child = options.terminal
    ? Bun.spawn(command, { cwd: options.cwd, env, terminal: { data: (_terminal, bytes) => collect(bytes) } })
    : Bun.spawn(command, { cwd: options.cwd, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream instanceof ReadableStream) void stream.pipeTo(new WritableStream({ write: collect }));
  }
  async function sees(text: string): Promise<void> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const at = output.indexOf(text, seen);
      if (at >= 0) {
        seen = at + text.length;
        return;
      }
      if (performance.now() > deadline || child.exitCode !== null) {
        child.kill("SIGKILL");
        throw new Error(`${JSON.stringify(text)} did not come; output from there on:\n${output.slice(seen)}`);
      }
      await Bun.sleep(10);
    }
  }
  await sees("listens on ");
  return {
    pid: child.pid,
    url: /listens on (\S+)/.exec(output)?.[1] ?? "",
    output: () => output,
    sees,
    type: (line) => void child.terminal?.write(`${line}\n`),
    kill: (signal) => child.kill(signal),
    exited: child.exited,
  };
}

/** A port that nobody listens on right now. */
export function freePort(): number {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = server;
  void server.stop(true);
  return port ?? 0;
}

/** Whether somebody takes connections at this address. */
export function isOpen(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
