import { readFile, stat, writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { type Understood, understand } from "../compiler/compile.ts";
import { durationMs } from "../compiler/duration.ts";
import { renderJson } from "../compiler/render.ts";
import { suggest } from "../compiler/suggest.ts";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  exitCode,
  flagValue,
  type Io,
  profileFlag,
} from "./command.ts";
import { compileOptions, findConfig } from "./find-config.ts";
import { failureCode, report } from "./report.ts";
import { checkProvider, type ProviderCheck } from "./validate/check-provider.ts";
import { compareContexts } from "./validate/compare-contexts.ts";
import { refreshedConfig, writableExtensions, writerOf } from "./validate/refreshed-config.ts";
import { NotTomlError } from "./validate/toml-text.ts";
import { type Findings, findingsJson, findingsTable, problemLines } from "./validate/validate-report.ts";

const defaultTimeout = "10s";

export const validateCommand: Command = {
  name: "validate",
  summary: "check the configuration against the models that its providers list",
  operands: [],
  flags: [
    configFlag,
    profileFlag,
    {
      name: "write",
      value: "FILE",
      about: "write the configuration with the contexts that the providers tell, without its comments",
    },
    {
      name: "dump-provider",
      value: "NAME",
      about: "print the list of this provider as it came, and all else on standard error; may be repeated",
    },
    {
      name: "timeout",
      value: "TIME",
      about: `how long to wait for each answer, such as 500ms or 1m (default: ${defaultTimeout})`,
    },
    { name: "json", about: "print what was found as JSON" },
  ],
  examples: [
    "arouter validate --config policies/arouter.toml",
    "arouter validate --config config.yaml --write config.yaml",
    "arouter validate --dump-provider zai --dump-provider google",
  ],
  exitCodes: [
    "0  no errors; warnings may have been printed",
    commonExitCodes[1],
    "2  a provider cannot be reached, refuses its key or gives no list; or wrong usage",
  ],
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const timeoutMs = durationMs(flagValue(args, "timeout") ?? defaultTimeout);
  const wrong = timeoutMs === undefined || timeoutMs === 0 ? wrongTimeout : wrongFlags(args);
  if (wrong !== undefined) return usageError(wrong, io);
  const configFile = findConfig(args, io);
  const understood = await understand(configFile, compileOptions(args));
  if (!understood.ok) {
    if (args.flags.has("json")) io.out(renderJson(understood));
    else report(understood, args, io);
    return failureCode(understood.diagnostics);
  }
  report(understood, args, io);
  const { providers, startup } = understood.ir.catalog;
  const unknown = (args.flags.get("dump-provider") ?? []).find((name) => !Object.hasOwn(providers, name));
  if (unknown !== undefined) return usageError(unknownProvider(unknown, Object.keys(providers)), io);

  const outside = {
    env: io.env,
    readConfigFile: () => readFile(configFile, "utf8"),
    fetch: globalThis.fetch,
    timeoutMs: timeoutMs ?? 0,
  };
  const catalog = { ...understood.ir.catalog, models: understood.facts.models };
  const checks = await Promise.all(
    Object.entries(providers).map(([id, provider]) => checkProvider(id, provider, catalog, outside)),
  );
  const rows = compareContexts(understood.ir, checks);
  const written = await writeContexts(configFile, understood, rows, args, io);
  if (written instanceof NotTomlError) {
    return usageError(`--write: ${written.message}, which the configuration holds. Name a .yaml or .json file.`, io);
  }
  print({ checks, rows, written }, startup.allowMissingKeys, args, io);
  return passes(checks, startup.allowMissingKeys) ? exitCode.ok : exitCode.usage;
}

function print(findings: Findings, allowMissingKeys: boolean, args: Arguments, io: Io): void {
  const dumped = args.flags.get("dump-provider") ?? [];
  for (const name of new Set(dumped)) {
    const pages = findings.checks.find(({ id }) => id === name)?.pages ?? [];
    for (const page of pages) io.out(page.endsWith("\n") ? page : `${page}\n`);
  }
  const text = args.flags.has("json") ? findingsJson(findings) : findingsTable(findings, io.columns);
  (dumped.length > 0 ? io.err : io.out)(text);
  io.err(problemLines(findings, allowMissingKeys));
}

/** Keys that may be missing let a check pass as long as somebody could be asked. */
function passes(checks: readonly ProviderCheck[], allowMissingKeys: boolean): boolean {
  return (
    checks.every(({ kind }) => kind === "listed" || (kind === "no-key" && allowMissingKeys)) &&
    checks.some(({ kind }) => kind === "listed")
  );
}

/** Writes what `--write` asks for; resolves to the path for people. */
async function writeContexts(
  configFile: string,
  { sources, ir }: Understood,
  rows: Findings["rows"],
  args: Arguments,
  io: Io,
): Promise<string | NotTomlError | undefined> {
  const path = flagValue(args, "write");
  const writer = path === undefined ? undefined : writerOf(path);
  if (path === undefined || writer === undefined) return undefined;
  const text = writer(await refreshedConfig(sources.config, rows));
  if (text instanceof NotTomlError) return text;
  // As secret as the file it was read from, which may hold keys.
  await writeFile(path, text, { mode: (await stat(configFile)).mode });
  const hasFiles = sources.policies !== undefined || (sources.transforms ?? []).length > 0;
  if (hasFiles && dirname(resolve(path)) !== dirname(resolve(configFile))) {
    io.err(
      `warning: The files that ${ir.catalog.configFile} names are looked for beside ${path} now. Copy them, too.\n`,
    );
  }
  return relative(".", path) || path;
}

const wrongTimeout = "--timeout takes a time such as 500ms, 10s or 1m.";

function wrongFlags(args: Arguments): string | undefined {
  const path = flagValue(args, "write");
  if (path === undefined || writerOf(path) !== undefined) return undefined;
  return `--write takes a file that ends in ${writableExtensions.join(", ")}, not ${JSON.stringify(path)}.`;
}

function unknownProvider(name: string, ids: readonly string[]): string {
  const hint = suggest(name, ids) ?? `There are: ${ids.join(", ")}.`;
  return `--dump-provider: there is no provider ${JSON.stringify(name)}. ${hint}`;
}

function usageError(message: string, io: Io): number {
  io.err(`error: ${message}\nRun: arouter validate --help\n`);
  return exitCode.usage;
}
