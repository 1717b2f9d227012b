import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { count } from "./count.ts";
import { largest } from "./largest.ts";
import { longWitness } from "./long-witness.ts";
import { named, type Stop, type Subject } from "./subject.ts";

/**
 * AR321: a model whose context window is too small for every request of the rule, or for some of those that the rule's own
 * upper bound lets through while nothing after the model takes them. Rules compare estimates, so these are meant.
 */
export function smallContexts(subject: Subject): readonly Diagnostic[] {
  const { rule, bounds, stops } = subject;
  const { min, max } = bounds.inputTokens;
  const isBounded = rule.when.some((one) => one.kind === "input-tokens" && (one.op === "<" || one.op === "<="));
  return stops.flatMap((stop) => {
    const window = windowOf(stop);
    if (window === undefined) return [];
    const isUseless = min >= window;
    const isBroken = isBounded && max > window && !isHelped(subject, stop);
    if (!isUseless && !isBroken) return [];
    const what = isUseless ? `only prompts of ${count(min)} tokens and more` : `prompts of up to ${count(max)} tokens`;
    const message = `${named(rule)} sends ${what} to ${stop.words}, whose context window is ${count(window)} tokens.`;
    const hint = "Name a model with a larger window, or bound tokens_input_lt by this one's.";
    return [diagnostic("AR321", stop.span, message, { hint, witness: longWitness(subject) })];
  });
}

/** The largest window of all that serves a model; undefined where one of them is not known. */
function windowOf({ offers }: Stop): number | undefined {
  return largest(offers.map(({ can }) => can.contextTokens));
}

/** Whether a model that is asked after this one, or beside it, may take what this one cannot. */
function isHelped({ rule, bounds, stops }: Subject, stop: Stop): boolean {
  const takes = (one: Stop) => (windowOf(one) ?? Number.POSITIVE_INFINITY) >= bounds.inputTokens.max;
  const later = stops.slice(stops.indexOf(stop) + 1);
  const isHedged = stop.kind === "model" && later.some((one) => one.kind === "hedge" && takes(one));
  const goesOn = rule.plan.fallbackOn?.includes("error") === true;
  return isHedged || (goesOn && later.some((one) => one.kind === "fallback" && takes(one)));
}
