import type { FinishedRequest } from "../request/finished-request.ts";
import type { Dependencies } from "../server/dependencies.ts";
import type { Answer } from "../upstream/attempt.ts";
import type { AttemptRecord } from "./attempt-log.ts";
import type { RouteEnd } from "./attempt-loop.ts";
import { keptMessage } from "./kept-message.ts";
import { noteUse } from "./note-use.ts";

/** A stream that comes in one burst was written before it was sent: its whole time counts. */
const minGenerationMs = 20;

/**
 * The answer is over, one way or the other: its place at the provider is free, and what it used and how fast it came is
 * written down. Call it once.
 */
export function finishAnswer(
  { candidate, record, outcome }: Extract<RouteEnd, { kind: "answered" }>,
  how: FinishedRequest["how"],
  { hot, upstream }: Pick<Dependencies, "hot" | "upstream">,
): void {
  const { offer, lease } = candidate;
  const streamed = outcome.body.kind === "stream";
  candidate.release();
  record.ms = upstream.now() - record.startedMs;
  record.said = outcome.body.said?.();
  const used = outcome.body.used();
  noteUse(record, lease, used);
  if (how === "client-gone") record.outcome = "cancelled";
  if (how === "failed") noteBreak(record, outcome, lease?.key.value);
  candidate.ended(how === "failed" ? "failure" : "success");
  if (how === "finished" && used?.isEstimate === false) {
    const ttftMs = record.ttftMs ?? record.ms;
    const afterFirstMs = record.ms - ttftMs;
    hot.throughput.sample(offer.provider, offer.model, {
      outputTokens: used.usage.output,
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
