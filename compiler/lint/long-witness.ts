import { boundsOf } from "../analysis/bounds.ts";
import { witnessOf } from "../analysis/space.ts";
import type { Witness } from "../analysis/witness.ts";
import type { Subject } from "./subject.ts";

/** A request of the rule with as many input tokens as any; undefined where it is not known which requests it gets. */
export function longWitness({ space, requests, isExact, bounds }: Subject): Witness | undefined {
  if (!isExact) return undefined;
  const { max } = bounds.inputTokens;
  const box = requests.find((one) => boundsOf(space, [one]).inputTokens.max === max);
  if (box === undefined) return undefined;
  const at = space.axes.findIndex(({ name }) => name === "input tokens");
  const last = 1n << BigInt((box[at] ?? 1n).toString(2).length - 1);
  const witness = witnessOf(space, at < 0 ? box : box.with(at, last));
  return Number.isFinite(max) ? { ...witness, inputTokens: max } : witness;
}
