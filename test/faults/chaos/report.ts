import type { Outcome } from "./ask.ts";
import { type Reason, reasonsOf } from "./hits.ts";
import type { Asking, ChaosRun } from "./run-chaos.ts";
import type { Hit } from "./upstream.ts";

/** The figures of a run, and everything that was not as it must be. */
export type ChaosReport = Readonly<{ lines: readonly string[]; problems: readonly string[]; successShare: number }>;

/** `failover.max_attempts`, `retry.budget.percent` and `.min_per_second`: the product's own defaults. */
const maxAttempts = 10;
const budgetPercent = 20;
const budgetPerSecond = 10;
/** Requests of the last this many seconds count towards the budget. */
const budgetWindowSeconds = 11;

export function reportOf(run: ChaosRun): ChaosReport {
  const outcomes = counted(run.askings.map(({ outcome }) => nameOf(outcome)));
  const hits = [...run.hits.all()];
  const reasons = reasonsByProvider(run);
  const cuts = run.askings.filter(({ outcome }) => outcome.kind === "cut").length;
  const killed = run.askings.filter((asking) => isKilled(asking, run)).length;
  const answered = run.askings.filter(({ outcome }) => outcome.kind === "answered").length;
  const healable = run.askings.length - cuts - killed;
  const successShare = answered / healable;
  const bounds = Object.entries(reasons).map(([provider, of]) => budgetOf(provider, of, run));
  const attempts = hits.length - sum(Object.values(reasons).map((of) => of.resent));
  const lines = [
    ["seed", run.seed],
    ["workers", run.workers],
    ["circuit_breaker", run.breaker],
    ["requests", run.askings.length],
    ["  answered", answered],
    ["  broken off after text, told by an error event", cuts],
    ["  connection lost with the killed worker", killed],
    ...Object.entries(outcomes)
      .filter(([name]) => name.startsWith("error"))
      .map(([name, n]) => [`  ${name}`, n] as const),
    ["success where healing was possible", `${(successShare * 100).toFixed(3)} %`],
    ["attempts per request", (attempts / run.askings.length).toFixed(3)],
    ["most attempts for one request", Math.max(...run.askings.map(({ number }) => attemptsOf(run.hits.of(number))))],
    ["requests at providers", hits.length],
    ...tableOf(
      "  key",
      hits.map(({ key }) => key),
    ),
    ...tableOf(
      "  came out",
      hits.map(({ fault }) => fault ?? "well"),
    ),
    ["share of attempts that failed", `${((100 * hits.filter(isFailure).length) / hits.length).toFixed(1)} %`],
    ...bounds.map(
      ({ provider, first, nextKey, resent, retry, most }) =>
        [
          `retries at ${provider}`,
          `${retry} of at most ${most} (${((100 * retry) / first).toFixed(1)} % of ${first} first attempts; next key ${nextKey}, sent again after a reset ${resent})`,
        ] as const,
    ),
    ["reloads asked for, applied", `${run.reloads.asked}, ${run.reloads.applied}`],
    ["workers started anew", run.restarts],
    ["seconds", (run.tookMs / 1000).toFixed(1)],
    ["requests a second", (run.askings.length / (run.tookMs / 1000)).toFixed(0)],
    ["slowest answer, ms", Math.max(...run.askings.map(({ startedMs, endedMs }) => endedMs - startedMs)).toFixed(0)],
  ] as const;
  const problems = [
    ...run.askings.flatMap((asking) => problemsOf(asking, run)),
    ...bounds
      .filter(({ retry, most }) => retry > most)
      .map(({ provider }) => `${provider}: more retries than its budget`),
  ];
  return { lines: lines.map(([name, value]) => `${name.padEnd(50)} ${value}`), problems, successShare };
}

function nameOf(outcome: Outcome): string {
  return outcome.kind === "error" ? `error ${outcome.status} ${outcome.type}: ${outcome.message}` : outcome.kind;
}

function problemsOf(asking: Asking, run: ChaosRun): readonly string[] {
  const { number, format, stream, outcome } = asking;
  const hits = run.hits.of(number);
  const attempts = attemptsOf(hits);
  const wrong = [whatIsWrong(asking, hits, run), attempts > maxAttempts ? `${attempts} attempts` : undefined];
  return wrong
    .filter((one) => one !== undefined)
    .map(
      (one) =>
        `request ${number} (${format}${stream ? ", stream" : ""}): ${one}; got ${JSON.stringify(outcome)}; upstream ${traceOf(hits)}`,
    );
}

function whatIsWrong(asking: Asking, hits: readonly Hit[], run: ChaosRun): string | undefined {
  const { outcome } = asking;
  switch (outcome.kind) {
    case "answered": {
      const said = hits.filter(({ text }) => text === outcome.text);
      if (said.length !== 1) return `${said.length} attempts said this`;
      return said.every(isFailure) ? "the attempt that said this failed" : undefined;
    }
    case "cut": {
      const broken = hits.filter(({ text, fault }) => fault === "cut after text" && text.startsWith(outcome.text));
      return broken.length === 1 ? undefined : `${broken.length} attempts were broken off after this`;
    }
    case "error":
      return undefined;
    case "lost":
      return isKilled(asking, run) ? undefined : "no answer";
    case "malformed":
      return "no answer of the API";
  }
}

/** No one can answer for a process that is gone. Connections that were under way to it break a moment later. */
function isKilled({ outcome, startedMs, endedMs }: Asking, { killedMs }: ChaosRun): boolean {
  if (outcome.kind !== "lost" && outcome.kind !== "malformed") return false;
  return killedMs !== undefined && startedMs < killedMs + 50 && endedMs >= killedMs && endedMs < killedMs + 5000;
}

function isFailure({ fault }: Hit): boolean {
  return fault !== undefined && fault !== "slow";
}

function attemptsOf(hits: readonly Hit[]): number {
  return reasonsOf(hits).filter((reason) => reason !== "resent").length;
}

function traceOf(hits: readonly Hit[]): string {
  return hits.map(({ key, fault }) => `${key}=${fault ?? "well"}`).join(" ");
}

type Reasons = Readonly<Record<Reason, number>>;

function reasonsByProvider({ askings, hits }: ChaosRun): Readonly<Record<string, Reasons>> {
  const byProvider: Record<string, Record<Reason, number>> = {};
  for (const { number } of askings) {
    const of = hits.of(number);
    reasonsOf(of).forEach((reason, at) => {
      const provider = of[at]?.provider ?? "";
      byProvider[provider] ??= { first: 0, "next key": 0, resent: 0, retry: 0 };
      byProvider[provider][reason] += 1;
    });
  }
  return byProvider;
}

/** Each process has a budget of its own. */
function budgetOf(provider: string, reasons: Reasons, { workers, tookMs }: ChaosRun) {
  const { first, "next key": nextKey, resent, retry } = reasons;
  const free = budgetPerSecond * (tookMs / 1000 + budgetWindowSeconds) * workers;
  return {
    provider,
    first,
    nextKey,
    resent,
    retry,
    most: Math.floor(((first + nextKey) * budgetPercent) / 100 + free),
  };
}

function tableOf(title: string, names: readonly string[]): readonly (readonly [string, number])[] {
  return Object.entries(counted(names))
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, n]) => [`${title} ${name}`, n] as const);
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
