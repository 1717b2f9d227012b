import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { usdText } from "../nanos.ts";
import { longWitness } from "./long-witness.ts";
import type { Subject } from "./subject.ts";
import { worstCost } from "./worst-cost.ts";

/** AR331: a rule one of whose requests can cost more than `[lint] max_cost_usd`. */
export function costLimits(subject: Subject): readonly Diagnostic[] {
  const { ir, rule, stops } = subject;
  const { maxCostNanos } = ir;
  if (maxCostNanos === undefined) return [];
  const { total } = worstCost(subject);
  if (total.kind === "bounded" && total.nanos <= BigInt(maxCostNanos)) return [];
  const limit = `$${usdText(maxCostNanos)}`;
  const what =
    total.kind === "bounded"
      ? `cost up to $${usdText(total.nanos)} (${total.why})`
      : `cost any amount, as ${total.why}`;
  const message = `One request of rule ${JSON.stringify(rule.name)} can ${what}; the limit is ${limit}.`;
  const hint = "Bound it with tokens_input_lt and max_tokens_lt, shorten its chain, or name cheaper models.";
  return [diagnostic("AR331", stops[0]?.span ?? rule.span, message, { hint, witness: longWitness(subject) })];
}
