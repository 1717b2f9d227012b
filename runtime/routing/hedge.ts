import { after } from "../clock.ts";
import type { Hedge, Run, Tried } from "./attempt-loop.ts";
import { giveUp } from "./give-up.ts";
import { isOver } from "./is-over.ts";
import type { Candidate } from "./schedule.ts";
import { tryCandidate } from "./try-candidate.ts";

export type Raced = Readonly<{ tried: Tried; winner: "primary" | "hedge" | undefined }>;

/**
 * The first attempt of a hedged request. The second model starts after `afterMs`, or at once when the first fails. The
 * first good answer wins (a stream's at its first content) and the other call is closed; what the loser had already
 * used may still be billed. When neither is good, the primary's outcome counts, but for an answer that is invalid
 * against none at all. A second model nobody can serve right now leaves the primary alone.
 */
export async function raceHedge(primary: Candidate, hedge: Hedge, run: Run): Promise<Raced> {
  /** Both calls end when the gateway must stop. */
  const ends = new Set<() => void>();
  const first = runner(primary, run, false, ends);
  const timer = createTimer(hedge.afterMs);
  const early = await Promise.race([first.tried, timer.fired]);
  timer.cancel();
  if (early !== undefined && isGood(early)) return { tried: early, winner: "primary" };

  const candidate = claimHedge(hedge, run);
  if (candidate === undefined) return { tried: await first.tried, winner: undefined };
  const second = runner(candidate, run, true, ends);
  const winner = (await firstGood([first, second])) ?? (await lesserEvil([first, second]));
  (winner === first ? second : first).cancel();
  const tried = await winner.tried;
  return { tried, winner: tried.kind !== "answered" ? undefined : winner === first ? "primary" : "hedge" };
}

type Runner = Readonly<{ tried: Promise<Tried>; cancel(): void }>;

/** One side of the race. `cancel` closes its call, or lets go of the answer it has already given. */
function runner(candidate: Candidate, run: Run, isHedge: boolean, ends: Set<() => void>): Runner {
  const lost = new AbortController();
  const signal = AbortSignal.any([run.input.signal, lost.signal]);
  const onAbort = (end: () => void) => {
    ends.add(end);
    run.input.onAbort(() => {
      for (const each of ends) each();
    });
  };
  const tried = tryCandidate(candidate, { ...run, input: { ...run.input, signal, onAbort } }, isHedge);
  return {
    tried,
    cancel: () => {
      lost.abort();
      void tried.then((outcome) => {
        if (outcome.kind !== "answered") return;
        outcome.record.outcome = "cancelled";
        giveUp(outcome);
      });
    },
  };
}

function isGood(tried: Tried): boolean {
  return tried.kind === "answered" && !tried.outcome.empty && tried.outcome.verdict.kind !== "failed";
}

/** The side that is good first; undefined when none is. */
async function firstGood(sides: readonly [Runner, Runner]): Promise<Runner | undefined> {
  const [one, other] = sides;
  const ended = await Promise.race(sides.map((side) => side.tried.then((tried) => ({ side, tried }))));
  if (isGood(ended.tried)) return ended.side;
  const last = ended.side === one ? other : one;
  return isGood(await last.tried) ? last : undefined;
}

/** Of two sides that are not good: an answer before a failure, the primary before the hedge. */
async function lesserEvil([primary, hedge]: readonly [Runner, Runner]): Promise<Runner> {
  const isAnswer = async ({ tried }: Runner) => (await tried).kind === "answered";
  return !(await isAnswer(primary)) && (await isAnswer(hedge)) ? hedge : primary;
}

/** The best offer of the second model that can be asked right now. */
function claimHedge({ offers }: Hedge, run: Run): Candidate | undefined {
  const { deps, input } = run;
  if (input.signal.aborted || isOver(run)) return undefined;
  for (const offer of offers) {
    const ask = { exclude: new Set<string>(), lastResort: false, again: false, tokens: input.estimatedTokens };
    const claimed = deps.hot.claim(offer, ask);
    if (!("why" in claimed)) return claimed;
  }
  return undefined;
}

function createTimer(ms: number): Readonly<{ fired: Promise<undefined>; cancel(): void }> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { fired: promise, cancel: after(ms, () => resolve(undefined)) };
}
