import { expect } from "bun:test";
import { providerTerms } from "../../support/terms.ts";
import { startBench } from "./bench.ts";
import { requestOf } from "./observe.ts";
import type { Expected, Row } from "./row.ts";
import { answer, byKey, cut, error, first, hello, tried, upstream, well } from "./say.ts";

const breakerTest = "test/routing/circuit-breaker.test.ts";
const quarantineTest = "test/routing/key-quarantine.test.ts";
const never = { ...providerTerms.retry, sameProvider: "never" } as const;
const touchy = { ...providerTerms.breaker, failureThreshold: 2, cooldownMs: 40_000 };
const broken = upstream({ status: 500 }, { settings: { retry: never, breaker: touchy } });

/** Beta, the second model, answers; alpha, under way, is let go. */
const hedgeWins: Expected = {
  gets: [answer("beta", 2)],
  hits: { alpha: 1, beta: 1 },
  moved: { "attempts{alpha,cancelled}": 1, "attempts{beta,ok}": 1, "hedges{hedge}": 1 },
};

export const health: readonly Row[] = [
  {
    id: "F185",
    fault: "All come back at once when a breaker half-opens",
    provenBy: [
      { file: breakerTest, title: "one probe passes; its success closes the breaker and forgets what was" },
      { file: breakerTest, title: "F185 the cooldown is up to a tenth longer, never shorter" },
      {
        file: quarantineTest,
        title: "R127 F185 only one call goes through until it is settled; others are told to come back in 1 s",
      },
    ],
  },
  {
    id: "F186",
    fault: "Every breaker is open",
    cases: [
      tried(
        "",
        [broken, broken],
        {
          gets: [
            error(500, 2, { shouldRetry: "false" }),
            error(500, 2, { shouldRetry: "false" }),
            // What failed at alpha just before counts against the request; beta's own failures begin here.
            error(500, 1),
            error(500, 1),
            error({ chat: 503, messages: 529 }, 0, { retryAfter: "39-45" }),
          ],
          hits: { alpha: 2, beta: 4 },
          moved: {
            "attempts{alpha,server_error}": 2,
            "attempts{beta,server_error}": 4,
            "failovers{alpha,beta,server_error}": 2,
            "breaker_opens{alpha}": 1,
            "breaker_opens{beta}": 1,
          },
        },
        {
          proves: "R6 R37 R181 R287",
          distinct: true,
        },
      ),
    ],
  },
  {
    id: "F187",
    fault: "A breaker between open and closed: few requests, half of them failing",
    provenBy: [
      { file: breakerTest, title: "F187 on half of the calls failing, but not before there were enough of them" },
      { file: breakerTest, title: "calls that have left the window do not count" },
    ],
  },
  {
    id: "F188",
    fault: "A provider fails every request: retries stay within their budget",
    cases: [
      {
        kind: "scene",
        gets: "its error, 200 times",
        hits: "at most 240",
        moved: "attempts{alpha,server_error}, retries{alpha}",
        run: retryStorm,
      },
    ],
    provenBy: [
      {
        file: "test/routing/retry-budget.test.ts",
        title: "F188 with every attempt failing, upstreams get at most 1.2 times the requests, and the reserve",
      },
    ],
  },
  {
    id: "F189",
    fault: "A hedged request: both models answer",
    cases: [
      tried("the second is faster", [upstream({ headersDelayMs: 1000 }), well], hedgeWins, {
        proves: "R39",
        hedgeAfterMs: 20,
      }),
      tried(
        "the first fails before the second was to start",
        [upstream({ status: 500 }), well],
        {
          ...hedgeWins,
          moved: { "attempts{alpha,server_error}": 1, "attempts{beta,ok}": 1, "hedges{hedge}": 1 },
        },
        { hedgeAfterMs: 5000 },
      ),
      tried(
        "the first is in time",
        [well, well],
        {
          gets: [answer("alpha", 1)],
          hits: { alpha: 1, beta: 0 },
          moved: { "attempts{alpha,ok}": 1, "hedges{primary}": 1 },
        },
        { hedgeAfterMs: 5000 },
      ),
    ],
  },
  {
    id: "F190",
    fault: "A hedged request: the winner breaks off",
    cases: [
      tried(
        "",
        [
          upstream({ headersDelayMs: 1000 }),
          upstream({ text: hello.repeat(5), deltaChars: 4, eventDelayMs: 10, endAfterEvents: 8 }),
        ],
        { ...hedgeWins, gets: [cut("beta", hello.repeat(5))] },
        { only: "stream", hedgeAfterMs: 20 },
      ),
    ],
  },
  {
    id: "F218",
    fault: "Every key of the provider is refused",
    cases: [
      tried("it is said, and the keys are not hammered", [byKey({ k1: { status: 401 }, k2: { status: 401 } })], {
        gets: [error(502, 2, { shouldRetry: "false" })],
        hits: { "alpha/k1": 1, "alpha/k2": 1 },
        moved: {
          "attempts{alpha,upstream_auth}": 2,
          "quarantines{alpha,k1,rejected}": 1,
          "quarantines{alpha,k2,rejected}": 1,
        },
      }),
      tried("the last key is good again: the next request finds out", [first([{ status: 401 }])], {
        gets: [error(502, 1, { shouldRetry: "false" }), answer("alpha", 1)],
        hits: { alpha: 2 },
        moved: {
          "attempts{alpha,upstream_auth}": 1,
          "attempts{alpha,ok}": 1,
          "quarantines{alpha,default,rejected}": 1,
        },
      }),
    ],
  },
];

async function retryStorm(): Promise<void> {
  const settings = { breaker: { ...providerTerms.breaker, enabled: false } };
  const bench = await startBench({
    upstreams: [upstream({ status: 500 }, { settings })],
    format: "openai-chat",
    catalog: { retryBudget: { percent: 20, minPerSecond: 0 } },
  });
  const { path, body } = requestOf("chat", {});
  for (let asked = 0; asked < 200; asked++) {
    expect((await fetch(bench.url + path, { method: "POST", body })).status).toBe(500);
  }
  expect(bench.hits()["alpha"]).toBeGreaterThan(220);
  expect(bench.hits()["alpha"]).toBeLessThanOrEqual(240);
  await bench.stop();
}
