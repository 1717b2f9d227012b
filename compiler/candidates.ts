import { namesEmbeddings } from "./interpret.ts";
import type { RuleIR } from "./ir.ts";
import { type KnownFacts, knownToHold } from "./known-facts.ts";

/**
 * Who decides: one rule, or undefined for none. Several where what is known of the request does not tell: the rules that
 * may match and, in the end, the one that surely does, or undefined.
 */
export type Candidates = readonly [RuleIR | undefined, ...(RuleIR | undefined)[]];

/** The rules that may be the first to match. */
export function candidatesOf(rules: readonly RuleIR[], known: KnownFacts): Candidates {
  const open: RuleIR[] = [];
  const first = rules.find((rule) => {
    const verdict = matches(rule, known);
    if (verdict === undefined) open.push(rule);
    return verdict;
  });
  const [maybe, ...others] = open;
  return maybe === undefined ? [first] : [maybe, ...others, first];
}

/** Undefined where what is known does not tell. */
function matches(rule: RuleIR, known: KnownFacts): boolean | undefined {
  if (known.facts.endpoint === "embeddings" && !namesEmbeddings(rule)) return false;
  let verdict: boolean | undefined = true;
  for (const condition of rule.when) {
    const holds = knownToHold(condition, known);
    if (holds === false) return false;
    if (holds === undefined) verdict = undefined;
  }
  return verdict;
}
