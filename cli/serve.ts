import { fileURLToPath } from "node:url";
import { epochMs } from "../runtime/clock.ts";
import type { Gateway } from "../runtime/contract.ts";
import { importGenerated } from "../runtime/server/import-generated.ts";
import { runGateway, runWorkers } from "../runtime/server/run-gateway.ts";
import { swapIn } from "../runtime/server/swap-in.ts";
import { workerCount } from "../runtime/server/worker-count.ts";
import { withFetchSlots } from "../runtime/upstream/fetch-slots.ts";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  defaultOutDir,
  exitCode,
  type Flag,
  flagValue,
  type Io,
  outDirFlag,
  profileFlag,
} from "./command.ts";
import { compileAndWrite, compileSummary } from "./compile-and-write.ts";
import { compileOptions, findConfig, isExampleConfig } from "./find-config.ts";
import { firstSteps } from "./first-steps.ts";
import { type LiveConfig, liveConfig, type Serving } from "./live-config.ts";
import { reload } from "./reload.ts";
import { failureCode } from "./report.ts";
import { readGateway, type ServedParts, serveOptions } from "./served-parts.ts";
import { hasKey } from "./simulated.ts";
import { watch } from "./watch.ts";

const listenFlag: Flag = {
  name: "listen",
  value: "HOST:PORT",
  about: "address to listen on; may be repeated (default: listen_addr of the configuration)",
};

const logFormats = ["text", "json", "none"] as const;

const logFlag: Flag = {
  name: "log",
  value: "text|json|none",
  choices: logFormats,
  about: "one line per request on standard output, where json puts nothing else (default: text); see LOG_LEVEL",
};

export const serveCommand: Command = {
  name: "serve",
  summary: "compile and serve; where startup.allow_missing_keys is set and there is no key, in front of the simulator",
  operands: [],
  flags: [
    configFlag,
    profileFlag,
    outDirFlag,
    listenFlag,
    logFlag,
    { name: "watch", about: "when the configuration changes, show the changes and ask whether to apply them" },
    { name: "yes", about: "with --watch: apply without asking" },
    { name: "workers", value: "NUMBER", about: "processes that share the address (default: 1)" },
    {
      name: "tps-threshold",
      value: "NUMBER",
      about: "tokens per second below which an upstream is slow; 0: none is (default: routing.min_tps)",
    },
    {
      name: "log-file",
      value: "FILE",
      about: "append every request to a provider and its answer, bodies included, as JSON lines (default: log.file)",
    },
  ],
  examples: [
    "arouter serve --config policies/arouter.toml --watch",
    "arouter serve --listen 127.0.0.1:9099 --log json --workers 4",
    "arouter serve --profile model-router",
  ],
  exitCodes: [
    "0  stopped by SIGTERM or SIGINT",
    "1  the configuration has errors, or the gateway cannot start",
    commonExitCodes[2],
  ],
  run,
};

/** Resolves once the gateway listens; its server keeps the process running. SIGHUP compiles and reloads. */
async function run(args: Arguments, given: Io): Promise<number> {
  const log = logFormats.find((format) => format === (flagValue(args, "log") ?? given.env["AROUTER_LOG"]));
  // Standard output is for JSON alone then.
  const io = log === "json" ? { ...given, out: given.err } : given;
  const count = readWorkerCount(args, io);
  if (count === undefined) return exitCode.usage;
  await withFetchSlots(io.env);
  const startedMs = epochMs();
  const tpsThreshold = readTpsThreshold(args, io);
  if (Number.isNaN(tpsThreshold)) return exitCode.usage;
  const configFile = findConfig(args, io);
  const outDir = flagValue(args, "out") ?? defaultOutDir;
  const compiled = await compileAndWrite(outDir, args, io);
  if (!compiled.ok) return failureCode(compiled.diagnostics);
  io.out(`${compileSummary(compiled, outDir)}\n`);

  const parts: ServedParts = {
    configFile,
    outDir,
    listen: args.flags.get("listen"),
    log,
    simulatorUrl: await simulatorUrl(await importGenerated(outDir), io),
    tpsThreshold,
    logFile: flagValue(args, "log-file"),
  };
  const live = liveConfig({ configFile, outDir, ...compileOptions(args) }, compiled);
  const gateway = await readGateway(parts, io.env);
  const start = count === 1 ? serveHere : serveWithWorkers;
  const { url, serving } = await start({ gateway, parts, live, count, args, io });
  io.out(firstSteps(url, gateway, isExampleConfig(configFile, args)));
  if (args.flags.has("watch")) await watch(live, serving, startedMs, args, io);
  return exitCode.ok;
}

type Start = Readonly<{
  gateway: Gateway;
  parts: ServedParts;
  live: LiveConfig;
  count: number;
  args: Arguments;
  io: Io;
}>;
type Started = Readonly<{ url: string; serving: Serving }>;

async function serveHere({ gateway, parts, live, args, io }: Start): Promise<Started> {
  const read = () => readGateway(parts, io.env);
  const served = await runGateway(gateway, {
    ...serveOptions(parts, io.env),
    onReload: (swap) => reload(live, { ...swap, reload: () => swapIn(swap, read) }, args, io),
  });
  return { url: served.url, serving: { ...served, reload: () => swapIn(served, read) } };
}

async function serveWithWorkers({ gateway, parts, live, count, args, io }: Start): Promise<Started> {
  const program = fileURLToPath(new URL("serve-worker.ts", import.meta.url));
  const workers = await runWorkers(gateway, {
    count,
    listen: parts.listen,
    log: parts.log,
    env: io.env,
    command: [process.execPath, ...process.execArgv, program, JSON.stringify(parts)],
    onReload: (serving) => reload(live, serving, args, io),
  });
  return { url: workers.urls[0] ?? "", serving: workers };
}

function readWorkerCount(args: Arguments, io: Io): number | undefined {
  try {
    return workerCount(flagValue(args, "workers"));
  } catch (thrown) {
    io.err(`error: ${thrown instanceof Error ? thrown.message : String(thrown)}\nRun: arouter serve --help\n`);
    return undefined;
  }
}

/** NaN when it is wrong, which has been told. */
function readTpsThreshold(args: Arguments, io: Io): number | undefined {
  const written = flagValue(args, "tps-threshold");
  if (written === undefined || /^\d+(\.\d+)?$/.test(written))
    return written === undefined ? undefined : Number(written);
  io.err(
    `error: --tps-threshold takes a number such as 50.0, not ${JSON.stringify(written)}.\nRun: arouter serve --help\n`,
  );
  return Number.NaN;
}

/**
 * Starts a simulator when the gateway could not ask any provider, where the configuration lets it start without keys;
 * undefined when it can, or must not start.
 */
async function simulatorUrl(gateway: Gateway, io: Io): Promise<string | undefined> {
  if (hasKey(gateway, io.env) || !gateway.catalog.startup.allowMissingKeys) return undefined;
  const { startSimulator } = await import("./sim/simulator.ts");
  const { openaiUrl } = await startSimulator();
  const variables = Object.values(gateway.catalog.providers).flatMap(({ keys }) =>
    keys.flatMap(({ secret }) => secret.at(-1) ?? []),
  );
  const names = variables.flatMap((ref) => (ref.from === "env" ? [ref.name] : []));
  io.out(`
No provider key is set, so nothing leaves this machine: answers come from a simulator of the OpenAI,
Anthropic and Gemini APIs on ${openaiUrl}. For real ones set one or more of ${names.join(", ")}.

`);
  return openaiUrl;
}
