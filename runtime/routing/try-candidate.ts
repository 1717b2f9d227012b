import type { Offer } from "../contract.ts";
import { type CostLimit, overCostLimit } from "../money/cost-limit.ts";
import { offerPrice } from "../money/offer-price.ts";
import { newSpanId } from "../telemetry/request-trace.ts";
import { type Answer, attempt, type Failed, type Refused } from "../upstream/attempt.ts";
import { prepare } from "../upstream/prepare.ts";
import type { Verdict } from "../validation/validation.ts";
import type { AttemptRecord, Validation } from "./attempt-log.ts";
import type { Run, Tried } from "./attempt-loop.ts";
import { type Judgement, judgeFailure } from "./judge-failure.ts";
import { keptMessage } from "./kept-message.ts";
import { noteUse } from "./note-use.ts";
import type { Candidate } from "./schedule.ts";

/** Makes one attempt, and tells everyone who keeps count what came of it. An answer's candidate is released by its end. */
export async function tryCandidate(candidate: Candidate, run: Run, hedge = false): Promise<Tried> {
  const { deps, input, log } = run;
  const { offer, provider, lease } = candidate;
  const tooDear = input.costLimit && overLimit(offer, input.costLimit, run);
  const preparing =
    tooDear ??
    prepare(input.client, provider, offer, {
      adaptation: deps.gateway.adaptations?.[offer.provider],
      stream: input.facts.stream,
    });
  const prepared = preparing instanceof Promise ? await preparing : preparing;
  if (prepared.kind === "refused") {
    candidate.settle(untold);
    lease?.spend(nothing);
    candidate.release();
    return { kind: "refused", outcome: prepared };
  }
  const { format, baseUrl } = prepared.surface;
  const spanId = input.trace && newSpanId();
  const record = log.begin(offer, { format, baseUrl, lease, hedge, spanId });
  if (candidate.again) deps.metrics.retry(offer.provider, input.rule);
  const outcome = await attempt({ candidate, prepared, record }, input, deps);
  const tookMs = deps.upstream.now() - record.startedMs;
  if (outcome.kind === "answered") {
    candidate.settle(outcome.body.kind === "stream" ? begun : answered);
    noteAnswer(record, outcome, tookMs);
    deps.metrics.attempt(offer, record.outcome, input.rule);
    return { kind: "answered", outcome, candidate, record };
  }
  const judgement = judged(
    judgeFailure(outcome, { failover: deps.gateway.catalog.failover, retry: provider.retry }),
    run,
    candidate,
  );
  candidate.settle(input.client.side?.isLight === true ? untold : judgement);
  if (outcome.used === undefined) lease?.spend(nothing);
  else noteUse(record, lease, outcome.used);
  candidate.release();
  noteFailure(record, judgement, outcome, candidate);
  record.ms = tookMs;
  deps.metrics.attempt(offer, record.outcome === "cancelled" ? "cancelled" : judgement.reason, input.rule);
  return { kind: "failed", outcome, judgement };
}

function overLimit(offer: Offer, limit: CostLimit, { deps, log }: Run): Refused | undefined {
  const price = offerPrice(offer, deps.gateway, deps.epochMs());
  const error = overCostLimit(offer, price, { limit, attempts: log.records });
  return error && { kind: "refused", error };
}

/** In place of the estimate that the key was lent with. */
const nothing = { tokens: 0, usd: 0 };
const untold = { key: { kind: "neutral" }, breaker: "neutral" } as const;
const answered = { key: { kind: "ok" }, breaker: "success" } as const;
/** A stream can still break off, which says more of its upstream than that it began. */
const begun = { key: { kind: "ok" }, breaker: undefined } as const;

/** A request that makes several upstreams fail is itself the suspect, and must not take them out of service. */
function judged(judgement: Judgement, { input, deps }: Run, { offer }: Candidate): Judgement {
  const isAnswer =
    judgement.scope === "offer" && judgement.breaker === "failure" && judgement.reason === "server_error";
  if (!isAnswer || !deps.hot.poison.suspect(input.client.bytes, `${offer.provider}/${offer.model}`)) return judgement;
  return { ...judgement, breaker: "neutral" };
}

function noteAnswer(record: AttemptRecord, { body, empty, verdict }: Answer, tookMs: number): void {
  record.ttftMs = tookMs;
  record.said = body.said?.();
  record.validation = validationOf(verdict, record.startedMs + tookMs);
  record.outcome = empty ? "empty" : "ok";
  if (empty || verdict.kind !== "failed") return;
  record.outcome = "invalid";
  record.reason = verdict.reason.replaceAll("-", "_");
  record.message = verdict.message;
}

/** A verdict that took no time was found while reading on: at the end of what was read. */
function validationOf(verdict: Verdict, endMs: number): Validation | undefined {
  if (verdict.kind === "not-applicable") return undefined;
  const reason = verdict.kind === "passed" ? undefined : verdict.reason.replaceAll("-", "_");
  return { verdict: verdict.kind, reason, ...(verdict.timing ?? { startedMs: endMs, ms: 0 }) };
}

function noteFailure(
  record: AttemptRecord,
  { scope, key, reason, waitMs }: Judgement,
  { status, error }: Failed,
  { lease, provider }: Candidate,
): void {
  record.outcome = scope === "gateway" ? "cancelled" : "failed";
  record.status = status;
  record.reason = reason;
  record.message = keptMessage({ error, scope, status, key: lease?.key.value });
  record.retryAfterMs = waitMs;
  record.quarantined = provider.quarantine && key.kind !== "neutral" && key.kind !== "ok";
}
