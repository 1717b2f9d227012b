import { createLimit, type Limit, type Permit } from "../admission/limit.ts";
import { after } from "../clock.ts";
import type { Catalog, Gateway, Offer, Provider, Route, WireFormat } from "../contract.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { offerPrice } from "../money/offer-price.ts";
import type { ProviderKeys, ResolvedKey } from "../upstream/secrets.ts";
import { retryDelayMs } from "./backoff.ts";
import { type Breakers, createBreakers } from "./circuit-breaker.ts";
import { createKeyPool, type KeyPool } from "./key-pool.ts";
import type { KeyReport } from "./key-state.ts";
import { createPoisonGuard, type PoisonGuard } from "./poison-guard.ts";
import type { PooledKey } from "./pooled-key.ts";
import type { Preferences } from "./preferences.ts";
import { type Ranking, rankOffers } from "./rank-offers.ts";
import type { RankingAsk } from "./rank-offers-ask.ts";
import { createRetryBudget, type RetryBudget } from "./retry-budget.ts";
import type { Blocked, Candidate } from "./schedule.ts";
import { createThroughput, type Throughput } from "./throughput.ts";

/** What one request asks about its routing; the functions are called only where there is something to choose. */
export type RankingRequest = Readonly<{
  preferences: Preferences;
  clientFormat: WireFormat;
  usedParameters(): readonly string[];
  wantsThinking(): boolean;
}>;

type ClaimAsk = Readonly<{
  exclude: ReadonlySet<string>;
  lastResort: boolean;
  panic?: boolean;
  again: boolean;
  tokens: number;
  /** A place at the provider that was waited for. */
  place?: Permit | undefined;
}>;

/**
 * Everything the gateway has learnt about its upstreams: health of keys and models, speed, budgets. It outlives
 * configurations: `createHotState` of the next one takes over what still applies.
 */
export type HotState = Readonly<{
  /** Claims an offer for one attempt, or says what stands in the way. */
  claim(offer: Offer, ask: ClaimAsk): Candidate | Blocked;
  /** Waits in the provider's queue for as long as one may wait at all. */
  waitForPlace(provider: string, signal: AbortSignal): Promise<Permit | undefined>;
  rank(route: Route, request: RankingRequest): Ranking;
  /** The same question, for telling why. */
  rankingAsk(route: Route, request: RankingRequest): RankingAsk;
  delayMs(offer: Offer, retry: number, waitMs: number | undefined): number | undefined;
  retryPolicy(offer: Offer): Provider["retry"];
  mayRetry(offer: Offer): boolean;
  breakers: Breakers;
  throughput: Throughput;
  poison: PoisonGuard;
  pools: ReadonlyMap<string, KeyPool>;
  /** In a word or two, for people: what would keep this offer from being asked right now. */
  healthOf(provider: string, model: string): Readonly<{ breaker: "closed" | "half-open" | "open"; keys: string }>;
  /** Health of every key, by provider. */
  keys(): readonly Readonly<{ provider: string; keys: readonly KeyReport[] }>[];
  /** What the next configuration takes over. */
  kept: {
    readonly budgets: Map<string, RetryBudget>;
    budget: Catalog["retryBudget"];
    providers: Catalog["providers"];
    queue: Pick<Catalog["limits"], "queueSize" | "queueMs">;
    readonly limits: Map<string, Limit>;
  };
}>;

export type HotStateOptions = Readonly<{
  now: () => number;
  epochMs: () => number;
  /** In [0, 1). */
  random: () => number;
  metrics: Metrics;
  /** `Gateway.priceOf`. */
  priceOf?: Gateway["priceOf"] | undefined;
}>;

export function createHotState(
  catalog: Pick<Catalog, "providers" | "routing" | "retryBudget" | "limits">,
  keys: ProviderKeys,
  options: HotStateOptions,
  previous?: HotState,
): HotState {
  const { now, random, metrics } = options;
  const { providers, routing } = catalog;
  const breakers = previous?.breakers ?? createBreakers({ now, random, opened: metrics.breakerOpened });
  const throughput = previous?.throughput ?? createThroughput(now);
  const poison = previous?.poison ?? createPoisonGuard(now);
  const kept: HotState["kept"] = previous?.kept ?? {
    budgets: new Map(),
    budget: catalog.retryBudget,
    providers,
    queue: catalog.limits,
    limits: new Map(),
  };
  // Limits and budgets look these up, so that a new configuration applies to what the old one has begun.
  kept.budget = catalog.retryBudget;
  kept.providers = providers;
  kept.queue = catalog.limits;
  for (const limit of kept.limits.values()) limit.wake();
  const pools = new Map(
    [...keys].map(([id, own]) => [
      id,
      createKeyPool(
        own.map(pooled),
        { strategy: providers[id]?.pool ?? "round_robin", ...options },
        previous?.pools.get(id),
      ),
    ]),
  );
  const turns = new Map<string, number>();

  function turnOf({ model, offers }: Route): number {
    if (routing.strategy !== "round_robin" || offers.length < 2) return 0;
    const turn = turns.get(model) ?? 0;
    turns.set(model, turn + 1);
    return turn;
  }

  function rankingAsk(route: Route, request: RankingRequest): RankingAsk {
    return {
      ...routing,
      preferences: request.preferences,
      usedParameters: request.usedParameters(),
      clientFormat: request.clientFormat,
      wantsThinking: request.wantsThinking(),
      providers,
      live: throughput,
      priceOf: (offer) => offerPrice(offer, options, options.epochMs()),
      turn: turnOf(route),
    };
  }

  function budgetOf(provider: string): RetryBudget {
    const known = kept.budgets.get(provider);
    if (known !== undefined) return known;
    const made = createRetryBudget(() => kept.budget, now);
    kept.budgets.set(provider, made);
    return made;
  }

  function limitOf(id: string): Limit {
    const known = kept.limits.get(id);
    if (known !== undefined) return known;
    const limit = createLimit({
      max: () => kept.providers[id]?.maxInFlight ?? 0,
      queueSize: () => kept.queue.queueSize,
      queueMs: () => kept.queue.queueMs,
      after,
    });
    kept.limits.set(id, limit);
    return limit;
  }

  async function waitForPlace(provider: string, signal: AbortSignal): Promise<Permit | undefined> {
    const place = await limitOf(provider).enter(signal);
    return typeof place === "string" ? undefined : place;
  }

  function claim(offer: Offer, ask: ClaimAsk): Candidate | Blocked {
    const provider = providers[offer.provider];
    if (provider === undefined) return { offer, why: "no-key", retryAfterMs: undefined };
    const place = ask.place ?? limitOf(offer.provider).tryEnter();
    if (place === undefined) return { offer, why: "busy", retryAfterMs: undefined };
    const breaker = breakers.of(offer.provider, offer.model, provider.breaker);
    const passed = breaker.enter(ask.panic);
    if (passed.kind === "open") {
      place.release();
      return { offer, why: "breaker-open", retryAfterMs: passed.retryAfterMs };
    }
    const taken =
      provider.auth === "none" ? undefined : pools.get(offer.provider)?.take({ model: offer.model, ...ask });
    if (provider.auth !== "none" && taken?.kind !== "key") {
      place.release();
      breaker.settle("neutral", passed.probe);
      return { offer, why: obstacle(taken?.class), retryAfterMs: taken?.retryAfterMs };
    }
    const lease = taken?.kind === "key" ? taken.lease : undefined;
    let isTold = false;
    if (!ask.again) budgetOf(offer.provider).deposit();
    return {
      offer,
      provider,
      lease,
      again: ask.again,
      release: place.release,
      settle: (outcome) => {
        // A probe keeps all others out, so the first content is enough to go by.
        isTold = outcome.breaker !== undefined || passed.probe !== undefined;
        if (isTold) breaker.settle(outcome.breaker ?? "success", passed.probe);
        lease?.settle(provider.quarantine ? outcome.key : restless);
        // A probe that is refused only goes on with what was counted.
        if (lease?.probe === false && provider.quarantine && takesOut.has(outcome.key.kind)) {
          metrics.quarantine(offer.provider, lease.key.id, outcome.key.kind);
        }
      },
      ended: (result) => {
        if (!isTold || result === "failure") breaker.settle(result, undefined);
      },
    };
  }

  return {
    claim,
    waitForPlace,
    rank: (route, request) => rankOffers(route, rankingAsk(route, request)),
    rankingAsk,
    delayMs: ({ provider, model }, retry, waitMs = 0) => {
      const keyMs = pools.get(provider)?.waitMs({ model, tokens: 1 }) ?? 0;
      return retryDelayMs({ retry, policy: policyOf(provider), waitMs: Math.max(waitMs, keyMs), random });
    },
    retryPolicy: ({ provider }) => policyOf(provider),
    mayRetry: ({ provider }) => budgetOf(provider).withdraw(),
    breakers,
    throughput,
    poison,
    pools,
    healthOf: (provider, model) => ({
      breaker: breakers.report().find((one) => one.provider === provider && one.model === model)?.state ?? "closed",
      keys: keyHealth(providers[provider]?.auth === "none" ? undefined : pools.get(provider)?.report()),
    }),
    keys: () => [...pools].map(([provider, pool]) => ({ provider, keys: pool.report() })),
    kept,
  };

  function policyOf(provider: string): Provider["retry"] {
    return providers[provider]?.retry ?? neverRetry;
  }
}

function keyHealth(keys: readonly KeyReport[] | undefined): string {
  if (keys === undefined) return "none needed or none set";
  return `${keys.filter(({ state }) => state === "ok").length} of ${keys.length} ok`;
}

const neverRetry: Provider["retry"] = {
  maxAttempts: 1,
  initialBackoffMs: 1,
  maxBackoffMs: 1,
  multiplier: 1,
  statuses: [],
  sameProvider: "never",
};

/** What keys that never rest are told. */
const restless = { kind: "neutral" } as const;
const takesOut: ReadonlySet<string> = new Set(["rejected", "rate-limited", "spent", "model-denied"]);

/** Without a pool there is no key at all. */
function obstacle(of: "rejected" | "rate-limited" | "spent" | "limited" | undefined): Blocked["why"] {
  return of ?? "no-key";
}

function pooled(key: ResolvedKey): PooledKey {
  return {
    id: key.id,
    value: key.value,
    weight: key.weight ?? 1,
    requestsPerMinute: key.requestsPerMinute,
    tokensPerMinute: key.tokensPerMinute,
    dailyBudgetUsd: key.dailyBudgetUsd,
    monthlyBudgetUsd: key.monthlyBudgetUsd,
    billing: key.billing ?? "platform",
  };
}
