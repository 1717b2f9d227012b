import { providerTerms } from "../../support/terms.ts";
import type { Row } from "./row.ts";
import { answer, both, byKey, error, exhausts, failsOver, first, refusedOnce, upstream, well } from "./say.ts";

const dayMs = 24 * 3600 * 1000;
const tomorrow = new Date(Date.now() + dayMs);
const rfc1123 = tomorrow.toUTCString();
/** The two obsolete forms a recipient must still read (RFC 9110 section 5.6.7). */
const [weekday = "", day = "", month = "", year = "", time = ""] = rfc1123.split(/[ ,]+/);
const longWeekday = tomorrow.toLocaleDateString("en-GB", { weekday: "long", timeZone: "UTC" });
const rfc850 = `${longWeekday}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
const asctime = `${weekday} ${month} ${day.replace(/^0/, " ")} ${time} ${year}`;

const limited = "rate_limited";
const html = { html: true } as const;

/** Its breaker opens on the second failure in a row. */
const fragile = upstream(
  { status: 500 },
  {
    settings: {
      retry: { ...providerTerms.retry, sameProvider: "never" },
      breaker: { ...providerTerms.breaker, failureThreshold: 2 },
    },
  },
);
const poisoned = error(500, 2, { shouldRetry: "false" });

/** A 429 of the only key, whose wait is too long to sit out: the client is told, and the next request is not even sent. */
function toldToWait(behaviour: Parameters<typeof upstream>[0], retryAfter: string, later = retryAfter) {
  return {
    upstreams: [upstream({ status: 429, ...behaviour })],
    ...both({
      gets: [error(429, 1, { retryAfter }), error(429, 0, { retryAfter: later })],
      hits: { alpha: 1 },
      moved: { [`attempts{alpha,${limited}}`]: 1, "quarantines{alpha,default,rate-limited}": 1 },
    }),
  } as const;
}

export const statuses: readonly Row[] = [
  {
    id: "F20",
    fault: "429 with Retry-After: 5",
    cases: [
      {
        kind: "exchanges",
        name: "another key is free",
        upstreams: [byKey({ k1: { status: 429, retryAfter: "5" }, k2: {} }), well],
        ...both({
          gets: [answer("alpha", 2), answer("alpha", 1)],
          hits: { "alpha/k1": 1, "alpha/k2": 2, beta: 0 },
          moved: {
            [`attempts{alpha,${limited}}`]: 1,
            "attempts{alpha,ok}": 2,
            "quarantines{alpha,k1,rate-limited}": 1,
          },
        }),
      },
      {
        kind: "exchanges",
        name: "another provider is free",
        upstreams: [upstream({ status: 429, retryAfter: "5" }), well],
        ...both({
          gets: [answer("beta", 2), answer("beta", 1)],
          hits: { alpha: 1, beta: 2 },
          moved: {
            [`attempts{alpha,${limited}}`]: 1,
            "attempts{beta,ok}": 2,
            [`failovers{alpha,beta,${limited}}`]: 1,
            "quarantines{alpha,default,rate-limited}": 1,
          },
        }),
      },
      { kind: "exchanges", name: "no other key", ...toldToWait({ retryAfter: "5" }, "5", "5-6") },
    ],
  },
  {
    id: "F21",
    fault: "429 with a date in Retry-After",
    cases: [
      { kind: "exchanges", name: "RFC 1123, a day ahead", ...toldToWait({ retryAfter: rfc1123 }, "60") },
      { kind: "exchanges", name: "RFC 850, a day ahead", ...toldToWait({ retryAfter: rfc850 }, "60") },
      { kind: "exchanges", name: "asctime, a day ahead", ...toldToWait({ retryAfter: asctime }, "60") },
      {
        kind: "exchanges",
        name: "a date that has passed",
        upstreams: [first([{ status: 429, retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT" }])],
        ...both({
          gets: [answer("alpha", 2)],
          hits: { alpha: 2 },
          moved: {
            [`attempts{alpha,${limited}}`]: 1,
            "attempts{alpha,ok}": 1,
            "retries{alpha}": 1,
            "quarantines{alpha,default,rate-limited}": 1,
          },
        }),
      },
    ],
  },
  {
    id: "F22",
    fault: "429 with retry-after-ms or x-ratelimit-reset-*",
    cases: [
      {
        kind: "exchanges",
        name: "retry-after-ms: 15",
        upstreams: [first([{ status: 429, headers: { "retry-after-ms": "15" } }])],
        ...both({
          gets: [answer("alpha", 2)],
          hits: { alpha: 2 },
          moved: {
            [`attempts{alpha,${limited}}`]: 1,
            "attempts{alpha,ok}": 1,
            "retries{alpha}": 1,
            "quarantines{alpha,default,rate-limited}": 1,
          },
        }),
      },
      {
        kind: "exchanges",
        name: "retry-after-ms goes before Retry-After",
        ...toldToWait({ retryAfter: "0", headers: { "retry-after-ms": "7000" } }, "7", "7-8"),
      },
    ],
  },
  {
    id: "F24",
    fault: "429 without any hint",
    cases: [
      {
        kind: "exchanges",
        name: "another provider is free",
        upstreams: [upstream({ status: 429 }), well],
        ...both({
          ...failsOver(limited),
          moved: { ...failsOver(limited).moved, "quarantines{alpha,default,rate-limited}": 1 },
        }),
      },
      {
        kind: "exchanges",
        name: "no other key",
        upstreams: [upstream({ status: 429 })],
        ...both({
          ...exhausts(limited, error(429, 3, { retryAfter: "1" })),
          moved: { ...exhausts(limited, error(429, 3)).moved, "quarantines{alpha,default,rate-limited}": 1 },
        }),
      },
    ],
  },
  {
    id: "F25",
    fault: "429 that says the quota is used up",
    cases: [
      {
        kind: "exchanges",
        name: "another key has some left",
        upstreams: [byKey({ k1: { status: 429, errorCode: "insufficient_quota" }, k2: {} }, { format: "openai-chat" })],
        ...both({
          gets: [answer("alpha", 2), answer("alpha", 1)],
          hits: { "alpha/k1": 1, "alpha/k2": 2 },
          moved: { "attempts{alpha,billing}": 1, "attempts{alpha,ok}": 2, "quarantines{alpha,k1,spent}": 1 },
        }),
      },
      {
        kind: "exchanges",
        name: "no other key",
        upstreams: [upstream({ status: 429, errorCode: "insufficient_quota" }, { format: "openai-chat" })],
        ...both({
          gets: [error({ chat: 429, messages: 402 }, 1, { shouldRetry: "false" })],
          hits: { alpha: 1 },
          moved: { "attempts{alpha,billing}": 1, "quarantines{alpha,default,spent}": 1 },
        }),
      },
    ],
  },
  {
    id: "F26",
    fault: "401: a key of ours is refused",
    cases: [
      {
        kind: "exchanges",
        name: "another key is good",
        upstreams: [byKey({ k1: { status: 401 }, k2: {} }), well],
        ...both({
          gets: [answer("alpha", 2), answer("alpha", 1)],
          hits: { "alpha/k1": 1, "alpha/k2": 2, beta: 0 },
          moved: { "attempts{alpha,upstream_auth}": 1, "attempts{alpha,ok}": 2, "quarantines{alpha,k1,rejected}": 1 },
        }),
      },
      {
        kind: "exchanges",
        name: "another provider",
        upstreams: [upstream({ status: 401 }), well],
        ...both({
          ...failsOver("upstream_auth"),
          moved: { ...failsOver("upstream_auth").moved, "quarantines{alpha,default,rejected}": 1 },
        }),
      },
      {
        kind: "exchanges",
        name: "no other key: it is the gateway's fault, not the client's",
        upstreams: [upstream({ status: 401 })],
        ...both({
          gets: [error(502, 1, { shouldRetry: "false" })],
          hits: { alpha: 1 },
          moved: { "attempts{alpha,upstream_auth}": 1, "quarantines{alpha,default,rejected}": 1 },
        }),
      },
    ],
  },
  {
    id: "F27",
    fault: "403",
    cases: [
      {
        kind: "exchanges",
        name: "this key may not use the model: the next one may",
        upstreams: [byKey({ k1: { status: 403 }, k2: {} }), well],
        ...both({
          gets: [answer("alpha", 2), answer("alpha", 1)],
          hits: { "alpha/k1": 1, "alpha/k2": 2, beta: 0 },
          moved: { "attempts{alpha,permission}": 1, "attempts{alpha,ok}": 2, "quarantines{alpha,k1,model-denied}": 1 },
        }),
      },
      {
        kind: "exchanges",
        name: "the content is refused: everywhere",
        upstreams: [upstream({ status: 403, errorCode: "content_policy_violation" }, { format: "openai-chat" }), well],
        ...both(refusedOnce("content_policy", { chat: 403, messages: 400 })),
      },
    ],
  },
  {
    id: "F28",
    fault: "402: the account has no credit",
    cases: [
      {
        kind: "exchanges",
        name: "another key",
        upstreams: [byKey({ k1: { status: 402 }, k2: {} }), well],
        ...both({
          gets: [answer("alpha", 2), answer("alpha", 1)],
          hits: { "alpha/k1": 1, "alpha/k2": 2, beta: 0 },
          moved: { "attempts{alpha,billing}": 1, "attempts{alpha,ok}": 2, "quarantines{alpha,k1,spent}": 1 },
        }),
      },
      {
        kind: "exchanges",
        name: "another provider",
        upstreams: [upstream({ status: 402 }), well],
        ...both({
          ...failsOver("billing"),
          moved: { ...failsOver("billing").moved, "quarantines{alpha,default,spent}": 1 },
        }),
      },
      {
        kind: "exchanges",
        name: "no other key",
        upstreams: [upstream({ status: 402 }, { format: "anthropic-messages" })],
        ...both({
          gets: [error({ chat: 429, messages: 402 }, 1, { shouldRetry: "false" })],
          hits: { alpha: 1 },
          moved: { "attempts{alpha,billing}": 1, "quarantines{alpha,default,spent}": 1 },
        }),
      },
    ],
  },
  {
    id: "F29",
    fault: "404: the provider does not have the model",
    cases: [
      {
        kind: "exchanges",
        name: "another provider",
        upstreams: [upstream({ status: 404 }), well],
        ...both(failsOver("not_found")),
      },
      {
        kind: "exchanges",
        name: "no other provider",
        upstreams: [upstream({ status: 404 })],
        ...both({ gets: [error(404, 1)], hits: { alpha: 1 }, moved: { "attempts{alpha,not_found}": 1 } }),
      },
      {
        kind: "exchanges",
        name: "as a web page: the base URL is wrong",
        upstreams: [upstream({ status: 404, ...html }), well],
        ...both(failsOver("not_found")),
      },
    ],
  },
  {
    id: "F31",
    fault: "409",
    cases: [
      {
        kind: "exchanges",
        name: "an error like any other 4xx",
        upstreams: [upstream({ status: 409 }, { format: "openai-chat" }), well],
        ...both(refusedOnce("conflict", { chat: 409, messages: 409 })),
      },
    ],
  },
  {
    id: "F32",
    fault: "The prompt is too long",
    cases: [
      {
        kind: "exchanges",
        name: "413",
        upstreams: [upstream({ status: 413 }), well],
        ...both(refusedOnce("too_large", 413)),
      },
      {
        kind: "exchanges",
        name: "400 context_length_exceeded",
        upstreams: [upstream({ status: 400, errorCode: "context_length_exceeded" }, { format: "openai-chat" }), well],
        ...both(refusedOnce("context_too_long", 400)),
      },
    ],
  },
  {
    id: "F33",
    fault: "400 or 422: the request is wrong",
    cases: [
      {
        kind: "exchanges",
        name: "400",
        upstreams: [upstream({ status: 400 }), well],
        ...both(refusedOnce("invalid_request", 400)),
      },
      {
        kind: "exchanges",
        name: "422",
        upstreams: [upstream({ status: 422 }, { format: "openai-chat" }), well],
        ...both(refusedOnce("invalid_request", { chat: 422, messages: 400 })),
      },
    ],
  },
  {
    id: "F34",
    fault: "425, 421, 451",
    cases: [
      {
        kind: "exchanges",
        name: "425 is sent elsewhere",
        upstreams: [upstream({ status: 425 }), well],
        ...both(failsOver("invalid_request")),
      },
      {
        kind: "exchanges",
        name: "425 alone is sent again",
        upstreams: [first([{ status: 425 }])],
        ...both({
          gets: [answer("alpha", 2)],
          hits: { alpha: 2 },
          moved: { "attempts{alpha,invalid_request}": 1, "attempts{alpha,ok}": 1, "retries{alpha}": 1 },
        }),
      },
      {
        kind: "exchanges",
        name: "421",
        upstreams: [upstream({ status: 421 }, { format: "openai-chat" }), well],
        ...both(refusedOnce("invalid_request", { chat: 421, messages: 400 })),
      },
      {
        kind: "exchanges",
        name: "451",
        upstreams: [upstream({ status: 451 }, { format: "openai-chat" }), well],
        ...both(refusedOnce("invalid_request", { chat: 451, messages: 400 })),
      },
    ],
  },
  {
    id: "F35",
    fault: "500",
    cases: [
      {
        kind: "exchanges",
        name: "another provider",
        upstreams: [upstream({ status: 500 }), well],
        ...both(failsOver("server_error")),
      },
      {
        kind: "exchanges",
        name: "no other provider",
        upstreams: [upstream({ status: 500 })],
        ...both(exhausts("server_error", error(500, 3, { shouldRetry: "false" }))),
      },
      {
        kind: "exchanges",
        name: "every provider, all the time",
        upstreams: [upstream({ status: 500 }), upstream({ status: 500 })],
        ...both({
          gets: [error(500, 6, { shouldRetry: "false" })],
          hits: { alpha: 3, beta: 3 },
          moved: {
            "attempts{alpha,server_error}": 3,
            "attempts{beta,server_error}": 3,
            "failovers{alpha,beta,server_error}": 3,
            "failovers{beta,alpha,server_error}": 2,
            "retries{alpha}": 2,
            "retries{beta}": 2,
          },
        }),
      },
    ],
  },
  {
    id: "F36",
    fault: "502, 503, 504",
    cases: [
      {
        kind: "exchanges",
        name: "502",
        upstreams: [upstream({ status: 502 }), well],
        ...both(failsOver("server_error")),
      },
      {
        kind: "exchanges",
        name: "504",
        upstreams: [upstream({ status: 504 }), well],
        ...both(failsOver("timeout")),
      },
      {
        kind: "exchanges",
        name: "503",
        upstreams: [upstream({ status: 503 }), well],
        ...both(failsOver("overloaded")),
      },
      {
        kind: "exchanges",
        name: "503 with a wait too long to sit out, no other provider",
        upstreams: [upstream({ status: 503, retryAfter: "7" }, { format: "openai-chat" })],
        ...both({
          gets: [error({ chat: 503, messages: 529 }, 1, { retryAfter: "7" })],
          hits: { alpha: 1 },
          moved: { "attempts{alpha,overloaded}": 1 },
        }),
      },
    ],
  },
  {
    id: "F38",
    fault: "A web page of the CDN with 520 to 526",
    cases: [
      {
        kind: "exchanges",
        name: "520",
        upstreams: [upstream({ status: 520, ...html }), well],
        ...both(failsOver("server_error")),
      },
      {
        kind: "exchanges",
        name: "524, no other provider: nothing of the page is passed on",
        upstreams: [upstream({ status: 524, ...html })],
        ...both({
          gets: [error(524, 1)],
          hits: { alpha: 1 },
          moved: { "attempts{alpha,server_error}": 1 },
        }),
      },
    ],
  },
  {
    id: "F39",
    fault: "A status nobody knows",
    cases: [
      {
        kind: "exchanges",
        name: "299 with a good body",
        upstreams: [upstream({ status: 299 }), well],
        ...both({ gets: [answer("alpha", 1)], hits: { alpha: 1, beta: 0 }, moved: { "attempts{alpha,ok}": 1 } }),
      },
      {
        kind: "exchanges",
        name: "418",
        upstreams: [upstream({ status: 418 }, { format: "openai-chat" }), well],
        ...both(refusedOnce("invalid_request", { chat: 418, messages: 400 })),
      },
      {
        kind: "exchanges",
        name: "600",
        upstreams: [upstream({ status: 600 }), well],
        ...both(failsOver("bad_upstream_answer")),
      },
      {
        kind: "exchanges",
        name: "999",
        upstreams: [upstream({ status: 999 }), well],
        ...both(failsOver("bad_upstream_answer")),
      },
    ],
  },
  {
    id: "F40",
    fault: "A status without a body",
    cases: [
      {
        kind: "exchanges",
        name: "204",
        upstreams: [upstream({ status: 204, body: "" }), well],
        ...both(failsOver("bad_upstream_answer")),
      },
      {
        kind: "exchanges",
        name: "205",
        upstreams: [upstream({ status: 205, body: "" }), well],
        ...both(failsOver("bad_upstream_answer")),
      },
      {
        kind: "exchanges",
        name: "304",
        upstreams: [upstream({ status: 304, body: "" }), well],
        ...both(failsOver("bad_upstream_answer")),
      },
    ],
  },
  {
    id: "F41",
    fault: "One request makes every provider fail",
    cases: [
      {
        kind: "exchanges",
        name: "it opens no breaker",
        upstreams: [fragile, fragile],
        ...both({
          gets: [poisoned, poisoned, poisoned, poisoned],
          hits: { alpha: 4, beta: 4 },
          moved: {
            "attempts{alpha,server_error}": 4,
            "attempts{beta,server_error}": 4,
            "failovers{alpha,beta,server_error}": 4,
          },
        }),
      },
    ],
    provenBy: [
      { file: "test/routing/poison-guard.test.ts", title: "at a second target is, there and from then on everywhere" },
    ],
  },
];
