import { writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { lockText } from "../compiler/catalogue/lock-text.ts";
import { makeLock } from "../compiler/catalogue/make-lock.ts";
import { changesSummary, changesTable, isUnchanged, lockChanges } from "./catalog/lock-changes.ts";
import { dateFlag, lockDate } from "./catalog/lock-date.ts";
import { lockedPolicy } from "./catalog/locked-policy.ts";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  exitCode,
  type Io,
  profileFlag,
} from "./command.ts";

export const lockCommand: Command = {
  name: "lock",
  summary: "pin what the policy's models cost and can do in arouter.lock",
  operands: [],
  flags: [
    configFlag,
    profileFlag,
    dateFlag,
    { name: "dry-run", about: "only say what would change" },
    { name: "json", about: "print what changes as JSON" },
  ],
  examples: ["arouter lock", "arouter lock --dry-run", "arouter lock --config policies/arouter.toml --date 2026-11-21"],
  exitCodes: [commonExitCodes[0], commonExitCodes[1], commonExitCodes[2]],
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const date = lockDate(args);
  if (date === undefined) {
    io.err("error: --date takes a day such as 2026-11-21.\nRun: arouter lock --help\n");
    return exitCode.usage;
  }
  const policy = await lockedPolicy(args, io);
  if (typeof policy === "number") return policy;
  const lock = makeLock({ ir: policy.ir, offers: policy.offers, old: policy.lock, date });
  const changes = lockChanges(policy.lock, lock);
  const path = relative(".", policy.lockPath) || policy.lockPath;
  const isDry = args.flags.has("dry-run");
  if (!isDry) await writeFile(policy.lockPath, lockText(lock));
  if (args.flags.has("json")) {
    io.out(`${JSON.stringify({ lock: path, written: !isDry, date, ...changes }, null, 2)}\n`);
    return exitCode.ok;
  }
  if (policy.isEdited) io.err(`warning: ${path} was changed by hand or cannot be read, so it is made anew.\n`);
  const outcome = isDry ? `Would write ${path}` : isUnchanged(changes) ? `${path} is up to date` : `Wrote ${path}`;
  io.out(`${changesTable(changes, io.columns)}${outcome}: ${changesSummary(changes)}\n`);
  return exitCode.ok;
}
