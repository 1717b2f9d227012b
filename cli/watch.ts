import type { Compiled } from "../compiler/compile.ts";
import { epochMs } from "../runtime/clock.ts";
import { tellReloaded } from "../runtime/server/tell-reloaded.ts";
import type { Arguments, Io } from "./command.ts";
import type { LiveConfig, Serving } from "./live-config.ts";
import { refuseBroken, tellChanges } from "./reload.ts";
import { watchFiles } from "./watch-files.ts";

/** An editor saves in several steps, and people save several files. */
const quietMs = 500;

const question = "Apply? [y/n] ";

/**
 * Follows the files of the configuration. After a change it prints what is different, asks on a terminal whether that
 * may be applied (`--yes` is the answer in advance), and puts it into service. A change while it asks takes the place
 * of the one asked about; a broken configuration is told about and nothing else. `startedMs` (since 1970) is before
 * what is in service was read. Ends with the process.
 */
export async function watch(
  live: LiveConfig,
  serving: Serving,
  startedMs: number,
  args: Arguments,
  io: Io,
): Promise<void> {
  const isAgreed = args.flags.has("yes");
  /** What is asked about, and what it would take the place of. */
  let asked: Readonly<{ compiled: Compiled; running: Compiled }> | undefined;
  let round = 0;

  async function apply(compiled: Compiled): Promise<void> {
    asked = undefined;
    tellReloaded(await live.apply(compiled, serving));
  }

  async function changed(): Promise<void> {
    const mine = ++round;
    const readMs = epochMs();
    const proposal = await live.propose();
    if (mine !== round) return;
    const wasAsked = asked !== undefined;
    asked = undefined;
    if (wasAsked) io.out("\n");
    await files.follow(live.files(), readMs);
    switch (proposal.kind) {
      case "broken":
        return void (await refuseBroken(proposal.failed, serving, args, io));
      case "same":
        if (wasAsked) io.out("The configuration is again the one in force.\n");
        return;
      case "changed":
        tellChanges(proposal.compiled, proposal.changes, args, io);
        if (isAgreed) return apply(proposal.compiled);
        if (io.onTyped === undefined) {
          io.err("Not reloaded: there is no terminal to ask on. Start with --yes to apply changes, or send SIGHUP.\n");
          return;
        }
        asked = { compiled: proposal.compiled, running: live.current() };
        io.out(question);
    }
  }

  const files = watchFiles(quietMs, () => void changed().catch((thrown) => io.err(`error: ${String(thrown)}\n`)));
  if (!isAgreed) {
    io.onTyped?.((line) => {
      // A SIGHUP may have come meanwhile; what it loaded is no older.
      if (asked?.running !== live.current()) return;
      const answer = line.trim().toLowerCase();
      if (["y", "yes"].includes(answer)) void apply(asked.compiled);
      else if (["n", "no"].includes(answer)) {
        asked = undefined;
        io.out("Not reloaded: the configuration before stays in force.\n");
      } else io.out(question);
    });
  }
  await files.follow(live.files(), startedMs);
}
