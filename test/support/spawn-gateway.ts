export type GatewayProcess = Readonly<{
  url: string;
  pid: number;
  /** All it printed so far, both streams. */
  output: () => string;
  exited: Promise<number>;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number>;
}>;

const startMs = 20_000;

/** Starts a gateway as a process of its own and waits until it says where it listens. Throws with all it said when it does not. */
export async function spawnGateway(
  command: readonly string[],
  options: Readonly<{ env: Readonly<Record<string, string | undefined>>; cwd?: string }>,
): Promise<GatewayProcess> {
  const child = Bun.spawn([...command], { ...options, stdout: "pipe", stderr: "pipe" });
  let output = "";
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) output += decoder.decode(chunk, { stream: true });
  };
  void collect(child.stdout);
  void collect(child.stderr);

  const deadline = performance.now() + startMs;
  const listening = () => /listens on (\S+)/.exec(output)?.[1];
  while (listening() === undefined) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`the gateway did not start:\n${output}`);
    }
    await Bun.sleep(10);
  }
  return {
    url: listening() ?? "",
    pid: child.pid,
    output: () => output,
    exited: child.exited,
    kill: (signal) => child.kill(signal),
    stop: async () => {
      child.kill("SIGTERM");
      return await child.exited;
    },
  };
}
