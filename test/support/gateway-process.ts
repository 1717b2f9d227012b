import { type GatewayProcess, spawnGateway } from "./spawn-gateway.ts";

/**
 * Starts `gateway-program.ts`, a gateway that was not compiled, on a free port. `wrapper` is a command that runs the one
 * behind it.
 */
export function startGatewayProcess(
  upstreamUrl: string,
  env: Readonly<Record<string, string | undefined>> = {},
  wrapper: readonly string[] = [],
): Promise<GatewayProcess> {
  const program = new URL("./gateway-program.ts", import.meta.url).pathname;
  return spawnGateway([...wrapper, process.execPath, "run", program, "--listen", "127.0.0.1:0"], {
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
  });
}
