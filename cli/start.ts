import { readFile } from "node:fs/promises";
import type { Gateway } from "../runtime/contract.ts";
import { withFetchSlots } from "../runtime/fetch-slots.ts";
import { runGateway } from "../runtime/main.ts";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  defaultConfig,
  defaultOutDir,
  exitCode,
  type Flag,
  flagValue,
  type Io,
  outDirFlag,
} from "./command.ts";
import { compileAndWrite } from "./compile-and-write.ts";
import { firstSteps } from "./first-steps.ts";
import { importGateway } from "./import-gateway.ts";
import { hasKey, simulated } from "./simulated.ts";

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
  about: "one line per request on standard output (default: text)",
};

export const startCommand: Command = {
  name: "start",
  summary: "compile and serve; without a provider key, in front of the simulator",
  operands: [],
  flags: [configFlag, outDirFlag, listenFlag, logFlag],
  examples: ["arouter start --config policies/arouter.toml", "arouter start --listen 127.0.0.1:9099 --log json"],
  exitCodes: [
    "0  stopped by SIGTERM or SIGINT",
    "1  the configuration has errors, or the gateway cannot start",
    commonExitCodes[2],
  ],
  run,
};

/** Resolves once the gateway listens; its server keeps the process running. */
async function run(args: Arguments, io: Io): Promise<number> {
  await withFetchSlots(io.env);
  const configFile = flagValue(args, "config") ?? defaultConfig;
  const outDir = flagValue(args, "out") ?? defaultOutDir;
  const compiled = await compileAndWrite(outDir, args, io);
  if (typeof compiled === "number") return compiled;

  const { gateway, env } = await withUpstream(await importGateway(outDir), io);
  const log = flagValue(args, "log") ?? io.env["AROUTER_LOG"];
  const served = await runGateway(gateway, {
    env,
    listen: args.flags.get("listen"),
    log: logFormats.find((format) => format === log),
    readConfigFile: () => readFile(configFile, "utf8"),
  });
  io.out(firstSteps(served.url, gateway));
  return exitCode.ok;
}

/** The gateway as it is, or in front of a simulator when it could not ask any provider. */
async function withUpstream(gateway: Gateway, io: Io): Promise<Readonly<{ gateway: Gateway; env: Io["env"] }>> {
  if (hasKey(gateway, io.env)) return { gateway, env: io.env };
  const { startSimulator } = await import("./sim/simulator.ts");
  const { openaiUrl } = await startSimulator();
  const variables = Object.values(gateway.catalog.providers).flatMap(({ keys }) =>
    keys.flatMap(({ secret }) => secret.at(-1) ?? []),
  );
  const names = variables.flatMap((ref) => (ref.from === "env" ? [ref.name] : []));
  io.out(`
No provider key is set, so nothing leaves this machine: answers come from a simulator of the OpenAI and
Anthropic APIs on ${openaiUrl}. For real ones set ${names.join(" or ")}.

`);
  return simulated(gateway, io.env, openaiUrl);
}
