import type { Gateway } from "../contract.ts";
import type { LogFormat } from "../log/logger.ts";
import { openLog } from "../log/open-log.ts";
import { randomBytes } from "../random-bytes.ts";
import { withFetchSlots } from "../upstream/fetch-slots.ts";
import { version } from "../version.ts";
import { keepRunning } from "./keep-running.ts";
import { listenAddresses } from "./listen-addresses.ts";
import { onSignals } from "./on-signals.ts";
import { assertFree } from "./open-listeners.ts";
import { withRandomKeys } from "./random-keys.ts";
import { type Served, type ServeOptions, serve } from "./serve.ts";
import { StartupError } from "./startup-error.ts";
import { startWorkers, type Workers, type WorkersOptions } from "./workers.ts";

/**
 * Serves a gateway until SIGTERM or SIGINT; resolves once it listens. Ends the process with exit code 1 when it cannot
 * start. What `main` does after reading the command line, and `arouter serve` after compiling.
 */
export async function runGateway(gateway: Gateway, options: ServeOptions): Promise<Served> {
  await withFetchSlots(options.env);
  keepRunning();
  return orExit(async () => {
    const served = await serve(gateway, options);
    tellUrls(served.urls, "", options.log);
    onSignals({
      stop: () => served.stop().then(() => 0),
      stopNow: () => undefined,
      reload: served.requestReload,
    });
    return served;
  });
}

/** The same with `count` processes that share the addresses, each of which serves `gateway`. */
export async function runWorkers(
  { catalog }: Pick<Gateway, "catalog">,
  { listen, log, ...options }: Omit<WorkersOptions, "warn"> & Pick<ServeOptions, "listen" | "log">,
): Promise<Workers> {
  keepRunning();
  return orExit(async () => {
    if (!("Bun" in globalThis)) throw new StartupError(["--workers needs Bun. Leave it out under Deno."]);
    const addresses = listenAddresses(listen, options.env, catalog);
    if (addresses.some(({ port }) => port === 0)) {
      throw new StartupError([
        "With --workers, port 0 would give every worker a port of its own. Name one: --listen 127.0.0.1:8080",
      ]);
    }
    await assertFree(addresses);
    const { warn } = openLog({ env: options.env, log });
    const env = withRandomKeys(catalog, options.env, { randomBytes, tell: warn });
    const workers = await startWorkers({ ...options, env, warn });
    tellUrls(workers.urls, ` with ${options.count} workers`, log);
    onSignals({
      stop: () => workers.stop().then((isWell) => (isWell ? 0 : 1)),
      stopNow: workers.kill,
      reload: workers.requestReload,
    });
    return workers;
  });
}

async function orExit<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (thrown) {
    const problems = thrown instanceof StartupError ? thrown.problems : [String(thrown)];
    for (const problem of problems) console.error(`error: ${problem}`);
    return process.exit(1);
  }
}

/** On standard output, unless that is for JSON alone. */
function tellUrls(urls: readonly string[], how: string, log: LogFormat | undefined): void {
  const tell = log === "json" ? console.error : console.log;
  for (const url of urls) tell(`ARouter ${version} listens on ${url}${how}`);
}
