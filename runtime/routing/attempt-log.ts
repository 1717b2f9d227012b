import type { Offer, WireFormat } from "../contract.ts";
import type { Usage } from "../wire/canonical.ts";
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
  usage: Usage | undefined;
  /** What the provider takes for it, in nano-USD; undefined where no price is known. */
  costNanos: number | undefined;
};

/** Every attempt of one request, in the order they began. */
export type AttemptLog = Readonly<{
  records: readonly AttemptRecord[];
  begin(offer: Offer, how: Readonly<{ format: WireFormat; lease: Lease | undefined; hedge: boolean }>): AttemptRecord;
}>;

export function createAttemptLog(epochMs: () => number, now: () => number): AttemptLog {
  const records: AttemptRecord[] = [];
  return {
    records,
    begin: ({ provider, model }, { format, lease, hedge }) => {
      const record: AttemptRecord = {
        n: records.length + 1,
        provider,
        model,
        format,
        key: lease?.key.id,
        billing: lease?.key.billing ?? "platform",
        startedAtMs: epochMs(),
        startedMs: now(),
        hedge,
        outcome: "pending",
        status: undefined,
        reason: undefined,
        message: undefined,
        retryAfterMs: undefined,
        quarantined: false,
        ttftMs: undefined,
        ms: undefined,
        usage: undefined,
        costNanos: undefined,
      };
      records.push(record);
      return record;
    },
  };
}
