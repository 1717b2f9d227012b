import { dirname, join } from "node:path";
import type { Analysis } from "../../compiler/analyse.ts";
import { parseLock } from "../../compiler/catalogue/parse-lock.ts";
import { type PolicyOffer, policyOffers } from "../../compiler/catalogue/policy-offers.ts";
import { understandSources } from "../../compiler/compile.ts";
import type { RouterIR } from "../../compiler/ir.ts";
import { load } from "../../compiler/load.ts";
import { lockName } from "../../compiler/lock-name.ts";
import type { Lock } from "../../schemas/lock.ts";
import type { Arguments, Io } from "../command.ts";
import { compileOptions, findConfig } from "../find-config.ts";
import { failureCode, report } from "../report.ts";

/** A configuration without its lock, and the lock. */
export type LockedPolicy = Readonly<{
  ir: RouterIR;
  facts: Analysis;
  offers: readonly PolicyOffer[];
  /** Where the lock is, or would be. */
  lockPath: string;
  /** Undefined when there is none, or when it cannot be trusted. */
  lock: Lock | undefined;
  /** Whether there is one that cannot be: it was edited, or cannot be read. */
  isEdited: boolean;
}>;

/** Reads the configuration that a command is about; an exit code when it has errors, which are printed. */
export async function lockedPolicy(args: Arguments, io: Io): Promise<LockedPolicy | number> {
  const configFile = findConfig(args, io);
  const loaded = await load(configFile);
  if (!loaded.ok) {
    report({ diagnostics: loaded.diagnostics, sources: undefined }, args, io);
    return failureCode(loaded.diagnostics);
  }
  const { lock: source, ...sources } = loaded.value;
  const understood = understandSources(sources, compileOptions(args));
  if (!understood.ok) {
    report(understood, args, io);
    return failureCode(understood.diagnostics);
  }
  const parsed = source && parseLock(source);
  const isEdited = parsed !== undefined && parsed.diagnostics.length > 0;
  return {
    ir: understood.ir,
    facts: understood.facts,
    offers: policyOffers(understood.ir, understood.facts),
    lockPath: join(dirname(configFile), lockName(sources.config.file)),
    lock: isEdited ? undefined : parsed?.document?.value,
    isEdited,
  };
}
