import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  defaultOutDir,
  exitCode,
  flagValue,
  type Io,
  profileFlag,
  reportFlags,
} from "./command.ts";
import { compileAndWrite, compileSummary } from "./compile-and-write.ts";
import { failureCode, isForPrograms } from "./report.ts";

const defaultExecutable = "bin/gateway";

export const buildCommand: Command = {
  name: "build",
  summary: "compile into one executable that needs nothing else on its machine",
  operands: [],
  flags: [
    configFlag,
    profileFlag,
    { name: "out", value: "FILE", about: `the executable (default: ${defaultExecutable})` },
    { name: "dist", value: "FOLDER", about: `where the generated code goes first (default: ${defaultOutDir})` },
    { name: "target", value: "TARGET", about: "another platform, such as bun-linux-arm64 (default: this one)" },
    ...reportFlags,
  ],
  examples: ["arouter build --out bin/gateway", "./bin/gateway --listen 127.0.0.1:8080"],
  exitCodes: commonExitCodes,
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const dist = flagValue(args, "dist") ?? defaultOutDir;
  const compiled = await compileAndWrite(dist, args, io);
  if (!compiled.ok) return failureCode(compiled.diagnostics);
  if (!isForPrograms(args)) io.out(`${compileSummary(compiled, dist)}\n`);

  const executable = flagValue(args, "out") ?? defaultExecutable;
  const problems = await bundle(join(dist, "index.ts"), executable, flagValue(args, "target"));
  if (problems.length > 0) {
    io.err(`${problems.map((problem) => `error: ${problem}`).join("\n")}\n`);
    return exitCode.usage;
  }
  if (!isForPrograms(args)) io.out(`Built ${relative(".", executable)}\n`);
  return exitCode.ok;
}

/** What runs in threads of its own. */
const workers = ["runtime/validation/worker.ts", "runtime/store/store-worker.ts"];

const packageRoot = fileURLToPath(new URL("..", import.meta.url));

/**
 * `bun build --compile`, in this process. The executable reads neither `.env` nor `bunfig.toml` of the folder it is started in:
 * a `preload` there would run before the gateway. Inside it workers keep their paths below the package's root.
 */
async function bundle(entry: string, executable: string, target: string | undefined): Promise<readonly string[]> {
  const { success, logs } = await Bun.build({
    entrypoints: [resolve(entry), ...workers.map((path) => join(packageRoot, path))],
    root: packageRoot,
    target: "bun",
    throw: false,
    compile: {
      outfile: resolve(executable),
      autoloadDotenv: false,
      autoloadBunfig: false,
      ...(isTarget(target) ? { target } : {}),
    },
    plugins: [ownRuntime],
  });
  return success ? [] : logs.map(({ message }) => message);
}

/** `arouter/runtime` and `arouter/tokenizer` are this very package, wherever the generated code stands. */
const ownRuntime: Bun.BunPlugin = {
  name: "arouter/runtime",
  setup(build) {
    build.onResolve({ filter: /^arouter\/runtime$/ }, () => ({ path: join(packageRoot, "runtime/index.ts") }));
    build.onResolve({ filter: /^arouter\/tokenizer$/ }, () => ({ path: join(packageRoot, "runtime/tokens.ts") }));
  },
};

/** Bun itself says which platforms it knows. */
function isTarget(target: string | undefined): target is Bun.Build.CompileTarget {
  return target !== undefined;
}
