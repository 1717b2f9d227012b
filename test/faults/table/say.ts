import type { Behaviour } from "../../../cli/sim/script/behaviour.ts";
import {
  type Address,
  type FaultBehaviour,
  type FaultServerOptions,
  startFaultServer,
} from "../../support/fault-server.ts";
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
export function byKey(
  behaviours: Readonly<Record<string, Behaviour>>,
  more: Omit<Upstream, "at" | "keys"> = {},
): Upstream {
  const scripts = Object.entries(behaviours).map(([key, behaviour]) => ({
    when: { key: keyValue("alpha", key) },
    times: "always" as const,
    do: behaviour,
  }));
  return { at: { kind: "simulator", scripts }, keys: Object.keys(behaviours), ...more };
}

/** An upstream of bytes. */
export function socket(
  behave: FaultBehaviour,
  more: Omit<Upstream, "at"> = {},
  options?: FaultServerOptions,
): Upstream {
  return address(() => startFaultServer(behave, options), more);
}

export function address(open: () => Promise<Address>, more: Omit<Upstream, "at"> = {}): Upstream {
  return { at: { kind: "address", open }, ...more };
}

/** One address for all who use it at the same time, for what is costly to make. */
export function shared(open: () => Promise<Address>): () => Promise<Address> {
  let users = 0;
  let opened: Promise<Address> | undefined;
  return async () => {
    users += 1;
    opened ??= open();
    const own = await opened;
    return {
      url: own.url,
      stop: () => {
        users -= 1;
        if (users > 0) return;
        opened = undefined;
        own.stop();
      },
    };
  };
}

/** The whole text of a chat completion's JSON body. */
export function chatBody(text: string, more: Readonly<Record<string, unknown>> = {}): string {
  const message = { role: "assistant", content: text };
  return JSON.stringify({
    ...chatHead,
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: "stop" }],
    ...more,
  });
}

/** An event of a streamed chat completion. */
export function chatEvent(delta: Readonly<Record<string, unknown>>, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return `data: ${JSON.stringify({ ...chatHead, object: "chat.completion.chunk", choices })}\n\n`;
}

const chatHead = { id: "chatcmpl-1", created: 1, model: "gpt-4o" };

/** A response as bytes. Without a length, its end is the connection's. */
export function response(head: readonly string[], body: string): string {
  return `HTTP/1.1 200 OK\r\n${head.map((line) => `${line}\r\n`).join("")}\r\n${body}`;
}

export function answer(from: string, attempts: number, text = hello): Gets {
  return { kind: "answer", from, attempts, text };
}

export function error(
  status: ErrorStatus,
  attempts: number,
  headers: Readonly<{ retryAfter?: string; shouldRetry?: "false" }> = {},
): Gets {
  return { kind: "error", status, attempts, retryAfter: headers.retryAfter, shouldRetry: headers.shouldRetry };
}

type ErrorStatus = Extract<Gets, { kind: "error" }>["status"];

export function cut(from: string, text: string): Gets {
  return { kind: "cut", from, text };
}

/** The same, whole and streamed. `name` sets it apart from the row's other cases. */
export function tried(
  name: string,
  upstreams: Exchanges["upstreams"],
  expected: Expected,
  more: Partial<Omit<Exchanges, "kind" | "name" | "upstreams">> = {},
): Exchanges {
  return { kind: "exchanges", ...(name !== "" && { name }), upstreams, whole: expected, stream: expected, ...more };
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
