import type { Failover, RetryPolicy } from "../contract.ts";
import type { Failed } from "../upstream/attempt.ts";
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
  const meant = usualStatus[error.class] ?? code;
  const isListed = failover.statuses.includes(code) || failover.statuses.includes(meant);
  const goesOn = isListed || (failover.include4xx && code < 500);
  const again = retry.statuses.includes(code) || retry.statuses.includes(meant);
  const key = keyOutcome(error.class, waitMs);
  // Money does not come back within a request.
  if (key !== undefined) return { ...base, scope: "key", key, failover: goesOn, retry: again && key.kind !== "spent" };
  if (code >= 500 || code === 408 || code === 425 || error.class === "overloaded") {
    return { ...base, scope: "offer", breaker: "failure", failover: goesOn, retry: again };
  }
  if (code === 404 && error.class === "not-found") {
    return { ...base, scope: "offer", failover: goesOn, retry: again };
  }
  return {
    ...base,
    scope: "client",
    failover: ofContent.has(error.class) ? failover.include4xx : goesOn,
    retry: again,
  };
}

/** Vendors and gateways say these with other statuses, too: a 400 for used up credit, a 429 for an overloaded model. */
const usualStatus: Partial<Record<ErrorClass, number>> = {
  "upstream-auth": 401,
  billing: 402,
  permission: 403,
  "rate-limited": 429,
  overloaded: 503,
};

/** What the request says is refused, whatever the status: the same text goes nowhere else unasked. */
const ofContent: ReadonlySet<ErrorClass> = new Set<ErrorClass>(["content-policy", "context-too-long"]);

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
