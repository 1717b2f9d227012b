import type { Outcome } from "./ask.ts";
import { type Reason, reasonsOf } from "./hits.ts";
import { attemptsOf, isFailure, isKilled, maxAttempts, problemsOf, storyOf } from "./judge.ts";
import type { ChaosRun } from "./run-chaos.ts";

/** The figures of a run, and everything that was not as it must be. */
export type ChaosReport = Readonly<{
  lines: readonly string[];
  problems: readonly string[];
  /** The story of every request that ended in an error. */
  errors: readonly string[];
  successShare: number;
}>;

/** `retry.budget.percent` and `.min_per_second`: the product's defaults. */
const budgetPercent = 20;
const budgetPerSecond = 10;
/** Requests of the last this many seconds count towards the budget. */
const budgetWindowSeconds = 11;

export function reportOf(run: ChaosRun): ChaosReport {
  const kinds = counted(run.askings.map(({ outcome }) => outcome.kind));
  const killed = run.askings.filter((asking) => isKilled(asking, run)).length;
  const answered = kinds["answered"] ?? 0;
  const successShare = answered / (run.askings.length - (kinds["cut"] ?? 0) - killed);
  const bounds = Object.entries(reasonsByProvider(run)).map(([provider, of]) => boundOf(provider, of, run));
  const rows: readonly Row[] = [
    ["seed", run.seed],
    ["workers", run.workers],
    ["circuit_breaker", run.breaker],
    ["requests", run.askings.length],
    ["  answered", answered],
    ["  broken off after text, told by an error event", kinds["cut"] ?? 0],
    ["  connection lost with the killed worker", killed],
    ...table(
      "  error",
      run.askings.flatMap(({ outcome }) => (outcome.kind === "error" ? [errorText(outcome)] : [])),
    ),
    ["success where healing was possible", `${(successShare * 100).toFixed(3)} %`],
    ...upstreamRows(run, bounds),
    ["reloads asked for, applied", `${run.reloads.asked}, ${run.reloads.applied}`],
    ["workers started anew", run.restarts],
    ["seconds", (run.tookMs / 1000).toFixed(1)],
    ["requests a second", (run.askings.length / (run.tookMs / 1000)).toFixed(0)],
    ["slowest answer, ms", Math.max(...run.askings.map(({ startedMs, endedMs }) => endedMs - startedMs)).toFixed(0)],
  ];
  const overspent = bounds.filter(({ retry, most }) => retry > most);
  const problems = [
    ...run.askings.flatMap((asking) => problemsOf(asking, run)),
    ...overspent.map(({ provider }) => `${provider}: more retries than its budget`),
  ];
  return {
    lines: rows.map(([name, value]) => `${name.padEnd(50)} ${value}`),
    problems,
    errors: run.askings.filter(({ outcome }) => outcome.kind === "error").map((asking) => storyOf(asking, run)),
    successShare,
  };
}

type Row = readonly [string, string | number];

function upstreamRows({ askings, hits }: ChaosRun, bounds: readonly Bound[]): readonly Row[] {
  const all = [...hits.all()];
  const resent = bounds.reduce((total, bound) => total + bound.resent, 0);
  const most = askings.length * maxAttempts + resent;
  return [
    ["attempts per request", ((all.length - resent) / askings.length).toFixed(3)],
    ["most attempts for one request", Math.max(...askings.map(({ number }) => attemptsOf(hits.of(number))))],
    [
      "requests at providers",
      `${all.length} of at most ${most} (${maxAttempts} attempts each, and ${resent} sent again)`,
    ],
    ...table(
      "  key",
      all.map(({ key }) => key),
    ),
    ...table(
      "  came out",
      all.map(({ fault }) => fault ?? "well"),
    ),
    ["share of attempts that failed", `${percent(all.filter(isFailure).length, all.length)} %`],
    ...bounds.map(
      ({ provider, first, nextKey, resent: again, retry, most: allowed }): Row => [
        `retries at ${provider}`,
        `${retry} of at most ${allowed} (${percent(retry, first)} % of ${first} first attempts; next key ${nextKey}, sent again after a reset ${again})`,
      ],
    ),
  ];
}

function errorText({ status, type, message }: Extract<Outcome, { kind: "error" }>): string {
  return `${status} ${type}: ${message}`;
}

function percent(part: number, of: number): string {
  return ((100 * part) / of).toFixed(1);
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

/** How often a provider was asked, and why; `most` retries are allowed. */
type Bound = Readonly<{
  provider: string;
  first: number;
  nextKey: number;
  resent: number;
  retry: number;
  most: number;
}>;

/** Each process has a budget of its own. */
function boundOf(provider: string, reasons: Reasons, { workers, tookMs }: ChaosRun): Bound {
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

/** How often each name occurs. */
function table(title: string, names: readonly string[]): readonly Row[] {
  return Object.entries(counted(names))
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, n]) => [`${title} ${name}`, n]);
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
