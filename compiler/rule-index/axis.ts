import type { RequestFacts } from "../../runtime/contract.ts";
import type { Bits } from "./bits.ts";

/** Clears the bits of rules whose condition on one fact cannot hold. */
export type Axis = (r: RequestFacts, candidates: Bits) => void;
