import type { Failed } from "../attempt.ts";
import type { Failover, RetryPolicy } from "../contract.ts";
import type { ErrorClass } from "../wire/canonical.ts";
import type { KeyOutcome } from "./key-state.ts";

/** Whose fault an attempt that failed was, and what may follow from it. */
export type Judgement = Readonly<{
  /**
   * `client`: the request itself, which fails everywhere. `key`: one credential. `offer`: the upstream model or its host.
   * `gateway`: we ended it.
   */
  scope: "client" | "key" | "offer" | "gateway";
  /** What the key pool is told. */
  key: KeyOutcome;
  /** What the breaker is told. */
  breaker: "success" | "failure" | "neutral";
  /** Whether another candidate may be asked. */
  failover: boolean;
  /** Whether the same offer may be asked again. */
  retry: boolean;
  /** A word for metrics and traces. */
  reason: string;
  /** How long the upstream wants to be left alone. */
  waitMs: number | undefined;
}>;

type Rules = Readonly<{ failover: Failover; retry: RetryPolicy }>;

const neutralKey: KeyOutcome = { kind: "neutral" };

/** Reads an attempt's failure: by its class where that is about the key, else by the status the upstream answered with. */
export function judgeFailure({ error, status, waitMs }: Failed, { failover, retry }: Rules): Judgement {
  const reason = error.class.replaceAll("-", "_");
  const base = { key: neutralKey, breaker: "neutral", reason, waitMs } as const;
  if (error.class === "internal") return { ...base, scope: "gateway", failover: false, retry: false };
  const code = status ?? (isOurs.has(error.class) ? undefined : error.status);
  // No answer at all, or one that is none: always worth another try.
  if (code === undefined || code >= 600 || (code >= 300 && code < 400)) {
    return { ...base, scope: "offer", breaker: "failure", failover: true, retry: true };
  }
  const goesOn = failover.statuses.includes(code) || (failover.include4xx && code < 500);
  const again = retry.statuses.includes(code);
  const key = keyOutcome(error.class, waitMs);
  if (key !== undefined) return { ...base, scope: "key", key, failover: goesOn, retry: again };
  if (code >= 500 || code === 408 || code === 425) {
    return { ...base, scope: "offer", breaker: "failure", failover: goesOn, retry: again };
  }
  if (code === 404 && error.class === "not-found") {
    return { ...base, scope: "offer", failover: goesOn, retry: again };
  }
  return { ...base, scope: "client", failover: failover.include4xx, retry: again };
}

/** What the gateway says when an upstream sent no status, or a 200 with a body that is no answer. */
const isOurs: ReadonlySet<ErrorClass> = new Set<ErrorClass>(["bad-upstream-answer", "upstream-unreachable", "timeout"]);

function keyOutcome(of: ErrorClass, waitMs: number | undefined): KeyOutcome | undefined {
  const wait = waitMs === undefined ? {} : { retryAfterMs: waitMs };
  switch (of) {
    case "upstream-auth":
      return { kind: "rejected" };
    case "permission":
      return { kind: "model-denied" };
    case "billing":
      return { kind: "spent", ...wait };
    case "rate-limited":
      return { kind: "rate-limited", ...wait };
    default:
      return undefined;
  }
}
