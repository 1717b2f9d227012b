import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Gateway } from "./contract.ts";
import type { LogFormat } from "./log/logger.ts";
import { importGenerated } from "./server/import-generated.ts";
import { isWorker } from "./server/is-worker.ts";
import { isExecutable, ownCommand } from "./server/own-command.ts";
import { runGateway, runWorkers } from "./server/run-gateway.ts";
import type { Environment, ServeOptions } from "./server/serve.ts";
import { staleSources } from "./server/stale-sources.ts";
import { swapIn } from "./server/swap-in.ts";
import { tellReloaded } from "./server/tell-reloaded.ts";
import { runWorker } from "./server/worker.ts";
import { workerCount } from "./server/worker-count.ts";
import { version } from "./version.ts";

const help = `Usage: gateway [options]

Serves a gateway compiled by arouter.

  --listen <host:port>   Address to listen on; may be repeated. Default: AROUTER_LISTEN_ADDR,
                         PROXY_PORT, PORT, then listen_addr of the configuration.
  --config <file>        The arouter.toml it was compiled from; only read for keys that are
                         written out in it. Keys can also come from AROUTER_<PROVIDER>_API_KEY.
  --log text|json|none   One line per request on standard output; with json nothing else is there.
                         Default: AROUTER_LOG, then text. LOG_LEVEL is DEBUG, INFO, WARN or ERROR.
  --log-file <file>      Append every request to a provider and its answer, bodies included, as JSON
                         lines. Default: AROUTER_LOG_FILE, then log.file of the configuration.
  --workers <number>     Processes that share the address. Default: 1.
  --version, --help

SIGHUP reads the generated code and the keys again; SIGTERM and SIGINT finish the requests in flight first.
`;

/**
 * Runs a compiled gateway until it is told to stop: what `bun run dist/gateway`, an executable of `arouter build` and
 * `deno run` do. Reads the command line and the environment; exits 1 when it cannot start and 2 on wrong usage.
 */
export async function main(gateway: Gateway): Promise<void> {
  const options = readArguments();
  if (options === undefined) return;
  const serving: ServeOptions = {
    env: process.env,
    listen: options.listen,
    log: options.log ?? logFormat(process.env),
    logFile: options.logFile,
    readConfigFile: () => readFile(options.config ?? compiledFrom(gateway.catalog.configFile), "utf8"),
  };
  const readGateway = () => readAgain(gateway);
  if (isWorker(process.env)) return runWorker(gateway, serving, readGateway);
  await warnOfStaleSources(gateway.catalog);
  if (options.workers === 1) {
    await runGateway(gateway, { ...serving, onReload: async (swap) => tellReloaded(await swapIn(swap, readGateway)) });
  } else {
    await runWorkers(gateway, {
      ...serving,
      count: options.workers,
      command: ownCommand(),
      onReload: async ({ reload }) => tellReloaded(await reload()),
    });
  }
}

async function warnOfStaleSources({ configFile }: Gateway["catalog"]): Promise<void> {
  if (isExecutable()) return;
  for (const file of await staleSources(programFolder(), configFile)) {
    console.error(`warning: ${file} has changed since this gateway was compiled from it. Run: arouter compile`);
  }
}

/** The gateway as it is on disk now. An executable holds its own; its keys are read again all the same. */
async function readAgain(gateway: Gateway): Promise<Gateway> {
  if (!isExecutable()) return { ...(await importGenerated(programFolder())), tokenizer: gateway.tokenizer };
  console.error(
    "This executable holds its configuration, so only its keys are read again; build it anew to change more.",
  );
  return gateway;
}

type Options = Readonly<{
  listen: readonly string[] | undefined;
  config: string | undefined;
  log: LogFormat | undefined;
  logFile: string | undefined;
  workers: number;
}>;

function readArguments(): Options | undefined {
  try {
    const { values } = parseArgs({
      args: process.argv.slice(2),
      options: {
        listen: { type: "string", multiple: true },
        config: { type: "string" },
        log: { type: "string" },
        "log-file": { type: "string" },
        workers: { type: "string" },
        help: { type: "boolean" },
        version: { type: "boolean" },
      },
    });
    if (values.help || values.version) {
      console.log(values.help ? help : version);
      return undefined;
    }
    return {
      listen: values.listen,
      config: values.config,
      log: asLogFormat(values.log, "--log"),
      logFile: values["log-file"],
      workers: workerCount(values.workers),
    };
  } catch (thrown) {
    console.error(`error: ${thrown instanceof Error ? thrown.message : String(thrown)}\n\n${help}`);
    process.exit(2);
  }
}

function logFormat(env: Environment): LogFormat | undefined {
  return asLogFormat(env["AROUTER_LOG"], "AROUTER_LOG");
}

function asLogFormat(value: string | undefined, name: string): LogFormat | undefined {
  if (value === undefined || value === "text" || value === "json" || value === "none") return value;
  throw new Error(`${name} is text, json or none, not "${value}".`);
}

/** The configuration's place, from that of the generated module, which is the program being run. */
function compiledFrom(configFile: string): string {
  return resolve(programFolder(), configFile);
}

function programFolder(): string {
  return dirname(process.argv[1] ?? ".");
}
