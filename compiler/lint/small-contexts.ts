import { boundsOf } from "../analysis/bounds.ts";
import { witnessOf } from "../analysis/space.ts";
import type { Witness } from "../analysis/witness.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { count } from "./count.ts";
import { largest } from "./largest.ts";
import { named, type Stop, type Subject } from "./subject.ts";

/**
 * AR321: a model whose context window is too small for every request of the rule, or for some of those that the rule's own
 * upper bound lets through while nothing after the model takes them. Rules compare estimates, so these are meant.
 */
export function smallContexts(subject: Subject): readonly Diagnostic[] {
  const { rule, bounds, stops } = subject;
  const { min, max } = bounds.inputTokens;
  const isPromised = rule.when.some(
    ({ kind, ...more }) => kind === "input-tokens" && "op" in more && more.op[0] === "<",
  );
  return stops.flatMap((stop) => {
    const window = windowOf(stop);
    if (window === undefined) return [];
    const isUseless = min >= window;
    if (!isUseless && (!isPromised || max <= window || isHelped(subject, stop))) return [];
    const what = isUseless
      ? `sends only prompts of ${count(min)} tokens and more`
      : `lets prompts of up to ${count(max)} tokens`;
    const message = isUseless
      ? `${named(rule)} ${what} to ${stop.words}, whose context window is ${count(window)} tokens.`
      : `${named(rule)} ${what} through to ${stop.words}, whose context window is ${count(window)} tokens.`;
    const hint = "Name a model with a larger window, or bound tokens_input_lt by this one's.";
    return [diagnostic("AR321", stop.span, message, { hint, witness: longWitness(subject, window) })];
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

/** A request with as many tokens as the rule lets through. */
function longWitness({ space, requests, isExact, bounds }: Subject, window: number): Witness | undefined {
  if (!isExact) return undefined;
  for (const box of requests) {
    const { max, min } = boundsOf(space, [box]).inputTokens;
    if (max <= window && min < window) continue;
    const at = space.axes.findIndex(({ name }) => name === "input tokens");
    const cells = box[at] ?? 0n;
    const last = 1n << BigInt(cells.toString(2).length - 1);
    const witness = witnessOf(space, at < 0 ? box : box.with(at, last));
    return {
      ...witness,
      inputTokens: Number.isFinite(bounds.inputTokens.max) ? max : Math.max(min, witness.inputTokens),
    };
  }
  return undefined;
}
