import { type KnownFact, knownFacts } from "../../compiler/catalogue/known-facts.ts";
import { type Arguments, exitCode, type Io } from "../command.ts";
import { type Column, table } from "../table.ts";
import { lockedPolicy } from "./locked-policy.ts";

const columns: readonly Column[] = [
  { title: "MODEL", cut: true },
  { title: "PROMPT", right: true },
  { title: "COMPLETION", right: true },
  { title: "CONTEXT", right: true, drop: 1 },
  { title: "MAX OUTPUT", right: true, drop: 1 },
  { title: "CAN", cut: true, drop: 2 },
  { title: "PRICE FROM", cut: true, drop: 3 },
];

/** What a model can do, in the order in which it is told. */
const abilities = ["answers", "embeddings", "tools", "images", "json_schema", "reasoning"] as const;

/** `arouter catalog list`: a row for each model of the policy. Prices are in US dollars per million tokens. */
export async function listModels(args: Arguments, io: Io): Promise<number> {
  const policy = await lockedPolicy(args, io);
  if (typeof policy === "number") return policy;
  const models = policy.offers.map(({ id, offer, from }) => ({
    model: id,
    from,
    facts: knownFacts(policy.ir, offer, policy.lock),
  }));
  if (args.flags.has("json")) io.out(`${JSON.stringify(models, null, 2)}\n`);
  else io.out(table(columns, models.map(row), io.columns));
  return exitCode.ok;
}

function row({ model, facts }: Readonly<{ model: string; facts: readonly KnownFact[] }>): readonly string[] {
  const value = (what: string) => facts.find((fact) => fact.what === what)?.value;
  return [
    model,
    value("prompt") ?? "-",
    value("completion") ?? "-",
    value("context") ?? "-",
    value("max_output") ?? "-",
    abilities.filter((ability) => value(ability) === "true").join(" "),
    facts.find(({ what }) => what === "prompt")?.source ?? "",
  ];
}
