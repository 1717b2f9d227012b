import { createKeySpend } from "./key-spend.ts";
import type { PooledKey } from "./pooled-key.ts";
import { type CountedSecond, createSlidingMinute } from "./sliding-minute.ts";

/** A limit of our own configuration that keeps a key from being used, and for how long. */
export type LimitReached = Readonly<{
  limit: "requests_per_minute" | "tokens_per_minute" | "daily_budget_usd" | "monthly_budget_usd";
  waitMs: number;
}>;

/** What counts against the limits of one key. `nowMs` is monotonic. */
export type KeyUsage = Readonly<{
  /** A request of about `tokens` input tokens starts. Gives back where the tokens were counted. */
  started(tokens: number, nowMs: number): CountedSecond;
  /** The request used `more` tokens than counted so far, fewer where that is negative. */
  corrected(more: number, counted: CountedSecond, nowMs: number): void;
  spent(usd: number): void;
  /** The limit that keeps a request of `tokens` tokens waiting longest; undefined when none does. */
  reached(limits: KeyLimits, tokens: number, nowMs: number): LimitReached | undefined;
  requestsLastMinute(nowMs: number): number;
  spentUsd(): Readonly<{ today: number; month: number }>;
}>;

type KeyLimits = Pick<PooledKey, "requestsPerMinute" | "tokensPerMinute" | "dailyBudgetUsd" | "monthlyBudgetUsd">;

/**
 * `epochMs` is the wall clock that days and months go by. Usage is always counted, limited or not: a reload may add a limit, and `least_used` and reports read it. A budget is
 * reached once what is settled has used it up, so requests in flight at that moment may exceed it.
 */
export function createKeyUsage(epochMs: () => number): KeyUsage {
  const requests = createSlidingMinute();
  const tokensUsed = createSlidingMinute();
  const spend = createKeySpend();
  return {
    started(tokens, nowMs) {
      requests.add(1, nowMs);
      return tokensUsed.add(tokens, nowMs);
    },
    corrected(more, counted, nowMs) {
      if (more > 0) tokensUsed.add(more, nowMs);
      else tokensUsed.takeBack(-more, counted, nowMs);
    },
    spent: (usd) => spend.add(usd, epochMs()),
    reached(limits, tokens, nowMs) {
      const { requestsPerMinute, tokensPerMinute, dailyBudgetUsd, monthlyBudgetUsd } = limits;
      let longest: LimitReached | undefined;
      if (requestsPerMinute !== undefined) {
        longest = longer(longest, "requests_per_minute", requests.waitMs(1, requestsPerMinute, nowMs));
      }
      if (tokensPerMinute !== undefined) {
        longest = longer(longest, "tokens_per_minute", tokensUsed.waitMs(tokens, tokensPerMinute, nowMs));
      }
      if (dailyBudgetUsd !== undefined) {
        longest = longer(longest, "daily_budget_usd", budgetWaitMs(spend.day(epochMs()), dailyBudgetUsd));
      }
      if (monthlyBudgetUsd !== undefined) {
        longest = longer(longest, "monthly_budget_usd", budgetWaitMs(spend.month(epochMs()), monthlyBudgetUsd));
      }
      return longest;
    },
    requestsLastMinute: (nowMs) => requests.total(nowMs),
    spentUsd: () => ({ today: spend.day(epochMs()).usd, month: spend.month(epochMs()).usd }),
  };
}

function budgetWaitMs(window: Readonly<{ usd: number; leftMs: number }>, budgetUsd: number): number {
  return window.usd >= budgetUsd ? window.leftMs : 0;
}

function longer(one: LimitReached | undefined, limit: LimitReached["limit"], waitMs: number): LimitReached | undefined {
  return waitMs > (one?.waitMs ?? 0) ? { limit, waitMs } : one;
}
