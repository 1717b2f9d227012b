import { type KnownFact, knownFacts } from "../../compiler/catalogue/known-facts.ts";
import { resolveModel } from "../../compiler/resolve.ts";
import { suggest } from "../../compiler/suggest.ts";
import { type Arguments, exitCode, type Io } from "../command.ts";
import { type Column, table } from "../table.ts";
import { lockedPolicy } from "./locked-policy.ts";

const columns: readonly Column[] = [
  { title: "WHAT" },
  { title: "VALUE", cut: true },
  { title: "FROM", cut: true },
  { title: "LOCKED ON" },
];

/** `arouter catalog show MODEL`: each fact that is known of all that serves a name, where from, and from which day. */
export async function showModel(args: Arguments, io: Io): Promise<number> {
  const [, name] = args.operands;
  if (name === undefined) return usageError("Say which model: arouter catalog show MODEL.", io);
  const policy = await lockedPolicy(args, io);
  if (typeof policy === "number") return policy;
  const route = resolveModel(policy.ir.resolver, name);
  if (route === undefined) {
    const hint = suggest(name, policy.facts.models);
    return usageError(`Nothing serves ${JSON.stringify(name)}.${hint === undefined ? "" : ` ${hint}`}`, io);
  }
  const offers = route.offers.map((offer) => ({
    model: `${offer.provider}/${offer.model}`,
    facts: knownFacts(policy.ir, offer, policy.lock),
  }));
  if (args.flags.has("json")) io.out(`${JSON.stringify(offers, null, 2)}\n`);
  else io.out(offers.map(({ model, facts }) => `${model}\n${factsTable(facts, io.columns)}`).join("\n"));
  return exitCode.ok;
}

/** Prices are in US dollars per million tokens. */
function factsTable(facts: readonly KnownFact[], width: number | undefined): string {
  if (facts.length === 0) return "nothing is known of it\n";
  const rows = facts.map(({ what, value, source, date = "" }) => [what, value, source, date]);
  return table(columns, rows, width);
}

function usageError(message: string, io: Io): number {
  io.err(`error: ${message}\nRun: arouter catalog --help\n`);
  return exitCode.usage;
}
