import { costOf } from "../money/cost-of.ts";
import { tokensOf, type Used } from "../money/used.ts";
import type { AttemptRecord } from "./attempt-log.ts";
import type { Lease } from "./key-state.ts";

const nanosPerUsd = 1e9;

/** Writes down what an attempt used and cost, and counts it against its key's limits. Only the first time counts. */
export function noteUse(record: AttemptRecord, lease: Lease | undefined, used: Used | undefined): void {
  if (used === undefined || record.usage !== undefined) return;
  const { usage, isEstimate } = used;
  record.usage = usage;
  record.isEstimate = isEstimate;
  if (usage.reportedNanos !== undefined) {
    record.costNanos = usage.reportedNanos;
    record.costSource = "reported";
  } else if (record.price !== undefined) {
    const cost = costOf(usage, record.price);
    record.costNanos = cost.nanos;
    record.costSource = isEstimate || !cost.isExact ? "estimated" : "priced";
  }
  lease?.spend({ tokens: tokensOf(usage), usd: (record.costNanos ?? 0) / nanosPerUsd });
}
