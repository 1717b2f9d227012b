import { type LintLevel, lintLevels } from "../schemas/lint-config.ts";
import { type Code, codeNamed } from "./codes.ts";
import { entryOf, type MapNode } from "./node.ts";

/** What `[lint]` says about findings. */
export type LintSettings = Readonly<{
  levels: ReadonlyMap<Code, LintLevel>;
  warningsAsErrors: boolean;
}>;

/** Where there is no `[lint]`, or it cannot be read. */
export const defaultLint: LintSettings = { levels: new Map(), warningsAsErrors: false };

/** Read from a configuration of the right shape; codes that do not exist are left to `check/lint-codes.ts`. */
export function lintSettings(config: MapNode): LintSettings {
  const table = entryOf(config, "lint")?.value;
  if (table?.kind !== "map") return defaultLint;
  const levels = table.entries.flatMap(({ key, value }): readonly [Code, LintLevel][] => {
    const code = codeNamed(key);
    const level = value.kind === "string" ? lintLevels.find((one) => one === value.value) : undefined;
    return code === undefined || level === undefined ? [] : [[code, level]];
  });
  const asErrors = entryOf(table, "warnings_as_errors")?.value;
  return { levels: new Map(levels), warningsAsErrors: asErrors?.kind === "boolean" && asErrors.value };
}
