import type { Endpoint } from "../contract.ts";
import type { RequestMoney } from "../money/request-money.ts";
import type { AttemptRecord } from "../routing/attempt-log.ts";
import type { RequestTrace } from "../telemetry/request-trace.ts";
import type { WireError } from "../wire/canonical.ts";
import type { ReplyFacts } from "./reply-headers.ts";
import type { RuleFacts } from "./rule-facts.ts";

/**
 * One request that is over: all that its log line, its metrics, its trace and its row in the store are made of. Times are
 * in milliseconds. Holds no prompt, no answer and no key.
 */
export type FinishedRequest = Readonly<{
  requestId: string;
  method: string;
  /** Without its query, which may hold a key. */
  path: string;
  endpoint: Endpoint;
  /** Since 1970. */
  startedAtMs: number;
  /** On the monotonic clock. */
  startedMs: number;
  /** Until the last byte of the answer was handed over. */
  ms: number;
  facts: ReplyFacts;
  /** What the client got. */
  status: number;
  how: "finished" | "failed" | "client-gone";
  stream: boolean;
  /** Undefined when it was refused before it was understood. */
  asked?: RuleFacts | undefined;
  /** Which key the client came with, as `clientKeyId` names it; undefined when it came with none. */
  clientKey: () => string | undefined;
  /** What the client was told when it got no answer; undefined otherwise. */
  error: WireError | undefined;
  /** In the order they began; none when nothing was asked. */
  attempts: readonly AttemptRecord[];
  /** The one of them whose answer the client got; undefined when it got none. */
  answered: AttemptRecord | undefined;
  money: RequestMoney;
  /** Undefined while nothing is traced. */
  trace?: RequestTrace | undefined;
}>;

/** Whoever is told of every request that is over. */
export type RequestWatcher = (request: FinishedRequest) => void;

/** Tells all of them; one that fails is told of through `warn` and keeps nothing from the others, nor from the client. */
export function tellAll(watchers: readonly RequestWatcher[], warn: (message: string) => void): RequestWatcher {
  return (request) => {
    for (const watch of watchers) {
      try {
        watch(request);
      } catch (thrown) {
        warn(`a finished request could not be noted: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      }
    }
  };
}
