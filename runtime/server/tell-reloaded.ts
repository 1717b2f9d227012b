import type { Reloaded } from "./reloaded.ts";

/** Says on the terminal what came of a reload, and hands it on. */
export function tellReloaded(result: Reloaded): Reloaded {
  if (result.kind === "applied") {
    console.error(`Reloaded: configuration ${result.generation} is in force.`);
    return result;
  }
  for (const problem of result.problems) console.error(`error: ${problem}`);
  console.error(`Not reloaded: configuration ${result.generation} stays in force.`);
  return result;
}
