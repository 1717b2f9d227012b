import { dirname, resolve } from "node:path";
import { lockName } from "../compiler/lock-name.ts";
import { type Sources, sourceFiles } from "../compiler/span.ts";

/** Absolute paths of all that a configuration is made of: files that it names and that cannot be read included, and its lock. */
export function configFiles(configFile: string, ...read: readonly (Sources | undefined)[]): readonly string[] {
  const all = read.flatMap((sources) => (sources === undefined ? [] : named(sources)));
  return [
    ...new Set([
      resolve(configFile),
      resolve(lockName(configFile)),
      ...all.map((file) => resolve(dirname(configFile), file)),
    ]),
  ];
}

/** Relative to the configuration's folder. What could not be read is named relative to the file that names it. */
function named(sources: Sources): readonly string[] {
  const unusable = sources.unusable.map(({ name, span }) => `${dirname(span.file)}/${name}`);
  return [...sourceFiles(sources).map(({ file }) => file), ...unusable];
}
