import { readFile } from "node:fs/promises";
import type { Gateway } from "../runtime/contract.ts";
import { importGenerated } from "../runtime/import-generated.ts";
import type { LogFormat } from "../runtime/request-log.ts";
import type { Environment, ServeOptions } from "../runtime/serve.ts";
import { hasKey, simulated, withSimulatorKey } from "./simulated.ts";

/** What a process of `arouter serve` has to know; plain data, for workers. */
export type ServedParts = Readonly<{
  configFile: string;
  outDir: string;
  listen: readonly string[] | undefined;
  log: LogFormat | undefined;
  /** There when no provider had a key at the start. */
  simulatorUrl: string | undefined;
}>;

export function serveOptions({ configFile, listen, log, simulatorUrl }: ServedParts, env: Environment): ServeOptions {
  return {
    env: simulatorUrl === undefined ? env : withSimulatorKey(env),
    listen,
    log,
    readConfigFile: () => readFile(configFile, "utf8"),
  };
}

/** The generated code as it is on disk now; in front of the simulator, if there is one, when it could not ask any provider. */
export async function readGateway({ outDir, simulatorUrl }: ServedParts, env: Environment): Promise<Gateway> {
  const gateway = await importGenerated(outDir);
  return simulatorUrl === undefined || hasKey(gateway, env) ? gateway : simulated(gateway, simulatorUrl);
}
