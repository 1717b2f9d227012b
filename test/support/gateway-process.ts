export type GatewayProcess = Readonly<{
  url: string;
  pid: number;
  /** All it printed so far. */
  output: () => string;
  exited: Promise<number>;
  kill(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}>;

/** Starts a gateway in its own process on a free port and waits until it listens. */
export async function startGatewayProcess(
  upstreamUrl: string,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<GatewayProcess> {
  const program = new URL("./gateway-program.ts", import.meta.url).pathname;
  const child = Bun.spawn([process.execPath, "run", program, "--listen", "127.0.0.1:0"], {
    env: {
      ...process.env,
      // The test runner may have it for its own fetches; a gateway has to get along without.
      BUN_CONFIG_MAX_HTTP_REQUESTS: undefined,
      UPSTREAM_URL: upstreamUrl,
      OPENAI: "sk-openai-test",
      ANTHROPIC: "sk-ant-test",
      AROUTER_LOG: "none",
      ...env,
    },
    stdout: "pipe",
    stderr: "pipe",
  });
  let output = "";
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) output += decoder.decode(chunk, { stream: true });
  };
  void collect(child.stdout);
  void collect(child.stderr);

  const deadline = Date.now() + 15_000;
  let url: string | undefined;
  while (url === undefined) {
    url = /listens on (\S+)/.exec(output)?.[1];
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the gateway did not start:\n${output}`);
    await Bun.sleep(10);
  }
  return {
    url,
    pid: child.pid,
    output: () => output,
    exited: child.exited,
    kill: (signal) => child.kill(signal),
    stop: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
