import type { Offer, Price, WireFormat } from "../contract.ts";
import type { Usage } from "../wire/canonical.ts";
import type { Said } from "../wire/codec.ts";
import type { Lease } from "./key-state.ts";

/** One attempt of a request, as traces show it. Times are in milliseconds. */
export type AttemptRecord = {
  /** From 1. */
  readonly n: number;
  readonly provider: string;
  /** The name the provider was sent. */
  readonly model: string;
  /** The API the request was written for. */
  readonly format: WireFormat;
  /** The key's id, never the key. */
  readonly key: string | undefined;
  readonly billing: "platform" | "byok";
  /** Since 1970. */
  readonly startedAtMs: number;
  /** On the monotonic clock. */
  readonly startedMs: number;
  /** The rule's second model, raced against the first. */
  readonly hedge: boolean;
  /** Where the API is; absent where nothing was sent. */
  readonly baseUrl?: string;
  /** Its own in the request's trace; absent while nothing is traced. */
  readonly spanId?: string | undefined;
  /** At the time it began; undefined where nobody knows it. */
  readonly price: Price | undefined;
  outcome: "pending" | "ok" | "invalid" | "empty" | "failed" | "cancelled" | "broken";
  /** The upstream's own status. */
  status: number | undefined;
  reason: string | undefined;
  message: string | undefined;
  retryAfterMs: number | undefined;
  /** Whether its failure took the key out of service. */
  quarantined: boolean;
  /** Until the first content. */
  ttftMs: number | undefined;
  ms: number | undefined;
  /** What its answer says of itself. */
  said?: Said | undefined;
  /** What the rule's validators found; absent where there was nothing to find. */
  validation?: Validation | undefined;
  usage: Usage | undefined;
  /** A part of `usage` is the gateway's guess, as the upstream did not come to tell it. */
  isEstimate: boolean;
  /** What the provider takes for it, in nano-USD; undefined where no price is known. */
  costNanos: number | undefined;
  /** The provider's own word, `usage` at `price`, or no better than a guess: of the usage, or of its service's price. */
  costSource: "reported" | "priced" | "estimated" | undefined;
};

export type Validation = Readonly<{
  verdict: "passed" | "failed" | "unchecked";
  /** Why not, in a word. */
  reason: string | undefined;
  /** On the monotonic clock. */
  startedMs: number;
  ms: number;
}>;

type Begun = Pick<AttemptRecord, "format" | "hedge" | "baseUrl" | "spanId"> & Readonly<{ lease: Lease | undefined }>;

/** Every attempt of one request, in the order they began. */
export type AttemptLog = Readonly<{
  records: readonly AttemptRecord[];
  begin(offer: Offer, how: Begun): AttemptRecord;
}>;

/** `priceOf` tells what an offer costs at a time since 1970. */
export function createAttemptLog(
  epochMs: () => number,
  now: () => number,
  priceOf: (offer: Offer, epochMs: number) => Price | undefined = ({ price }) => price,
): AttemptLog {
  const records: AttemptRecord[] = [];
  return {
    records,
    begin: (offer, { lease, ...how }) => {
      const { provider, model } = offer;
      const startedAtMs = epochMs();
      const record: AttemptRecord = {
        n: records.length + 1,
        provider,
        model,
        ...how,
        key: lease?.key.id,
        billing: lease?.key.billing ?? "platform",
        startedAtMs,
        startedMs: now(),
        price: priceOf(offer, startedAtMs),
        outcome: "pending",
        status: undefined,
        reason: undefined,
        message: undefined,
        retryAfterMs: undefined,
        quarantined: false,
        ttftMs: undefined,
        ms: undefined,
        usage: undefined,
        isEstimate: false,
        costNanos: undefined,
        costSource: undefined,
      };
      records.push(record);
      return record;
    },
  };
}
