import type { Answer } from "../attempt.ts";
import type { Dependencies } from "../dependencies.ts";
import type { FinishedRequest } from "../finished-request.ts";
import { costOf } from "../money/cost-of.ts";
import type { Usage } from "../wire/canonical.ts";
import type { AttemptRecord } from "./attempt-log.ts";
import type { RouteEnd } from "./attempt-loop.ts";
import { keptMessage } from "./kept-message.ts";

/** A stream that comes in one burst was written before it was sent: its whole time counts. */
const minGenerationMs = 20;
const nanosPerUsd = 1e9;

/**
 * The answer is over, one way or the other: its place at the provider is free, and what it used and how fast it came is
 * written down. Call it once.
 */
export function finishAnswer(
  { candidate, record, outcome }: Extract<RouteEnd, { kind: "answered" }>,
  how: FinishedRequest["how"],
  usage: Usage | undefined,
  { hot, upstream }: Pick<Dependencies, "hot" | "upstream">,
): void {
  const { offer, lease } = candidate;
  const streamed = outcome.body.kind === "stream";
  candidate.release();
  record.ms = upstream.now() - record.startedMs;
  record.usage = usage;
  record.costNanos = usage && offer.price && costOf(usage, offer.price).nanos;
  if (how === "client-gone") record.outcome = "cancelled";
  if (how === "failed") noteBreak(record, outcome, lease?.key.value);
  candidate.ended(how === "failed" ? "failure" : "success");
  if (usage === undefined) return;
  const tokens = usage.uncachedInput + usage.cacheRead + usage.cacheWrite + usage.output;
  lease?.spend({ tokens, usd: (record.costNanos ?? 0) / nanosPerUsd });
  if (how === "finished") {
    const ttftMs = record.ttftMs ?? record.ms;
    const afterFirstMs = record.ms - ttftMs;
    hot.throughput.sample(offer.provider, offer.model, {
      outputTokens: usage.output,
      generationMs: streamed && afterFirstMs >= minGenerationMs ? afterFirstMs : record.ms,
      firstTokenMs: streamed ? ttftMs : undefined,
    });
  }
}

function noteBreak(record: AttemptRecord, { body }: Answer, key: string | undefined): void {
  record.outcome = "broken";
  const error = body.kind === "stream" ? body.relay.error() : undefined;
  if (error === undefined) return;
  record.reason = error.class.replaceAll("-", "_");
  record.message = keptMessage({ error, scope: "offer", status: undefined, key });
}
