import type { Compiled, Failed } from "../compiler/compile.ts";
import type { Sources } from "../compiler/span.ts";
import { write } from "../compiler/write.ts";
import { oneAtATime } from "../runtime/server/one-at-a-time.ts";
import type { Reloaded } from "../runtime/server/reloaded.ts";
import { type Compilation, compileAside } from "./compile-aside.ts";
import { configFiles } from "./config-files.ts";
import { type Change, describeChanges } from "./describe-changes.ts";

/** The processes that serve: this one, or workers. */
export type Serving = Readonly<{
  /** Puts the generated code that is on disk into service. */
  reload(): Promise<Reloaded>;
  /** Notes that there is a configuration that cannot be used. */
  refuse(problems: readonly string[]): Reloaded | Promise<Reloaded>;
}>;

/** The configuration as its files are now. */
type Proposal =
  | Readonly<{ kind: "broken"; failed: Failed }>
  | Readonly<{ kind: "same" }>
  /** `changes` is empty when only comments, or keys that are written out, differ. */
  | Readonly<{ kind: "changed"; compiled: Compiled; changes: readonly Change[] }>;

/** A configuration in service and the files it comes from; what `--watch` and SIGHUP do is put together from this. */
export type LiveConfig = Readonly<{
  /** Compiles the files as they are now. Touches nothing. */
  propose(): Promise<Proposal>;
  /** Writes what was proposed and puts it into service. When it is refused, what was there before is written again. */
  apply(compiled: Compiled, serving: Serving): Promise<Reloaded>;
  /** What is in service. */
  current(): Compiled;
  /** Absolute paths of what the configuration is made of, and of what the last proposal named besides. */
  files(): readonly string[];
}>;

/** `running` is what was compiled, written and put into service before. */
export function liveConfig(compilation: Compilation, running: Compiled): LiveConfig {
  const { configFile, outDir } = compilation;
  let current = running;
  let proposed: Sources | undefined;

  async function replace([compiled, serving]: readonly [Compiled, Serving]): Promise<Reloaded> {
    await write(outDir, compiled.files);
    const result = await serving.reload();
    if (result.kind === "applied") current = compiled;
    else await write(outDir, current.files);
    return result;
  }
  const inOrder = oneAtATime(replace);

  return {
    propose: async () => {
      const found = await compileAside(compilation);
      proposed = found.sources;
      if (!found.ok) return { kind: "broken", failed: found };
      if (textOf(found) === textOf(current)) return { kind: "same" };
      return { kind: "changed", compiled: found, changes: describeChanges(current.ir, found.ir) };
    },
    apply: (compiled, serving) => inOrder([compiled, serving]),
    current: () => current,
    files: () => configFiles(configFile, current.sources, proposed),
  };
}

function textOf({ files }: Compiled): string {
  return JSON.stringify(files);
}
