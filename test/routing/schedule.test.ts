import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Offer, Provider } from "../../runtime/contract.ts";
import type { Judgement } from "../../runtime/routing/judge-failure.ts";
import type { Lease } from "../../runtime/routing/key-state.ts";
import { type Blocked, createSchedule } from "../../runtime/routing/schedule.ts";
import { providerTerms } from "../support/terms.ts";
import { pooledKey } from "./key-fixture.ts";

/** What becomes of an attempt, in a word. */
const outcomes = {
  /** The model or its host: others may help, and so may another try. */
  down: { scope: "offer", failover: true, retry: true, waitMs: undefined },
  /** As `down`, with a Retry-After of 3 s. */
  "down-3s": { scope: "offer", failover: true, retry: true, waitMs: 3000 },
  /** As `down`, but the same offer is not worth another try. */
  gone: { scope: "offer", failover: true, retry: false, waitMs: undefined },
  /** The key is out for 5 s; the key pool keeps the time. */
  "key-limited": { scope: "key", failover: true, retry: true, waitMs: 5000 },
  "key-limited-3s": { scope: "key", failover: true, retry: true, waitMs: 3000 },
  "key-rejected": { scope: "key", failover: true, retry: false, waitMs: undefined },
  /** A key's failure that the configuration does not want to go on. */
  "key-ends": { scope: "key", failover: false, retry: false, waitMs: undefined },
  "bad-request": { scope: "client", failover: false, retry: false, waitMs: undefined },
  locked: { scope: "client", failover: false, retry: true, waitMs: undefined },
  "client-gone": { scope: "gateway", failover: false, retry: false, waitMs: undefined },
} as const satisfies Record<string, Pick<Judgement, "scope" | "failover" | "retry" | "waitMs">>;

type Outcome = keyof typeof outcomes | "refused";

type Script = Readonly<{
  /** Offers by provider, best first. */
  offers?: readonly string[];
  /** Key ids by provider; one called `key` where not given. */
  keys?: Readonly<Record<string, readonly string[]>>;
  /** By provider: cannot be asked, or not before the last resort. */
  blocked?: Readonly<Record<string, Blocked["why"] | "until-last-resort">>;
  /** By provider: its keys rest until then. */
  restsUntilMs?: Readonly<Record<string, number>>;
  /** By provider: how it stands when it is asked again. */
  blockedAgain?: Readonly<Record<string, number>>;
  /** What becomes of each attempt, in order; `down` when there are more. */
  outcomes?: readonly Outcome[];
  retry?: Partial<Provider["retry"]>;
  maxAttempts?: number;
  /** Whether keys rest after a refusal; true when absent. */
  quarantine?: boolean;
  /** Attempts at earlier models. */
  before?: number;
  deadlineMs?: number;
  /** How long an attempt takes. */
  attemptMs?: number;
  budget?: number;
  expected: readonly string[];
}>;

const retryDelayMs = 100;

/** Plays a script; each attempt is written `provider/key`, each wait in milliseconds. */
function play(script: Script): readonly string[] {
  const { offers: names = ["a", "b"], keys = {}, blocked = {}, blockedAgain = {}, budget = 100 } = script;
  const offers: Offer[] = names.map((provider) => ({ provider, model: "m" }));
  const policy: Provider["retry"] = { ...providerTerms.retry, ...script.retry };
  const steps: string[] = [];
  let nowMs = 0;
  let attempts = script.before ?? 0;
  let retries = 0;

  const schedule = createSchedule(offers, {
    claim: (offer, { exclude, lastResort, again }) => {
      const blockedMs = again ? blockedAgain[offer.provider] : undefined;
      if (blockedMs !== undefined) return { offer, why: "breaker-open", retryAfterMs: blockedMs };
      const restMs = (script.restsUntilMs?.[offer.provider] ?? 0) - nowMs;
      if (restMs > 0) return { offer, why: "rate-limited", retryAfterMs: restMs };
      const why = blocked[offer.provider];
      if (why !== undefined && (why !== "until-last-resort" || !lastResort)) {
        return { offer, why: why === "until-last-resort" ? "rate-limited" : why, retryAfterMs: 7000 };
      }
      const id = (keys[offer.provider] ?? ["key"]).find((key) => !exclude.has(key));
      if (id === undefined) return { offer, why: "rate-limited", retryAfterMs: 60_000 };
      return {
        offer,
        provider: provider(policy, script.quarantine ?? true),
        lease: lease(id),
        again,
        settle: () => undefined,
        ended: () => undefined,
        release: () => undefined,
      };
    },
    failover: { maxAttempts: script.maxAttempts ?? 100 },
    attempts: () => attempts,
    deadlineMs: script.deadlineMs ?? Number.POSITIVE_INFINITY,
    now: () => nowMs,
    delayMs: (_offer, retry, waitMs = 0) => (waitMs > 4000 ? undefined : Math.max(waitMs, retry * retryDelayMs)),
    retryPolicy: () => policy,
    mayRetry: () => ++retries <= budget,
  });

  for (;;) {
    const step = schedule.next();
    if (step.kind === "end") return [...steps, ["end", ...step.blocked.map(told)].join(" ")];
    if (step.kind === "wait") {
      nowMs += step.ms;
      steps.push(`wait ${step.ms}`);
      continue;
    }
    const { offer, lease: key, again } = step.candidate;
    const outcome = script.outcomes?.[steps.filter((one) => !one.startsWith("wait")).length] ?? "down";
    steps.push(`${offer.provider}/${key?.key.id}${again ? " again" : ""}`);
    nowMs += script.attemptMs ?? 0;
    if (outcome === "refused") {
      schedule.refused();
    } else {
      attempts += 1;
      schedule.failed({ ...outcomes[outcome], key: { kind: "neutral" }, breaker: "neutral", reason: outcome });
    }
  }
}

function told({ offer, why }: Blocked): string {
  return `${offer.provider}:${why}`;
}

function provider(retry: Provider["retry"], quarantine: boolean): Provider {
  const timeouts = { connectMs: 0, firstByteMs: 0, idleMs: 0, totalMs: 0 };
  const dialect = { vendor: true, streamOptions: true, maxTokensField: "auto" } as const;
  const terms = { ...providerTerms, retry, quarantine, keys: [], timeouts, dialect };
  return { format: "openai-chat", baseUrl: "http://127.0.0.1", auth: "bearer", ...terms };
}

function lease(id: string): Lease {
  return { key: pooledKey(id), probe: false, settle: () => undefined, spend: () => undefined };
}

function scripts(title: string, rows: Readonly<Record<string, Script>>): void {
  describe(title, () => {
    for (const [name, script] of Object.entries(rows)) {
      test(name, () => expect(play(script)).toEqual([...script.expected]));
    }
  });
}

const once = { maxAttempts: 1 };

scripts("R89 R234 one offer after the other", {
  "in the order they come, each once": {
    offers: ["a", "b", "c"],
    retry: once,
    expected: ["a/key", "b/key", "c/key", "end"],
  },
  "R234 the next one at once, without a wait": {
    outcomes: ["down-3s", "down"],
    retry: once,
    expected: ["a/key", "b/key", "end"],
  },
  "a bad request ends it": { outcomes: ["bad-request"], expected: ["a/key", "end"] },
  "a client that left ends it": { outcomes: ["client-gone"], expected: ["a/key", "end"] },
  "a failure that does not go on, but is worth another try": {
    outcomes: ["locked", "locked", "locked"],
    expected: ["a/key", "wait 100", "a/key again", "wait 200", "a/key again", "end"],
  },
  "a request that one cannot be sent goes to the next, and never back": {
    outcomes: ["refused", "down", "down", "down"],
    expected: ["a/key", "b/key", "wait 100", "b/key again", "wait 200", "b/key again", "end"],
  },
  "nobody can be sent it": { outcomes: ["refused", "refused"], expected: ["a/key", "b/key", "end"] },
});

scripts("R85 R121 keys of one provider", {
  "a key that failed is followed by the next key, then by the next offer": {
    keys: { a: ["k1", "k2", "k3"] },
    outcomes: ["key-rejected", "key-rejected", "key-rejected"],
    retry: once,
    expected: ["a/k1", "a/k2", "a/k3", "b/key", "end"],
  },
  "a failure of the model is not tried with another key": {
    keys: { a: ["k1", "k2"] },
    retry: once,
    expected: ["a/k1", "b/key", "end"],
  },
  "first a key, then the model": {
    keys: { a: ["k1", "k2", "k3"] },
    outcomes: ["key-rejected", "down"],
    retry: once,
    expected: ["a/k1", "a/k2", "b/key", "end"],
  },
  "a key's failure that may not go on": {
    keys: { a: ["k1", "k2"] },
    outcomes: ["key-ends"],
    expected: ["a/k1", "end"],
  },
  "the keys of every offer": {
    keys: { a: ["k1", "k2"], b: ["k3", "k4"] },
    outcomes: ["key-rejected", "key-rejected", "key-rejected", "key-rejected"],
    expected: ["a/k1", "a/k2", "b/k3", "b/k4", "end"],
  },
  "a wait that a key asks for is not the offer's: the pool knows": {
    offers: ["a"],
    outcomes: ["key-limited", "key-limited", "key-limited"],
    expected: ["a/key", "wait 100", "a/key again", "wait 200", "a/key again", "end a:rate-limited"],
  },
  "a wait that a key asks for is kept where keys never rest": {
    offers: ["a"],
    quarantine: false,
    outcomes: ["key-limited-3s", "key-limited"],
    expected: ["a/key", "wait 3000", "a/key again", "end a:rate-limited"],
  },
});

scripts("R282 retries when no other offer is left", {
  "those asked least first, in their order": {
    outcomes: ["down", "down", "down", "down", "down", "down"],
    expected: [
      "a/key",
      "b/key",
      "wait 100",
      "a/key again",
      "wait 100",
      "b/key again",
      "wait 200",
      "a/key again",
      "wait 200",
      "b/key again",
      "end",
    ],
  },
  "only those worth it": {
    outcomes: ["gone", "down", "gone"],
    expected: ["a/key", "b/key", "wait 100", "b/key again", "end"],
  },
  "an upstream's own wait is kept": {
    offers: ["a"],
    outcomes: ["down-3s", "gone"],
    expected: ["a/key", "wait 3000", "a/key again", "end"],
  },
  "of all keys, those tried included": {
    offers: ["a"],
    keys: { a: ["k1", "k2"] },
    outcomes: ["key-rejected", "down", "gone"],
    expected: ["a/k1", "a/k2", "wait 200", "a/k1 again", "end"],
  },
  "none without a budget": { budget: 0, expected: ["a/key", "b/key", "end"] },
  "as many as the budget has": { budget: 1, expected: ["a/key", "b/key", "wait 100", "a/key again", "end"] },
  "one attempt is no retry": { offers: ["a"], retry: once, expected: ["a/key", "end"] },
  "one that is out of service by then is left alone": {
    offers: ["a"],
    blockedAgain: { a: 30_000 },
    expected: ["a/key", "wait 100", "end a:breaker-open"],
  },
  "one that is back soon is waited for, as often as it may be asked": {
    offers: ["a"],
    blockedAgain: { a: 50 },
    expected: ["a/key", "wait 100", "wait 200", "end a:breaker-open"],
  },
  "the other one is asked when the first is out of service": {
    blockedAgain: { a: 30_000 },
    expected: [
      "a/key",
      "b/key",
      "wait 100",
      "wait 100",
      "b/key again",
      "wait 200",
      "b/key again",
      "end a:breaker-open",
    ],
  },
});

scripts("C7 R235 retry.same_provider", {
  "always: before the next offer": {
    retry: { sameProvider: "always" },
    expected: [
      "a/key",
      "wait 100",
      "a/key again",
      "wait 200",
      "a/key again",
      "b/key",
      "wait 100",
      "b/key again",
      "wait 200",
      "b/key again",
      "end",
    ],
  },
  "always: once its keys have been tried": {
    keys: { a: ["k1", "k2"] },
    retry: { sameProvider: "always" },
    outcomes: ["key-limited", "key-limited", "gone", "gone"],
    expected: ["a/k1", "a/k2", "wait 200", "a/k1 again", "b/key", "end"],
  },
  "always: but only what is worth it": {
    retry: { sameProvider: "always" },
    outcomes: ["gone", "gone"],
    expected: ["a/key", "b/key", "end"],
  },
  "never: not even at the end": { retry: { sameProvider: "never" }, expected: ["a/key", "b/key", "end"] },
  "never: not the only one": {
    offers: ["a"],
    retry: { sameProvider: "never" },
    outcomes: ["locked"],
    expected: ["a/key", "end"],
  },
});

scripts("R287 offers that cannot be asked now", {
  "are passed over, and named when nobody is left": {
    offers: ["a", "b", "c"],
    blocked: { a: "breaker-open", c: "busy" },
    retry: once,
    expected: ["b/key", "end a:breaker-open c:busy"],
  },
  "all of them": {
    blocked: { a: "no-key", b: "spent" },
    expected: ["end a:no-key b:spent"],
  },
  "are looked at once more as a last resort": {
    offers: ["a", "b"],
    blocked: { a: "until-last-resort" },
    retry: once,
    expected: ["b/key", "a/key", "end"],
  },
  "come before retries": {
    offers: ["a", "b"],
    blocked: { a: "until-last-resort" },
    retry: { maxAttempts: 2 },
    expected: ["b/key", "a/key", "wait 100", "a/key again", "wait 100", "b/key again", "end"],
  },
  "are asked when they are back after an attempt that took its time, before any retry": {
    offers: ["a", "b", "c"],
    restsUntilMs: { a: 600, c: 2000 },
    attemptMs: 700,
    retry: { maxAttempts: 2 },
    expected: [
      "b/key",
      "a/key",
      "wait 100",
      "a/key again",
      "c/key",
      "wait 100",
      "b/key again",
      "wait 100",
      "c/key again",
      "end",
    ],
  },
  "are waited for when nobody else is left, without a budget": {
    restsUntilMs: { a: 900, b: 600 },
    budget: 0,
    outcomes: ["gone", "gone"],
    expected: ["wait 900", "a/key", "b/key", "end"],
  },
  "are waited for after the retries of the others": {
    restsUntilMs: { b: 3000 },
    retry: { maxAttempts: 2 },
    outcomes: ["down", "gone", "gone"],
    expected: ["a/key", "wait 100", "a/key again", "wait 2900", "b/key", "end"],
  },
  "are not waited for longer than for a retry": {
    restsUntilMs: { a: 4001, b: 60_000 },
    expected: ["end a:rate-limited b:rate-limited"],
  },
  "are not waited for when a breaker is open": {
    blocked: { a: "breaker-open", b: "rejected" },
    expected: ["end a:breaker-open b:rejected"],
  },
  "are not waited for beyond the deadline": {
    offers: ["a"],
    restsUntilMs: { a: 900 },
    deadlineMs: 800,
    expected: ["end a:rate-limited"],
  },
  "are not asked after a bad request": {
    offers: ["a", "b"],
    blocked: { a: "until-last-resort" },
    outcomes: ["bad-request"],
    expected: ["b/key", "end a:rate-limited"],
  },
});

scripts("limits of a request", {
  "attempts in all": { offers: ["a", "b", "c", "d"], maxAttempts: 3, expected: ["a/key", "b/key", "c/key", "end"] },
  "attempts at other models count": { before: 2, maxAttempts: 3, expected: ["a/key", "end"] },
  "attempts that were not made do not": {
    offers: ["a", "b", "c"],
    outcomes: ["refused", "down", "down"],
    maxAttempts: 2,
    expected: ["a/key", "b/key", "c/key", "end"],
  },
  "no attempt begins after the deadline": {
    offers: ["a", "b", "c"],
    attemptMs: 600,
    deadlineMs: 1000,
    expected: ["a/key", "b/key", "end"],
  },
  "one may begin at the deadline": {
    offers: ["a", "b", "c"],
    attemptMs: 500,
    deadlineMs: 1000,
    retry: once,
    expected: ["a/key", "b/key", "c/key", "end"],
  },
  "no wait goes beyond it": {
    offers: ["a"],
    outcomes: ["down", "down-3s"],
    deadlineMs: 3000,
    expected: ["a/key", "wait 100", "a/key again", "end"],
  },
});

describe("a place that was waited for", () => {
  function withPlace(over: boolean) {
    const offer: Offer = { provider: "a", model: "m" };
    let attempts = 0;
    let released = 0;
    const places: unknown[] = [];
    const place = { release: () => void released++ };
    const schedule = createSchedule([offer], {
      claim: (_offer, ask) => {
        places.push(ask.place);
        return { offer, why: "busy", retryAfterMs: undefined };
      },
      failover: { maxAttempts: 1 },
      attempts: () => attempts,
      deadlineMs: 0,
      now: () => 0,
      delayMs: () => undefined,
      retryPolicy: () => providerTerms.retry,
      mayRetry: () => false,
    });
    schedule.next();
    if (over) attempts = 1;
    schedule.placeFor(offer, place);
    const step = schedule.next();
    return { step, released, given: places.filter((one) => one === place).length };
  }

  test("is handed to the next claim, once", () => {
    expect(withPlace(false)).toMatchObject({ given: 1, released: 0 });
  });

  test("is given back when nothing may be asked any more", () => {
    expect(withPlace(true)).toMatchObject({ step: { kind: "end" }, given: 0, released: 1 });
  });
});

test("whatever happens, it ends: within its attempts, without asking anyone oftener than allowed", () => {
  const outcome = fc.constantFrom<Outcome>(
    "refused",
    "down",
    "down-3s",
    "gone",
    "key-limited",
    "key-rejected",
    "locked",
  );
  fc.assert(
    fc.property(
      fc.array(outcome, { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom<Provider["retry"]["sameProvider"]>("auto", "always", "never"),
      fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom(0, 500, 30_000)),
      (list, maxAttempts, perOffer, sameProvider, blockedAgain) => {
        const steps = play({
          offers: ["a", "b", "c"],
          keys: { a: ["k1", "k2"] },
          blockedAgain,
          outcomes: list,
          retry: { maxAttempts: perOffer, sameProvider },
          maxAttempts,
          expected: [],
        });
        const made = steps.filter((step) => step.includes("/"));
        const refusals = made.filter((_, index) => list[index] === "refused").length;
        expect(made.length - refusals).toBeLessThanOrEqual(maxAttempts);
        for (const provider of ["a", "b", "c"]) {
          const hits = made.filter((step) => step.startsWith(`${provider}/`));
          expect(hits.filter((step) => step.endsWith("again")).length).toBeLessThanOrEqual(perOffer - 1);
          if (sameProvider === "never") expect(hits.every((step) => !step.endsWith("again"))).toBe(true);
        }
        const waits = steps.filter((step) => step.startsWith("wait"));
        expect(waits.length).toBeLessThanOrEqual(3 * (perOffer - 1));
      },
    ),
    { numRuns: 1000, seed: 282 },
  );
});
