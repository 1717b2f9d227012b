import { writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { readList } from "../../compiler/catalogue/lists/read-list.ts";
import { lockText } from "../../compiler/catalogue/lock-text.ts";
import { makeLock } from "../../compiler/catalogue/make-lock.ts";
import { priceListOf } from "../../compiler/listed-periods.ts";
import { readSource, reasons } from "../../compiler/load.ts";
import type { Source } from "../../compiler/span.ts";
import { type Arguments, exitCode, flagValue, type Io } from "../command.ts";
import { report } from "../report.ts";
import { changesSummary, changesTable, isUnchanged, lockChanges } from "./lock-changes.ts";
import { lockDate } from "./lock-date.ts";
import { lockedPolicy } from "./locked-policy.ts";

/** `arouter catalog update`: what a list of prices changes for the models of the policy; writes the lock when it is told to. */
export async function updateLock(args: Arguments, io: Io): Promise<number> {
  const from = flagValue(args, "from");
  if (from === undefined) return usageError("Say which list to read: --from FILE.", io);
  const date = lockDate(args);
  if (date === undefined) return usageError("--date takes a day such as 2026-11-21.", io);
  const source = await readSource(".", from);
  if (typeof source === "string") return usageError(`The file ${JSON.stringify(from)} ${reasons[source]}.`, io);
  const policy = await lockedPolicy(args, io);
  if (typeof policy === "number") return policy;
  const { ir, offers, lock: old, lockPath } = policy;
  const books = (provider: string) => priceListOf(ir, provider)?.book;
  const list = readList(source, offers, { books, date });
  if (list.diagnostics.length > 0) return wrongList(source, list.diagnostics, args, io);

  // What there is to compare with, where nothing is locked yet: what the catalogue says.
  const before = old ?? makeLock({ ir, offers, old: undefined, date });
  const lock = makeLock({ ir, offers, old, told: list.entries, date });
  const changes = lockChanges(before, lock);
  const absent = offers.map(({ id }) => id).filter((id) => !list.entries.has(id));
  const path = relative(".", lockPath) || lockPath;
  const writes = args.flags.has("write") && !args.flags.has("dry-run");
  if (writes) await writeFile(lockPath, lockText(lock));
  if (args.flags.has("json")) {
    const told = { list: from, kind: list.kind, lock: path, written: writes, date, ...changes, absent };
    io.out(`${JSON.stringify(told, null, 2)}\n`);
    return exitCode.ok;
  }
  if (absent.length > 0) io.err(`note: ${from} (${list.kind}) does not have ${absent.join(", ")}.\n`);
  const changed = isUnchanged(changes) ? "nothing changes" : changesSummary(changes);
  const outcome = writes ? `Wrote ${path}` : `Would write ${path} with --write`;
  io.out(`${changesTable(changes, io.columns)}${outcome}: ${changed}\n`);
  return exitCode.ok;
}

function wrongList(source: Source, diagnostics: Parameters<typeof report>[0]["diagnostics"], args: Arguments, io: Io) {
  report({ diagnostics, sources: { config: source, policies: undefined, schemas: [], unusable: [] } }, args, io);
  return exitCode.diagnostics;
}

function usageError(message: string, io: Io): number {
  io.err(`error: ${message}\nRun: arouter catalog --help\n`);
  return exitCode.usage;
}
