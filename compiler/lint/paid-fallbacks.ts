import type { Price } from "../../runtime/contract.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { named, type Stop, type Subject, witnessOfRule } from "./subject.ts";

/** AR332: a model that is free, with another one after it or beside it that is not. */
export function paidFallbacks(subject: Subject): readonly Diagnostic[] {
  const { rule, stops } = subject;
  const [first, ...others] = stops;
  const pricesAt = ({ offers }: Stop) => offers.map(({ prices }) => prices);
  const isFree = (each: readonly Price[]) => each.length > 0 && each.every(isNothing);
  if (first === undefined || !pricesAt(first).every(isFree)) return [];
  return others.flatMap((stop) => {
    if (!pricesAt(stop).some((each) => each.some((price) => !isNothing(price)))) return [];
    const message = `${named(rule)} asks ${first.words}, which is free, but ${stop.words} is not.`;
    const hint = "Name a free model, or write # arouter-ignore AR332: and why it may cost.";
    return [diagnostic("AR332", stop.span, message, { hint, witness: witnessOfRule(subject) })];
  });
}

function isNothing({ input, output, request = 0, tiers = [] }: Price): boolean {
  return input === 0 && output === 0 && request === 0 && tiers.every((tier) => tier.input === 0 && tier.output === 0);
}
