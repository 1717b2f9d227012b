import type { Behaviour } from "../../../cli/sim/script/behaviour.ts";
import type { Exchanges, Row } from "./row.ts";
import { answer, byKey, error, exhausts, failsOver, first, refusedOnce, tried, upstream, well } from "./say.ts";

const dayMs = 24 * 3600 * 1000;
const tomorrow = new Date(Date.now() + dayMs);
const rfc1123 = tomorrow.toUTCString();
/** The two obsolete forms a recipient must still read (RFC 9110 section 5.6.7). */
const [weekday = "", day = "", month = "", year = "", time = ""] = rfc1123.split(/[ ,]+/);
const longWeekday = tomorrow.toLocaleDateString("en-GB", { weekday: "long", timeZone: "UTC" });
const rfc850 = `${longWeekday}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
const asctime = `${weekday} ${month} ${day.replace(/^0/, " ")} ${time} ${year}`;

const limited = "rate_limited";

/** A 429 of the only key, whose wait is too long to sit out: the client is told, and the next request is not even sent. */
function toldToWait(name: string, behaviour: Behaviour, retryAfter: string, later = retryAfter): Exchanges {
  return tried(name, [upstream({ status: 429, ...behaviour })], {
    gets: [error(429, 1, { retryAfter }), error(429, 0, { retryAfter: later })],
    hits: { alpha: 1 },
    moved: { [`attempts{alpha,${limited}}`]: 1, "quarantines{alpha,default,rate-limited}": 1 },
  });
}

/** Answers that speak of the key. */
export const keyStatuses: readonly Row[] = [
  {
    id: "F20",
    fault: "429 with Retry-After: 5",
    cases: [
      tried(
        "another key is free",
        [byKey({ k1: { status: 429, retryAfter: "5" }, k2: {} }), well],
        {
          gets: [answer("alpha", 2), answer("alpha", 1)],
          hits: { "alpha/k1": 1, "alpha/k2": 2, beta: 0 },
          moved: {
            [`attempts{alpha,${limited}}`]: 1,
            "attempts{alpha,ok}": 2,
            "quarantines{alpha,k1,rate-limited}": 1,
          },
        },
        { proves: "R85 R98 R121" },
      ),
      tried(
        "another provider is free",
        [upstream({ status: 429, retryAfter: "5" }), well],
        {
          gets: [answer("beta", 2), answer("beta", 1)],
          hits: { alpha: 1, beta: 2 },
          moved: {
            [`attempts{alpha,${limited}}`]: 1,
            "attempts{beta,ok}": 2,
            [`failovers{alpha,beta,${limited}}`]: 1,
            "quarantines{alpha,default,rate-limited}": 1,
          },
        },
        { proves: "R80 R90 R92 R94 R97 R99 R106" },
      ),
      { ...toldToWait("no other key", { retryAfter: "5" }, "5", "5-6"), proves: "R185" },
    ],
  },
  {
    id: "F21",
    fault: "429 with a date in Retry-After",
    cases: [
      toldToWait("RFC 1123, a day ahead", { retryAfter: rfc1123 }, "60"),
      toldToWait("RFC 850, a day ahead", { retryAfter: rfc850 }, "60"),
      toldToWait("asctime, a day ahead", { retryAfter: asctime }, "60"),
      tried("a date that has passed", [first([{ status: 429, retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT" }])], {
        gets: [answer("alpha", 2)],
        hits: { alpha: 2 },
        moved: {
          [`attempts{alpha,${limited}}`]: 1,
          "attempts{alpha,ok}": 1,
          "retries{alpha}": 1,
          "quarantines{alpha,default,rate-limited}": 1,
        },
      }),
    ],
  },
  {
    id: "F22",
    fault: "429 with retry-after-ms or x-ratelimit-reset-*",
    cases: [
      tried("retry-after-ms: 15", [first([{ status: 429, headers: { "retry-after-ms": "15" } }])], {
        gets: [answer("alpha", 2)],
        hits: { alpha: 2 },
        moved: {
          [`attempts{alpha,${limited}}`]: 1,
          "attempts{alpha,ok}": 1,
          "retries{alpha}": 1,
          "quarantines{alpha,default,rate-limited}": 1,
        },
      }),
      toldToWait(
        "retry-after-ms goes before Retry-After",
        { retryAfter: "0", headers: { "retry-after-ms": "7000" } },
        "7",
        "7-8",
      ),
    ],
  },
  {
    id: "F24",
    fault: "429 without any hint",
    cases: [
      tried("another provider is free", [upstream({ status: 429 }), well], {
        ...failsOver(limited),
        moved: { ...failsOver(limited).moved, "quarantines{alpha,default,rate-limited}": 1 },
      }),
      tried("no other key", [upstream({ status: 429 })], {
        ...exhausts(limited, error(429, 3, { retryAfter: "1" })),
        moved: { ...exhausts(limited, error(429, 3)).moved, "quarantines{alpha,default,rate-limited}": 1 },
      }),
    ],
  },
  {
    id: "F25",
    fault: "429 that says the quota is used up",
    cases: [
      tried(
        "another key has some left",
        [byKey({ k1: { status: 429, errorCode: "insufficient_quota" }, k2: {} }, { format: "openai-chat" })],
        {
          gets: [answer("alpha", 2), answer("alpha", 1)],
          hits: { "alpha/k1": 1, "alpha/k2": 2 },
          moved: { "attempts{alpha,billing}": 1, "attempts{alpha,ok}": 2, "quarantines{alpha,k1,spent}": 1 },
        },
      ),
      tried("no other key", [upstream({ status: 429, errorCode: "insufficient_quota" }, { format: "openai-chat" })], {
        gets: [error({ chat: 429, messages: 402 }, 1, { retryAfter: "60", shouldRetry: "false" })],
        hits: { alpha: 1 },
        moved: { "attempts{alpha,billing}": 1, "quarantines{alpha,default,spent}": 1 },
      }),
    ],
  },
  {
    id: "F26",
    fault: "401: a key of ours is refused",
    cases: [
      tried(
        "another key is good",
        [byKey({ k1: { status: 401 }, k2: {} }), well],
        {
          gets: [answer("alpha", 2), answer("alpha", 1)],
          hits: { "alpha/k1": 1, "alpha/k2": 2, beta: 0 },
          moved: { "attempts{alpha,upstream_auth}": 1, "attempts{alpha,ok}": 2, "quarantines{alpha,k1,rejected}": 1 },
        },
        { proves: "R85 R125" },
      ),
      tried(
        "another provider",
        [upstream({ status: 401 }), well],
        {
          ...failsOver("upstream_auth"),
          moved: { ...failsOver("upstream_auth").moved, "quarantines{alpha,default,rejected}": 1 },
        },
        { proves: "R93" },
      ),
      tried("no other key: it is the gateway's fault, not the client's", [upstream({ status: 401 })], {
        gets: [error(502, 1, { shouldRetry: "false" })],
        hits: { alpha: 1 },
        moved: { "attempts{alpha,upstream_auth}": 1, "quarantines{alpha,default,rejected}": 1 },
      }),
    ],
  },
  {
    id: "F27",
    fault: "403",
    cases: [
      tried("this key may not use the model: the next one may", [byKey({ k1: { status: 403 }, k2: {} }), well], {
        gets: [answer("alpha", 2), answer("alpha", 1)],
        hits: { "alpha/k1": 1, "alpha/k2": 2, beta: 0 },
        moved: { "attempts{alpha,permission}": 1, "attempts{alpha,ok}": 2, "quarantines{alpha,k1,model-denied}": 1 },
      }),
      tried(
        "the content is refused: everywhere",
        [upstream({ status: 403, errorCode: "content_policy_violation" }, { format: "openai-chat" }), well],
        refusedOnce("content_policy", { chat: 403, messages: 400 }),
      ),
    ],
  },
  {
    id: "F28",
    fault: "402: the account has no credit",
    cases: [
      tried("another key", [byKey({ k1: { status: 402 }, k2: {} }), well], {
        gets: [answer("alpha", 2), answer("alpha", 1)],
        hits: { "alpha/k1": 1, "alpha/k2": 2, beta: 0 },
        moved: { "attempts{alpha,billing}": 1, "attempts{alpha,ok}": 2, "quarantines{alpha,k1,spent}": 1 },
      }),
      tried("another provider", [upstream({ status: 402 }), well], {
        ...failsOver("billing"),
        moved: { ...failsOver("billing").moved, "quarantines{alpha,default,spent}": 1 },
      }),
      tried("no other key", [upstream({ status: 402 }, { format: "anthropic-messages" })], {
        gets: [error({ chat: 429, messages: 402 }, 1, { retryAfter: "60", shouldRetry: "false" })],
        hits: { alpha: 1 },
        moved: { "attempts{alpha,billing}": 1, "quarantines{alpha,default,spent}": 1 },
      }),
    ],
  },
];
