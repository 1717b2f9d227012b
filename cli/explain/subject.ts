import type { RuleIR } from "../../compiler/ir.ts";
import type { KnownFacts } from "../../compiler/known-facts.ts";
import type { Itinerary } from "../../runtime/request/itinerary.ts";
import type { RankingRequest } from "../../runtime/routing/hot-state.ts";
import type { TraceJson } from "../../runtime/store/trace-json.ts";
import type { WireError } from "../../runtime/wire/canonical.ts";
import type { OverrideText } from "./override-texts.ts";

/** The request whose way is explained, wherever it is from. */
export type Subject = Readonly<{
  /** As the client wrote it. */
  model: string;
  /** How the endpoint was told, where nobody said it. */
  told?: string | undefined;
  known: KnownFacts;
  overrides: readonly OverrideText[];
  /** Whether an override keeps it from all rules. */
  isWithoutRules: boolean;
  /** Where it goes when this rule decides, or none. */
  itinerary(rule: RuleIR | undefined): Itinerary | WireError;
  ranking: RankingRequest;
  /** What became of it. */
  trace?: TraceJson | undefined;
}>;

/** A sentence for the user about a request that cannot be explained. */
export type Unexplainable = Readonly<{ problem: string }>;
