import type { Frame, Reply } from "../../../cli/sim/reply.ts";
import type { Behaviour } from "../../../cli/sim/script/behaviour.ts";
import type { OlderFormat } from "../../support/older-formats.ts";
import { framesBeforeText } from "../../support/text-answer.ts";

/** One upstream answer that goes wrong, or is late. */
type Fault = Readonly<{
  /** Of a hundred attempts, of those it is for. */
  percent: number;
  /** How long its key answers with it from now on. */
  restMs?: number;
  /** Which requests it is for; absent: both. */
  only?: "stream" | "whole";
  /** What it makes of the good answer. */
  reply?: (good: Reply, format: OlderFormat) => Reply;
  /** How its bytes are sent. */
  behaviour?: (good: Reply, format: OlderFormat) => Behaviour;
}>;

const page = "<!doctype html><html><head><title>Bad gateway</title></head><body>nginx</body></html>";
const html = { "content-type": "text/html" };
const json = { "content-type": "application/json" };

/** The API's error as a body. */
function error(status: number, type: string, headers: Readonly<Record<string, string>> = {}): Reply {
  const bytes = JSON.stringify({ type: "error", error: { type, message: `chaos says ${type}` } });
  return { status, headers: { ...json, ...headers }, body: { kind: "whole", bytes } };
}

/** The API's error as a frame of a stream. */
export function errorFrame(format: OlderFormat): Frame {
  const detail = { type: "overloaded_error", message: "chaos in the stream" };
  return format === "openai-chat"
    ? { data: JSON.stringify({ error: detail }) }
    : { event: "error", data: JSON.stringify({ type: "error", error: detail }) };
}

const lengthOf = (reply: Reply) => (reply.body.kind === "whole" ? reply.body.bytes.length : 0);

/**
 * What goes wrong by chance. A 429 also makes its key rest, and one key is refused for a while: see upstream.ts. All but
 * `slow` and `cut after text` must be healed; shares are such that 30 of 100 attempts of either kind are hit.
 */
const faults = {
  "429 1 s": { percent: 0.5, restMs: 1000, reply: () => error(429, "rate_limit_error", { "retry-after": "1" }) },
  "429 100 ms": {
    percent: 1.5,
    restMs: 100,
    reply: () => error(429, "rate_limit_error", { "retry-after-ms": "100" }),
  },
  "429": { percent: 0.5, restMs: 100, reply: () => error(429, "rate_limit_error") },
  "500": { percent: 4, reply: () => error(500, "api_error") },
  "502 page": { percent: 3, reply: () => ({ status: 502, headers: html, body: { kind: "whole", bytes: page } }) },
  "503 Retry-After": { percent: 3, reply: () => error(503, "overloaded_error", { "retry-after": "1" }) },
  "529": { percent: 3, reply: () => error(529, "overloaded_error") },
  reset: { percent: 3, behaviour: () => ({ resetBeforeHeaders: true }) },
  stall: { percent: 1, behaviour: () => ({ neverAnswer: true }) },
  "200 page": { percent: 3, reply: () => ({ status: 200, headers: html, body: { kind: "whole", bytes: page } }) },
  "200 empty": { percent: 2.5, reply: ({ headers }) => ({ status: 200, headers, body: { kind: "whole", bytes: "" } }) },
  "200 error, stream": { percent: 2.5, only: "stream", behaviour: () => ({ errorAfterEvents: 0 }) },
  "200 error, whole": {
    percent: 2.5,
    only: "whole",
    reply: () => ({ ...error(200, "overloaded_error"), status: 200 }),
  },
  "cut before text": {
    percent: 2.5,
    only: "stream",
    behaviour: (_good, format) => ({ endAfterEvents: framesBeforeText[format] }),
  },
  "cut body": {
    percent: 2.5,
    only: "whole",
    behaviour: (good) => ({ closeAfterBytes: Math.floor(lengthOf(good) / 2) }),
  },
  "cut after text": {
    percent: 0.5,
    only: "stream",
    behaviour: (_good, format) => ({ endAfterEvents: framesBeforeText[format] + 4 }),
  },
  slow: { percent: 2, behaviour: () => ({ headersDelayMs: 150, firstEventDelayMs: 50, eventDelayMs: 5 }) },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof faults;

const rows: readonly (readonly [FaultName, Fault])[] = (Object.keys(faults) as FaultName[]).map((name) => [
  name,
  faults[name],
]);

/** How long the fault lasts for its key; undefined: for this request. */
export function restMsOf(name: FaultName | undefined): number | undefined {
  return rows.find(([one]) => one === name)?.[1].restMs;
}

/** The fault that `roll`, a number in [0, 100), stands for; undefined is a good answer. */
export function faultFor(roll: number, stream: boolean): FaultName | undefined {
  let from = 0;
  for (const [name, { percent, only }] of rows) {
    if (only !== undefined && (only === "stream") !== stream) continue;
    from += percent;
    if (roll < from) return name;
  }
  return undefined;
}

export type Said = Readonly<{ reply: Reply; behaviour: Behaviour }>;

export function applied(name: FaultName | undefined, good: Reply, format: OlderFormat): Said {
  const fault: Fault = name === undefined ? { percent: 0 } : faults[name];
  return { reply: fault.reply?.(good, format) ?? good, behaviour: fault.behaviour?.(good, format) ?? {} };
}
