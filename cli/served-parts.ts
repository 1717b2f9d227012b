import { readFile } from "node:fs/promises";
import type { Gateway } from "../runtime/contract.ts";
import type { LogFormat } from "../runtime/log/logger.ts";
import { importGenerated } from "../runtime/server/import-generated.ts";
import type { Environment, ServeOptions } from "../runtime/server/serve.ts";
import { tokenizer } from "../runtime/tokens.ts";
import { hasKey, simulated, withSimulatorKey } from "./simulated.ts";

/** What a process of `arouter serve` has to know; plain data, for workers. */
export type ServedParts = Readonly<{
  configFile: string;
  outDir: string;
  listen: readonly string[] | undefined;
  log: LogFormat | undefined;
  /** There when no provider had a key at the start. */
  simulatorUrl: string | undefined;
  /** Instead of `routing.minTps`. */
  tpsThreshold: number | undefined;
  logFile: string | undefined;
}>;

export function serveOptions(
  { configFile, listen, log, logFile, simulatorUrl }: ServedParts,
  env: Environment,
): ServeOptions {
  return {
    env: simulatorUrl === undefined ? env : withSimulatorKey(env),
    listen,
    log,
    logFile,
    readConfigFile: () => readFile(configFile, "utf8"),
  };
}

/** The generated code as it is on disk now, with the tokenizer, which is at hand here; in front of the simulator, if there is one, when it could not ask any provider. */
export async function readGateway(
  { outDir, simulatorUrl, tpsThreshold }: ServedParts,
  env: Environment,
): Promise<Gateway> {
  const gateway = withThreshold({ ...(await importGenerated(outDir)), tokenizer }, tpsThreshold);
  return simulatorUrl === undefined || hasKey(gateway, env) ? gateway : simulated(gateway, simulatorUrl);
}

function withThreshold(gateway: Gateway, minTps: number | undefined): Gateway {
  if (minTps === undefined) return gateway;
  const { catalog } = gateway;
  return { ...gateway, catalog: { ...catalog, routing: { ...catalog.routing, minTps } } };
}
