import { providerTerms } from "../../support/terms.ts";
import type { Row } from "./row.ts";
import { answer, error, exhausts, failsOver, first, refusedOnce, tried, upstream, well } from "./say.ts";

const down = (status: number) => upstream({ status });
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

export const statuses: readonly Row[] = [
  {
    id: "F29",
    fault: "404: the provider does not have the model",
    cases: [
      tried("another provider", [upstream({ status: 404 }), well], failsOver("not_found")),
      tried("no other provider", [upstream({ status: 404 })], {
        gets: [error(404, 1)],
        hits: { alpha: 1 },
        moved: { "attempts{alpha,not_found}": 1 },
      }),
      tried("as a web page: the base URL is wrong", [upstream({ status: 404, ...html }), well], failsOver("not_found")),
    ],
  },
  {
    id: "F31",
    fault: "409",
    cases: [
      tried(
        "an error like any other 4xx",
        [upstream({ status: 409 }, { format: "openai-chat" }), well],
        refusedOnce("conflict", { chat: 409, messages: 409 }),
      ),
    ],
  },
  {
    id: "F32",
    fault: "The prompt is too long",
    cases: [
      tried("413", [upstream({ status: 413 }), well], refusedOnce("too_large", 413)),
      tried(
        "400 context_length_exceeded",
        [upstream({ status: 400, errorCode: "context_length_exceeded" }, { format: "openai-chat" }), well],
        refusedOnce("context_too_long", 400),
      ),
    ],
  },
  {
    id: "F33",
    fault: "400 or 422: the request is wrong",
    cases: [
      tried("400", [upstream({ status: 400 }), well], refusedOnce("invalid_request", 400), { proves: "R390" }),
      tried(
        "422",
        [upstream({ status: 422 }, { format: "openai-chat" }), well],
        refusedOnce("invalid_request", { chat: 422, messages: 400 }),
        { proves: "R390" },
      ),
    ],
  },
  {
    id: "F34",
    fault: "425, 421, 451",
    cases: [
      tried("425 is sent elsewhere", [upstream({ status: 425 }), well], failsOver("invalid_request")),
      tried("425 alone is sent again", [first([{ status: 425 }])], {
        gets: [answer("alpha", 2)],
        hits: { alpha: 2 },
        moved: { "attempts{alpha,invalid_request}": 1, "attempts{alpha,ok}": 1, "retries{alpha}": 1 },
      }),
      tried(
        "421",
        [upstream({ status: 421 }, { format: "openai-chat" }), well],
        refusedOnce("invalid_request", { chat: 421, messages: 400 }),
      ),
      tried(
        "451",
        [upstream({ status: 451 }, { format: "openai-chat" }), well],
        refusedOnce("invalid_request", { chat: 451, messages: 400 }),
      ),
    ],
  },
  {
    id: "F35",
    fault: "500",
    cases: [
      tried("another provider", [upstream({ status: 500 }), well], failsOver("server_error"), { proves: "R95 R234" }),
      tried(
        "no other provider",
        [upstream({ status: 500 })],
        exhausts("server_error", error(500, 3, { shouldRetry: "false" })),
        { proves: "R235" },
      ),
      tried(
        "five providers fail, the sixth does not",
        [down(500), down(502), down(503), down(504), down(529), well],
        {
          gets: [answer("zeta", 6)],
          hits: { alpha: 1, beta: 1, gamma: 1, delta: 1, epsilon: 1, zeta: 1 },
          moved: {
            "attempts{alpha,server_error}": 1,
            "attempts{beta,server_error}": 1,
            "attempts{gamma,overloaded}": 1,
            "attempts{delta,timeout}": 1,
            "attempts{epsilon,overloaded}": 1,
            "attempts{zeta,ok}": 1,
            "failovers{alpha,beta,server_error}": 1,
            "failovers{beta,gamma,server_error}": 1,
            "failovers{gamma,delta,overloaded}": 1,
            "failovers{delta,epsilon,timeout}": 1,
            "failovers{epsilon,zeta,overloaded}": 1,
          },
        },
        { proves: "R89 R95" },
      ),
      tried("every provider, all the time", [upstream({ status: 500 }), upstream({ status: 500 })], {
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
    ],
  },
  {
    id: "F36",
    fault: "502, 503, 504, 529",
    cases: [
      tried(
        "503 once, and nobody else",
        [first([{ status: 503 }])],
        {
          gets: [answer("alpha", 2)],
          hits: { alpha: 2 },
          moved: { "attempts{alpha,overloaded}": 1, "attempts{alpha,ok}": 1, "retries{alpha}": 1 },
        },
        { proves: "R5" },
      ),
      tried("529", [upstream({ status: 529 }), well], failsOver("overloaded"), { proves: "R95" }),
      tried("502", [upstream({ status: 502 }), well], failsOver("server_error"), { proves: "R95" }),
      tried("504", [upstream({ status: 504 }), well], failsOver("timeout"), { proves: "R95" }),
      tried("503", [upstream({ status: 503 }), well], failsOver("overloaded"), { proves: "R95" }),
      tried(
        "503 with a wait too long to sit out, no other provider",
        [upstream({ status: 503, retryAfter: "7" }, { format: "openai-chat" })],
        {
          gets: [error({ chat: 503, messages: 529 }, 1, { retryAfter: "7" })],
          hits: { alpha: 1 },
          moved: { "attempts{alpha,overloaded}": 1 },
        },
      ),
    ],
  },
  {
    id: "F38",
    fault: "A web page of the CDN with 520 to 526",
    cases: [
      tried("520", [upstream({ status: 520, ...html }), well], failsOver("server_error")),
      tried("524, no other provider: nothing of the page is passed on", [upstream({ status: 524, ...html })], {
        gets: [error(524, 1)],
        hits: { alpha: 1 },
        moved: { "attempts{alpha,server_error}": 1 },
      }),
    ],
  },
  {
    id: "F39",
    fault: "A status nobody knows",
    cases: [
      tried("299 with a good body", [upstream({ status: 299 }), well], {
        gets: [answer("alpha", 1)],
        hits: { alpha: 1, beta: 0 },
        moved: { "attempts{alpha,ok}": 1 },
      }),
      tried(
        "418",
        [upstream({ status: 418 }, { format: "openai-chat" }), well],
        refusedOnce("invalid_request", { chat: 418, messages: 400 }),
      ),
      tried("600", [upstream({ status: 600 }), well], failsOver("bad_upstream_answer")),
      tried("999", [upstream({ status: 999 }), well], failsOver("bad_upstream_answer")),
    ],
  },
  {
    id: "F40",
    fault: "A status without a body",
    cases: [
      tried("204", [upstream({ status: 204, body: "" }), well], failsOver("bad_upstream_answer")),
      tried("205", [upstream({ status: 205, body: "" }), well], failsOver("bad_upstream_answer")),
      tried("304", [upstream({ status: 304, body: "" }), well], failsOver("bad_upstream_answer")),
    ],
  },
  {
    id: "F41",
    fault: "One request makes every provider fail",
    cases: [
      tried("it opens no breaker", [fragile, fragile], {
        gets: [poisoned, poisoned, poisoned, poisoned],
        hits: { alpha: 4, beta: 4 },
        moved: {
          "attempts{alpha,server_error}": 4,
          "attempts{beta,server_error}": 4,
          "failovers{alpha,beta,server_error}": 4,
        },
      }),
    ],
    provenBy: [
      { file: "test/routing/poison-guard.test.ts", title: "at a second target is, there and from then on everywhere" },
    ],
  },
];
