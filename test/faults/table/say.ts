import type { Behaviour } from "../../../cli/sim/script/behaviour.ts";
import type { FaultBehaviour, FaultServerOptions } from "../../support/fault-server.ts";
import { keyValue } from "./bench.ts";
import type { Exchanges, Expected, Gets, Upstream } from "./row.ts";

/** The words rows are written in. */

export const hello = "You said: hello";

/** An upstream that answers every request like this. */
export function upstream(behaviour: Behaviour, more: Omit<Upstream, "at"> = {}): Upstream {
  return { at: { kind: "simulator", scripts: [{ times: "always", do: behaviour }] }, ...more };
}

/** An upstream without a fault. */
export const well: Upstream = upstream({});

/** An upstream that answers its first requests like these, and all later ones as it should. */
export function first(behaviours: readonly Behaviour[], more: Omit<Upstream, "at"> = {}): Upstream {
  return { at: { kind: "simulator", scripts: behaviours.map((behaviour) => ({ do: behaviour })) }, ...more };
}

/** An upstream whose provider is `alpha` and that treats each of its keys in its own way. */
export function byKey(behaviours: Readonly<Record<string, Behaviour>>, more: Omit<Upstream, "at" | "keys"> = {}): Upstream {
  const scripts = Object.entries(behaviours).map(([key, behaviour]) => ({
    when: { key: keyValue("alpha", key) },
    times: "always" as const,
    do: behaviour,
  }));
  return { at: { kind: "simulator", scripts }, keys: Object.keys(behaviours), ...more };
}

/** An upstream of bytes. */
export function socket(behave: FaultBehaviour, more: Omit<Upstream, "at"> = {}, options: FaultServerOptions = {}): Upstream {
  return { at: { kind: "socket", behave, options }, ...more };
}

export function answer(from: string, attempts: number, text = hello): Gets {
  return { kind: "answer", from, attempts, text };
}

export function error(status: ErrorStatus, attempts: number, headers: Readonly<{ retryAfter?: string; shouldRetry?: "false" }> = {}): Gets {
  return { kind: "error", status, attempts, retryAfter: headers.retryAfter, shouldRetry: headers.shouldRetry };
}

type ErrorStatus = Extract<Gets, { kind: "error" }>["status"];

export function cut(from: string, text: string): Gets {
  return { kind: "cut", from, text };
}

/** The same, whole and streamed. */
export function both(expected: Expected): Pick<Exchanges, "whole" | "stream"> {
  return { whole: expected, stream: expected };
}

/** Alpha fails once with `reason`, beta answers. `alphaHits` is 0 where nothing can get there. */
export function failsOver(reason: string, alphaHits = 1): Expected {
  return {
    gets: [answer("beta", 2)],
    hits: { alpha: alphaHits, beta: 1 },
    moved: {
      [`attempts{alpha,${reason}}`]: 1,
      "attempts{beta,ok}": 1,
      [`failovers{alpha,beta,${reason}}`]: 1,
    },
  };
}

/** A lone provider is asked three times, and then the client gets this. */
export function exhausts(reason: string, gets: Gets, hitsPerAttempt = 1): Expected {
  return {
    gets: [gets],
    hits: { alpha: 3 * hitsPerAttempt },
    moved: { [`attempts{alpha,${reason}}`]: 3, "retries{alpha}": 2 },
  };
}

/** The request's own fault: one attempt, and its error for the client. */
export function refusedOnce(reason: string, status: ErrorStatus): Expected {
  return { gets: [error(status, 1)], hits: { alpha: 1, beta: 0 }, moved: { [`attempts{alpha,${reason}}`]: 1 } };
}
