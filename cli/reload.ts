import type { Compiled, Failed } from "../compiler/compile.ts";
import type { Reloaded } from "../runtime/server/reloaded.ts";
import { tellReloaded } from "../runtime/server/tell-reloaded.ts";
import type { Arguments, Io } from "./command.ts";
import { type Change, formatChanges } from "./describe-changes.ts";
import type { LiveConfig, Serving } from "./live-config.ts";
import { report } from "./report.ts";

/** Compiles the files as they are now and puts them into service, without asking: SIGHUP and POST /admin/reload. */
export async function reload(live: LiveConfig, serving: Serving, args: Arguments, io: Io): Promise<Reloaded> {
  const proposal = await live.propose();
  switch (proposal.kind) {
    case "broken":
      return refuseBroken(proposal.failed, serving, args, io);
    case "same":
      // What its keys are read from may have changed all the same.
      return tellReloaded(await live.apply(live.current(), serving));
    case "changed":
      tellChanges(proposal.compiled, proposal.changes, args, io);
      return tellReloaded(await live.apply(proposal.compiled, serving));
  }
}

/** Prints what is wrong; the old configuration goes on, and GET /healthz says why. */
export async function refuseBroken(failed: Failed, serving: Serving, args: Arguments, io: Io): Promise<Reloaded> {
  report(failed, args, io);
  const problems = failed.diagnostics.map(({ code, message, span }) => `${span.file}: ${code} ${message}`);
  const result = await serving.refuse(problems);
  io.err(`Not reloaded: configuration ${result.generation} stays in force.\n`);
  return result;
}

/** Prints warnings and what is going to be different. */
export function tellChanges(compiled: Compiled, changes: readonly Change[], args: Arguments, io: Io): void {
  report(compiled, args, io);
  const list = formatChanges(changes);
  io.out(`The configuration changed:\n${list === "" ? "  only its text, or keys that are written in it\n" : list}`);
}
