import { reasonsOf } from "./hits.ts";
import type { Asking, ChaosRun } from "./run-chaos.ts";
import type { Hit } from "./upstream.ts";

/** `failover.max_attempts`: the product's default. */
export const maxAttempts = 10;

/** What was not as it must be in what one client got, each with all that is known of it. */
export function problemsOf(asking: Asking, run: ChaosRun): readonly string[] {
  const hits = run.hits.of(asking.number);
  const attempts = attemptsOf(hits);
  const wrong = [whatIsWrong(asking, hits, run), attempts > maxAttempts ? `${attempts} attempts` : undefined];
  return wrong.filter((one) => one !== undefined).map((one) => `${one}: ${storyOf(asking, run)}`);
}

/** All that is known of one request: what it asked for, what came of each attempt and when, and what the client got. */
export function storyOf({ number, format, stream, outcome, startedMs }: Asking, { hits }: ChaosRun): string {
  const attempts = hits
    .of(number)
    .map(({ key, fault, atMs }) => `${key} ${fault ?? "well"} at ${Math.round(atMs - startedMs)} ms`);
  return `request ${number} (${format}${stream ? ", stream" : ""}): ${attempts.join(", ")}; got ${JSON.stringify(outcome)}`;
}

function whatIsWrong(asking: Asking, hits: readonly Hit[], run: ChaosRun): string | undefined {
  const { outcome } = asking;
  switch (outcome.kind) {
    case "answered": {
      const said = hits.filter(({ text }) => text === outcome.text);
      if (said.length !== 1) return `${said.length} attempts said this`;
      if (said.every(isFailure)) return "the attempt that said this failed";
      // Someone has to pay for each.
      const good = hits.filter(({ fault }) => fault === undefined);
      return good.length > 1 ? `${good.length} attempts were answered well` : undefined;
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
export function isKilled({ outcome, startedMs, endedMs }: Asking, { killedMs }: ChaosRun): boolean {
  if (outcome.kind !== "lost" && outcome.kind !== "malformed") return false;
  return killedMs !== undefined && startedMs < killedMs + 50 && endedMs >= killedMs && endedMs < killedMs + 5000;
}

export function isFailure({ fault }: Hit): boolean {
  return fault !== undefined && fault !== "slow";
}

export function attemptsOf(hits: readonly Hit[]): number {
  return reasonsOf(hits).filter((reason) => reason !== "resent").length;
}
