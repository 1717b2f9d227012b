import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Gateway } from "./contract.ts";
import { withFetchSlots } from "./fetch-slots.ts";
import type { LogFormat } from "./request-log.ts";
import { type Environment, type Served, type ServeOptions, StartupError, serve } from "./serve.ts";
import { version } from "./version.ts";

const help = `Usage: gateway [options]

Serves a gateway compiled by arouter.

  --listen <host:port>   Address to listen on; may be repeated. Default: AROUTER_LISTEN_ADDR,
                         PROXY_PORT, PORT, then listen_addr of the configuration.
  --config <file>        The arouter.toml it was compiled from; only read for keys that are
                         written out in it. Keys can also come from AROUTER_<PROVIDER>_API_KEY.
  --log text|json|none   One line per request on standard output. Default: AROUTER_LOG, then text.
  --version, --help
`;

/**
 * Runs a compiled gateway until it is told to stop: what `bun run dist/gateway`, an executable of `arouter build` and
 * `deno run` do. Reads the command line and the environment; exits 1 when it cannot start and 2 on wrong usage.
 */
export async function main(gateway: Gateway): Promise<void> {
  const options = readArguments();
  if (options === undefined) return;
  await runGateway(gateway, {
    env: process.env,
    listen: options.listen,
    log: options.log ?? logFormat(process.env),
    readConfigFile: () => readFile(options.config ?? compiledFrom(gateway.catalog.configFile), "utf8"),
  });
}

/**
 * Serves a gateway until SIGTERM or SIGINT; resolves once it listens. Ends the process with exit code 1 when it cannot start.
 * What `main` does after reading the command line, and `arouter start` after compiling.
 */
export async function runGateway(gateway: Gateway, options: ServeOptions): Promise<Served> {
  await withFetchSlots(process.env);
  keepRunning();
  try {
    const served = await serve(gateway, options);
    for (const url of served.urls) console.log(`ARouter ${version} listens on ${url}`);
    stopOnSignals(served);
    return served;
  } catch (thrown) {
    const problems = thrown instanceof StartupError ? thrown.problems : [String(thrown)];
    for (const problem of problems) console.error(`error: ${problem}`);
    return process.exit(1);
  }
}

type Options = Readonly<{
  listen: readonly string[] | undefined;
  config: string | undefined;
  log: LogFormat | undefined;
}>;

function readArguments(): Options | undefined {
  try {
    const { values } = parseArgs({
      args: process.argv.slice(2),
      options: {
        listen: { type: "string", multiple: true },
        config: { type: "string" },
        log: { type: "string" },
        help: { type: "boolean" },
        version: { type: "boolean" },
      },
    });
    if (values.help || values.version) {
      console.log(values.help ? help : version);
      return undefined;
    }
    return { listen: values.listen, config: values.config, log: asLogFormat(values.log, "--log") };
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
  return resolve(dirname(process.argv[1] ?? "."), configFile);
}

/** One broken request must not take the streams of all others down: what nobody caught is logged, and the process goes on. */
function keepRunning(): void {
  for (const event of ["unhandledRejection", "uncaughtException"] as const) {
    process.on(event, (thrown: unknown) => {
      console.error(`error: ${event}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
    });
  }
}

function stopOnSignals(served: Served): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      console.log(`${signal}: finishing the requests in flight; again to stop at once.`);
      served.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}
