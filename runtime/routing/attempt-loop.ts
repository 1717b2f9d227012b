import type { Offer } from "../contract.ts";
import type { Dependencies } from "../server/dependencies.ts";
import type { Answer, AttemptInput, Failed, Refused } from "../upstream/attempt.ts";
import { failed } from "../upstream/attempt.ts";
import type { ErrorClass } from "../wire/canonical.ts";
import type { AttemptLog, AttemptRecord } from "./attempt-log.ts";
import { blockedError } from "./blocked-error.ts";
import { besideClientRetries } from "./client-retries.ts";
import { giveUp } from "./give-up.ts";
import { raceHedge } from "./hedge.ts";
import type { Judgement } from "./judge-failure.ts";
import { type Blocked, type Candidate, createSchedule, type Schedule } from "./schedule.ts";
import { tryCandidate } from "./try-candidate.ts";

/** What every attempt of a request shares. */
export type Run = Readonly<{
  input: AttemptInput;
  deps: Dependencies;
  log: AttemptLog;
  /** Monotonic; no attempt begins later. */
  deadlineMs: number;
}>;

/** What came of one candidate. */
export type Tried =
  | Readonly<{ kind: "answered"; outcome: Answer; candidate: Candidate; record: AttemptRecord }>
  | Readonly<{ kind: "failed"; outcome: Failed; judgement: Judgement }>
  /** The request cannot be put to this upstream; nothing was sent. */
  | Readonly<{ kind: "refused"; outcome: Refused }>;

/** How the attempts at one model ended: with an answer, or with the last failure. */
export type RouteEnd =
  | (Extract<Tried, { kind: "answered" }> & Readonly<{ hedge: "primary" | "hedge" | undefined }>)
  | Readonly<{ kind: "failed"; outcome: Failed | Refused; offer: Offer; goesOn: boolean }>;

/** A second model for the first attempt. */
export type Hedge = Readonly<{ afterMs: number; offers: readonly [Offer, ...Offer[]] }>;

/**
 * Asks for one model until a candidate answers or none is left. `offers` are best first. Nothing of an attempt that fails
 * has reached the client; an answer that says nothing is delivered only when nothing better can be had.
 */
export async function runRoute(offers: readonly [Offer, ...Offer[]], run: Run, hedge?: Hedge): Promise<RouteEnd> {
  const schedule = scheduleOf(offers, run);
  let race = hedge;
  let last: RouteEnd | undefined;
  let gaveUp: Readonly<{ provider: string; reason: string }> | undefined;
  for (;;) {
    const step = schedule.next();
    if (step.kind === "end") {
      if (last === undefined && (await placeAtBusy(step.blocked, schedule, run))) continue;
      const passing = step.blocked.filter(({ why }) => passes.has(why));
      if (last !== undefined && !(isOfOurKeys(last) && passing.length > 0)) return last;
      return nobody(last === undefined ? step.blocked : passing, offers[0], run);
    }
    if (step.kind === "wait") {
      if (!(await run.deps.sleep(step.ms, run.input.signal))) return last ?? nobody([], offers[0], run);
      continue;
    }
    const { provider } = step.candidate.offer;
    if (gaveUp !== undefined && gaveUp.provider !== provider) {
      run.deps.metrics.failover(gaveUp.provider, provider, gaveUp.reason, run.input.rule);
    }
    const raced = race === undefined ? undefined : await raceHedge(step.candidate, race, run);
    if (raced !== undefined) run.deps.metrics.hedge(raced.winner ?? "none", run.input.rule);
    race = undefined;
    const tried = raced?.tried ?? (await tryCandidate(step.candidate, run));
    if (tried.kind === "answered" && !tried.outcome.empty) {
      if (last?.kind === "answered") giveUp(last);
      return { ...tried, hedge: raced?.winner };
    }
    gaveUp = { provider, reason: reasonOf(tried) };
    last = after(tried, step.candidate, schedule, last);
  }
}

/** Trouble with keys of ours tells a client less than what any upstream has said of its request. */
const ofOurKeys: ReadonlySet<ErrorClass> = new Set(["upstream-auth", "permission", "billing"]);

function isOfOurKeys(end: RouteEnd): boolean {
  return end.kind === "failed" && ofOurKeys.has(end.outcome.error.class);
}

/** What stands in the way of another offer only for a while: better news than a key that is no good. */
const passes: ReadonlySet<Blocked["why"]> = new Set(["busy", "limited", "rate-limited", "breaker-open"]);

function reasonOf(tried: Tried): string {
  if (tried.kind === "failed") return tried.judgement.reason;
  return tried.kind === "answered" ? emptyAnswer.reason : tried.kind;
}

/** Tells the schedule, and keeps what the client gets should nothing better come. */
function after(tried: Tried, { offer }: Candidate, schedule: Schedule, last: RouteEnd | undefined): RouteEnd {
  switch (tried.kind) {
    case "refused":
      schedule.refused();
      return last ?? { kind: "failed", outcome: tried.outcome, offer, goesOn: true };
    case "failed":
      schedule.failed(tried.judgement);
      if (last?.kind === "answered" || (last !== undefined && ofOurKeys.has(tried.outcome.error.class))) return last;
      return { kind: "failed", outcome: tried.outcome, offer, goesOn: tried.judgement.failover };
    case "answered":
      schedule.failed(emptyAnswer);
      // It is over: its place at the provider may be needed for the next attempt.
      tried.candidate.release();
      if (last?.kind === "answered") giveUp(last);
      return { ...tried, hedge: undefined };
  }
}

/** Once more, or elsewhere; but it says nothing about the upstream's health. */
const emptyAnswer: Judgement = {
  scope: "offer",
  key: { kind: "ok" },
  breaker: "neutral",
  failover: true,
  retry: true,
  reason: "empty_answer",
  waitMs: undefined,
};

function scheduleOf(offers: readonly Offer[], run: Run): Schedule {
  const { deps, log, deadlineMs, input } = run;
  const { catalog } = deps.gateway;
  const { hot } = deps;
  return createSchedule(offers, {
    claim: (offer, ask) =>
      hot.claim(offer, { ...ask, exclude: keysOut(offer, ask.exclude, run), tokens: input.estimatedTokens }),
    failover: catalog.failover,
    attempts: () => log.records.length,
    deadlineMs,
    now: deps.upstream.now,
    delayMs: hot.delayMs,
    retryPolicy: (offer) => besideClientRetries(hot.retryPolicy(offer), input.clientHeaders),
    mayRetry: hot.mayRetry,
  });
}

/** Besides the keys already tried, all but the one that can serve the request, where only one can. */
function keysOut({ provider }: Offer, tried: ReadonlySet<string>, { deps, input }: Run): ReadonlySet<string> {
  const { onlyKey } = input;
  if (onlyKey === undefined) return tried;
  const keys = deps.hot.pools.get(provider)?.report() ?? [];
  return new Set([...tried, ...keys.map(({ id }) => id).filter((id) => id !== onlyKey)]);
}

/** Where only the number of requests at a provider stands in the way, waiting in its queue may help. */
async function placeAtBusy(blocked: readonly Blocked[], schedule: Schedule, { deps, input }: Run): Promise<boolean> {
  const busy = blocked.find(({ why }) => why === "busy");
  if (busy === undefined) return false;
  const place = await deps.hot.waitForPlace(busy.offer.provider, input.signal);
  if (place !== undefined) schedule.placeFor(busy.offer, place);
  return place !== undefined;
}

/** No candidate could be asked at all. */
function nobody(blocked: readonly Blocked[], offer: Offer, { deps }: Run): RouteEnd {
  const [first = { offer, why: "busy", retryAfterMs: undefined }, ...rest] = blocked;
  const error = blockedError([first, ...rest], deps.gateway.catalog.providers);
  return { kind: "failed", outcome: failed(error), offer: first.offer, goesOn: true };
}
