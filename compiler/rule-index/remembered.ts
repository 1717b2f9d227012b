import type { RequestFacts } from "../../runtime/contract.ts";
import type { Axis } from "./axis.ts";
import { type Bits, intersect } from "./bits.ts";

const rememberedKeys = 1024;
/** Clients may send names of any length; no model is called that. */
const longestKey = 256;

/** Keeps what an axis leaves of a full set, by the only facts it reads. Starts anew when a client makes up too many keys. */
export function remembered(keyOf: (r: RequestFacts) => string, narrow: Axis, words: number): Axis {
  const known = new Map<string, Bits>();
  return (r, candidates) => {
    const key = keyOf(r);
    if (key.length > longestKey) return narrow(r, candidates);
    let allowed = known.get(key);
    if (allowed === undefined) {
      if (known.size === rememberedKeys) known.clear();
      allowed = new Int32Array(words).fill(-1);
      narrow(r, allowed);
      known.set(key, allowed);
    }
    intersect(candidates, allowed);
  };
}
