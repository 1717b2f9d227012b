import type { Offer, Price, Rates, RetryPolicy } from "../../runtime/contract.ts";
import { count } from "./count.ts";
import type { KnownOffer, Stop, Subject } from "./subject.ts";

/** What one request of a rule can cost at worst, in nano-USD. */
export type WorstCost = Readonly<{
  /** Of one call of the first model. */
  once: Amount;
  /** Of all calls together. */
  total: Amount;
  /** How many calls there can be. */
  calls: number;
}>;

export type Amount =
  | Readonly<{ kind: "bounded"; nanos: bigint; why: string }>
  | Readonly<{ kind: "unbounded"; why: string }>;

/**
 * The dearest calls that `[failover]` and `[retry]` allow, all of them billed: every upstream of the model, its retries, the
 * chain and the hedge. Input is bounded by the rule, else by the model's context window; output by the rule, else by what the
 * model gives. Prompts count as rules estimate them, all of them as the dearest class of input; rates are the standard ones.
 * Searches, priority services and answers that an upstream pauses are not in it.
 */
export function worstCost(subject: Subject): WorstCost {
  const calls = subject.stops.flatMap((stop) => callsOf(subject, stop));
  const number = Math.min(
    subject.ir.catalog.failover.maxAttempts,
    calls.reduce((sum, { times }) => sum + times, 0),
  );
  const once = calls[0]?.amount ?? unknown;
  const unbounded = calls.find(({ amount }) => amount.kind === "unbounded");
  const total = unbounded?.amount ?? { kind: "bounded", nanos: dearest(calls, number), why: whyBounded(once, number) };
  return { once, total, calls: number };
}

type Call = Readonly<{ amount: Amount; times: number }>;

const unknown: Amount = { kind: "unbounded", why: "it has no model" };

function whyBounded(once: Amount, calls: number): string {
  return `${calls} ${calls === 1 ? "call" : "calls"}, ${once.why}`;
}

function callsOf(subject: Subject, stop: Stop): readonly Call[] {
  const calls = stop.offers.map((known) => ({
    amount: costOfCall(subject, known),
    times: stop.kind === "hedge" ? 1 : timesAsked(subject, known.offer),
  }));
  return stop.kind === "hedge" ? calls.toSorted((a, b) => dearerFirst(a.amount, b.amount)).slice(0, 1) : calls;
}

/** What has no bound is the dearest. */
function dearerFirst(a: Amount, b: Amount): number {
  if (a.kind === "unbounded" || b.kind === "unbounded")
    return Number(b.kind === "unbounded") - Number(a.kind === "unbounded");
  return downwards(a.nanos, b.nanos);
}

/** A key that fails is followed by the next one, whatever the number of retries. */
function timesAsked({ ir }: Subject, { provider }: Offer): number {
  const known = ir.catalog.providers[provider];
  return known === undefined ? 1 : attempts(known.retry) + Math.max(0, known.keys.length - 1);
}

function attempts({ sameProvider, maxAttempts }: RetryPolicy): number {
  return sameProvider === "never" ? 1 : maxAttempts;
}

function dearest(calls: readonly Call[], number: number): bigint {
  const amounts = calls
    .flatMap(({ amount, times }) => (amount.kind === "bounded" ? [{ nanos: amount.nanos, times }] : []))
    .sort((a, b) => downwards(a.nanos, b.nanos));
  let left = number;
  let sum = 0n;
  for (const { nanos, times } of amounts) {
    const taken = Math.min(left, times);
    sum += nanos * BigInt(taken);
    left -= taken;
  }
  return sum;
}

type Limit = Readonly<{ tokens: number; why: string }>;

function costOfCall(subject: Subject, { offer, can, prices }: KnownOffer): Amount {
  const target = `${offer.provider}/${offer.model}`;
  if (prices.length === 0) return { kind: "unbounded", why: `the price of ${target} is not known` };
  const input = lower(limit(subject.bounds.inputTokens.max, "of the rule"), limit(can.contextTokens, `of ${target}`));
  if (input === undefined)
    return { kind: "unbounded", why: `neither the rule nor ${target} is known to limit the input` };
  const { unset, range } = subject.bounds.maxTokens;
  const asked = unset ? undefined : limit(range?.max, "of the rule");
  const output = isSilent(subject)
    ? { tokens: 0, why: "of embeddings" }
    : lower(asked, limit(can.maxOutputTokens ?? can.contextTokens, `of ${target}`));
  if (output === undefined)
    return { kind: "unbounded", why: `neither the rule nor ${target} is known to limit the output` };
  const nanos = prices.map((price) => dearestCall(price, input.tokens, output.tokens));
  const why = `input ${count(input.tokens)} ${input.why}, output ${count(output.tokens)} ${output.why}`;
  return { kind: "bounded", nanos: highest(nanos), why };
}

/** Embeddings are paid by their input. */
function isSilent({ bounds }: Subject): boolean {
  return bounds.endpoints.every((endpoint) => endpoint === "embeddings");
}

function limit(tokens: number | undefined, why: string): Limit | undefined {
  return tokens === undefined || !Number.isFinite(tokens) ? undefined : { tokens, why };
}

function lower(a: Limit | undefined, b: Limit | undefined): Limit | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.tokens <= b.tokens ? a : b;
}

const perMillion = 1_000_000n;

/** Rounded up. Longer prompts may have rates of their own, so every length up to `input` counts. */
function dearestCall(price: Price, input: number, output: number): bigint {
  const tiers = price.tiers?.filter(({ above }) => input > above) ?? [];
  const costs = [price, ...tiers].map((rates) => tokensAt(rates, input, output));
  return (highest(costs) + perMillion - 1n) / perMillion + BigInt(price.request ?? 0);
}

function tokensAt(
  { input, output, cacheRead = 0, cacheWrite = 0, cacheWriteLong = 0 }: Rates,
  prompt: number,
  answer: number,
): bigint {
  const rate = Math.max(input, cacheRead, cacheWrite, cacheWriteLong);
  return BigInt(prompt) * BigInt(rate) + BigInt(answer) * BigInt(output);
}

function highest(amounts: readonly bigint[]): bigint {
  return amounts.toSorted(downwards)[0] ?? 0n;
}

function downwards(a: bigint, b: bigint): number {
  return Number(b - a);
}
