import { afterEach, describe, expect, test } from "bun:test";
import type { Behaviour } from "../../cli/sim/script/behaviour.ts";
import { defaults } from "../../schemas/defaults.ts";
import { catalogTerms, providerTerms } from "../support/terms.ts";
import { type Ask, type Routed, type RoutedOptions, startRouted } from "./routed.ts";

let routed: Routed | undefined;
afterEach(async () => {
  await routed?.stop();
  routed = undefined;
});

async function start(options: RoutedOptions): Promise<Routed> {
  routed = await startRouted(options);
  return routed;
}

const limits = {
  maxBodyBytes: 1024 * 1024,
  maxJsonDepth: 64,
  maxResponseBytes: 4 * 1024 * 1024,
  ...defaults.admission,
};
const down: Behaviour = { status: 503 };

/** All four ways to ask. */
const ways: readonly (readonly [name: string, ask: Ask])[] = [
  ["Chat", { wire: "openai", stream: false }],
  ["Chat stream", { wire: "openai", stream: true }],
  ["Messages", { wire: "anthropic", stream: false }],
  ["Messages stream", { wire: "anthropic", stream: true }],
];

describe("R89 R92 down the list until one succeeds", () => {
  test.each(ways)("%s: five fail, the sixth answers, R90 and the client sees just that", async (_name, ask) => {
    const gateway = await start({
      upstreams: {
        a: { always: { status: 500 } },
        b: { format: "anthropic-messages", always: { status: 529 } },
        c: { always: { html: true } },
        d: { format: "anthropic-messages", always: { resetBeforeHeaders: true } },
        e: { always: { status: 429, retryAfter: "30" } },
        f: { always: { text: "the one and only answer", deltaChars: 3 } },
      },
    });
    const { status, text, headers, raw } = await gateway.ask(ask);
    expect([status, text]).toEqual([200, "the one and only answer"]);
    expect(headers.get("x-arouter-attempts")).toBe("6");
    expect(headers.get("x-arouter-provider")).toBe("f");
    // A connection that is reset at once may have been a stale one: the call is made once more on a fresh one.
    expect(gateway.hits()).toEqual(["a", "b", "c", "d", "d", "e", "f"]);
    expect(raw).not.toContain("error");
    if (ask.stream) expect(raw.match(/message_stop"|\[DONE\]/g)).toHaveLength(1);
  });

  test.each(ways)("R106 %s: one that speaks the other format is as good as any", async (_name, ask) => {
    const other = ask.wire === "openai" ? "anthropic-messages" : "openai-chat";
    const own = ask.wire === "openai" ? "openai-chat" : "anthropic-messages";
    const gateway = await start({
      upstreams: {
        native: { format: own, always: down },
        translated: { format: other, always: { text: "in other words", deltaChars: 2 } },
      },
    });
    const { text, headers } = await gateway.ask(ask);
    expect(text).toBe("in other words");
    expect(headers.get("x-arouter-provider")).toBe("translated");
    expect(gateway.hits()).toEqual(["native", "translated"]);
  });
});

describe("what goes on to the next provider", () => {
  const goesOn: readonly (readonly [name: string, does: Behaviour])[] = [
    ["R93 401", { status: 401 }],
    ["402", { status: 402 }],
    ["403", { status: 403 }],
    ["404", { status: 404 }],
    ["408", { status: 408 }],
    ["425", { status: 425 }],
    ["R80 R94 429", { status: 429 }],
    ["R84 429 with a Retry-After", { status: 429, retryAfter: "20" }],
    ["429 that says quota", { status: 429, errorCode: "insufficient_quota" }],
    ["R95 500", { status: 500 }],
    ["R95 502", { status: 502 }],
    ["R95 503", { status: 503 }],
    ["R95 504", { status: 504 }],
    ["520 with a web page", { status: 520, html: true }],
    ["R95 529", { status: 529 }],
    ["a redirect", { redirect: "http://127.0.0.1:1/" }],
    ["a status of 700", { status: 700 }],
    ["a web page with 200", { html: true }],
    ["an answer that is no JSON", { invalidJson: true }],
    ["an empty body", { body: "" }],
    ["an error in a 200", { body: '{"error":{"message":"no","type":"server_error"}}' }],
    ["a connection that is reset", { resetBeforeHeaders: true }],
    ["a body that is cut", { resetAfterBytes: 20 }],
    ["garbage instead of HTTP", { wire: "nonsense\r\n\r\n" }],
  ];

  test.each(goesOn)("%s, in one piece", async (_name, does) => {
    const gateway = await start({ upstreams: { a: { always: does }, b: {} } });
    const { status, text } = await gateway.ask();
    expect([status, text]).toEqual([200, "from b"]);
    expect(gateway.hits().at(-1)).toBe("b");
  });

  const streamed: typeof goesOn = [
    ...goesOn.filter(([name]) => !/JSON|cut/.test(name)),
    ["an error event before any content", { errorAfterEvents: 1, errorType: "overloaded_error" }],
    ["an error event and nothing else", { errorAfterEvents: 0 }],
    ["a stream that ends before any content", { endAfterEvents: 1 }],
    ["a stream that is reset before any content", { resetAfterBytes: 10 }],
  ];

  test.each(streamed)("%s, streamed", async (_name, does) => {
    const gateway = await start({ upstreams: { a: { always: does }, b: {} } });
    const { status, text, raw } = await gateway.ask({ stream: true });
    expect([status, text]).toEqual([200, "from b"]);
    expect(raw.match(/\[DONE\]/g)).toHaveLength(1);
  });

  test.each([400, 405, 409, 413, 415, 418, 422, 451])("but %d does not", async (status) => {
    const gateway = await start({ upstreams: { a: { always: { status } }, b: {} } });
    expect((await gateway.ask()).status).toBe(status);
    expect(gateway.hits()).toEqual(["a"]);
  });

  test("with include_4xx a 400 does", async () => {
    const gateway = await start({
      upstreams: { a: { always: { status: 400 } }, b: {} },
      catalog: { failover: { ...catalogTerms.failover, include4xx: true } },
    });
    expect((await gateway.ask()).text).toBe("from b");
    expect(gateway.hits()).toEqual(["a", "b"]);
  });
});

describe("R90 once the client has seen something", () => {
  const cuts: readonly (readonly [string, Behaviour])[] = [
    ["an error event", { text: "one two three four", deltaChars: 4, errorAfterEvents: 3 }],
    ["a reset", { text: "x".repeat(4000), deltaChars: 4, resetAfterBytes: 2000 }],
    ["an early end", { text: "one two three four", deltaChars: 4, endAfterEvents: 3 }],
  ];

  test.each(cuts)("%s ends the stream with an error, and nobody else is asked", async (_name, does) => {
    const gateway = await start({ upstreams: { a: { always: does }, b: {} } });
    const { status, raw, text } = await gateway.ask({ stream: true });
    expect(status).toBe(200);
    expect(raw).toContain('"error"');
    expect(raw).not.toContain("[DONE]");
    expect(text).not.toContain("from b");
    expect(gateway.hits()).toEqual(["a"]);
  });
});

describe("R5 the same provider again, when it is the only one", () => {
  test.each(ways)("%s: 503, then 200", async (_name, ask) => {
    const gateway = await start({ upstreams: { a: { first: [down] } } });
    const { status, text, headers } = await gateway.ask(ask);
    expect([status, text, headers.get("x-arouter-attempts")]).toEqual([200, "from a", "2"]);
    expect(gateway.hits()).toEqual(["a", "a"]);
  });

  test("R35 as often as its own settings say", async () => {
    const quick = { ...providerTerms.retry, initialBackoffMs: 1, maxBackoffMs: 5 };
    const gateway = await start({
      upstreams: {
        twice: { always: down, settings: { retry: { ...quick, maxAttempts: 2 } } },
        thrice: { always: down, settings: { retry: { ...quick, maxAttempts: 4 } } },
      },
    });
    expect((await gateway.ask()).status).toBe(503);
    expect(gateway.hits()).toEqual(["twice", "thrice", "twice", "thrice", "thrice", "thrice"]);
  });

  test("R234 not before the others by default, R235 but when it is told to", async () => {
    const always = { ...providerTerms.retry, initialBackoffMs: 1, maxBackoffMs: 5, sameProvider: "always" as const };
    const eager = await start({ upstreams: { a: { always: down, settings: { retry: always } }, b: {} } });
    expect((await eager.ask()).text).toBe("from b");
    expect(eager.hits()).toEqual(["a", "a", "a", "b"]);
    await eager.stop();
    const calm = await start({ upstreams: { a: { always: down }, b: {} } });
    expect((await calm.ask()).text).toBe("from b");
    expect(calm.hits()).toEqual(["a", "b"]);
  });

  test("F20 its only key is waited for, for as long as its 429 says, and asked once", async () => {
    const gateway = await start({
      upstreams: {
        a: {
          first: [{ status: 429, headers: { "retry-after-ms": "300" } }],
          settings: { retry: { ...providerTerms.retry, maxAttempts: 2 } },
        },
      },
    });
    const { status, text } = await gateway.ask();
    expect([status, text]).toEqual([200, "from a"]);
    const [first, second, ...more] = gateway.requestsOf("a");
    expect(more).toEqual([]);
    const waitedMs = (second?.atMs ?? 0) - (first?.atMs ?? 0);
    expect(waitedMs).toBeGreaterThanOrEqual(299);
    expect(waitedMs).toBeLessThan(1000);
  });

  test("F20 a wait beyond the cap is the client's to make", async () => {
    const gateway = await start({ upstreams: { a: { always: { status: 429, retryAfter: "7" } } } });
    const { status, headers } = await gateway.ask();
    expect([status, headers.get("retry-after"), headers.get("x-should-retry")]).toEqual([429, "7", null]);
    expect(gateway.hits()).toEqual(["a"]);
  });

  test("F25 used up credit is not tried again", async () => {
    const gateway = await start({ upstreams: { a: { always: { status: 429, errorCode: "insufficient_quota" } } } });
    const { headers } = await gateway.ask();
    expect(headers.get("x-should-retry")).toBe("false");
    expect(gateway.hits()).toEqual(["a"]);
  });

  test("an empty answer is asked for once more, and delivered when there is no better", async () => {
    const gateway = await start({ upstreams: { a: { first: [{ text: "" }] } } });
    expect((await gateway.ask()).text).toBe("from a");
    await gateway.stop();
    const empty = await start({ upstreams: { a: { always: { text: "" } }, b: { always: down } } });
    const { status, headers } = await empty.ask({ stream: true });
    expect([status, headers.get("x-arouter-provider")]).toEqual([200, "a"]);
  });
});

describe("R85 R107 R121 keys", () => {
  test.each(ways)("%s: the next key of the same provider serves the request", async (_name, ask) => {
    const gateway = await start({
      upstreams: {
        a: {
          keys: ["dead", "limited", "good"],
          scripts: [
            { when: { key: "sk-a-dead" }, times: "always", do: { status: 401 } },
            { when: { key: "sk-a-limited" }, times: "always", do: { status: 429, retryAfter: "60" } },
          ],
        },
        b: {},
      },
    });
    expect((await gateway.ask(ask)).text).toBe("from a");
    // R98 Those that failed are left alone from then on.
    expect((await gateway.ask(ask)).text).toBe("from a");
    expect(gateway.hits()).toEqual(["a/dead", "a/limited", "a/good", "a/good"]);
  });

  test("R96 a user's own key is the last one", async () => {
    const own = { id: "own", secret: [], billing: "byok" as const };
    const gateway = await start({
      upstreams: {
        a: { keys: ["platform", own], scripts: [{ when: { key: "sk-a-platform" }, times: 1, do: { status: 429 } }] },
      },
    });
    expect((await gateway.ask()).text).toBe("from a");
    expect(gateway.hits()).toEqual(["a/platform", "a/own"]);
  });

  test("R107 keys of several providers", async () => {
    const limited = { status: 429, retryAfter: "60" };
    const gateway = await start({
      upstreams: {
        a: { keys: ["one", "two"], always: limited },
        b: {
          format: "anthropic-messages",
          keys: ["one", "two"],
          scripts: [{ when: { key: "sk-b-one" }, times: "always", do: limited }],
        },
      },
    });
    expect((await gateway.ask()).text).toBe("from b");
    expect(gateway.hits()).toEqual(["a/one", "a/two", "b/one", "b/two"]);
  });

  test("all of them refused is the gateway's fault, not the client's", async () => {
    const gateway = await start({ upstreams: { a: { keys: ["one", "two"], always: { status: 401 } } } });
    const first = await gateway.ask();
    expect([first.status, first.headers.get("x-should-retry")]).toEqual([502, "false"]);
    expect(gateway.hits()).toEqual(["a/one", "a/two"]);
  });
});

describe("R97 R98 R99 R100 the primary is limited, the next one serves", () => {
  test("one request of the client, two of the gateway, the usage of the second", async () => {
    const gateway = await start({ upstreams: { a: { always: { status: 429, retryAfter: "60" } }, b: {} } });
    const { status, raw } = await gateway.ask();
    expect(status).toBe(200);
    expect(JSON.parse(raw)).toMatchObject({ choices: [{ message: { content: "from b" } }], usage: {} });
    expect(JSON.parse(raw).usage.total_tokens).toBeGreaterThan(0);
    expect(gateway.hits()).toEqual(["a", "b"]);
    await gateway.ask();
    expect(gateway.hits()).toEqual(["a", "b", "b"]);
  });
});

describe("R287 R6 an open breaker", () => {
  test("is passed over at once", async () => {
    const gateway = await start({ upstreams: { a: { always: down }, b: {} } });
    for (let n = 0; n < 8; n++) expect((await gateway.ask({ body: { seed: n } })).text).toBe("from b");
    expect(gateway.hits().filter((name) => name === "a")).toHaveLength(5);
  });

  test("is a 503 when there is nobody else, and says when to come back", async () => {
    const gateway = await start({ upstreams: { a: { always: down } } });
    for (let n = 0; n < 2; n++) await gateway.ask({ body: { seed: n } });
    const hits = gateway.hits().length;
    expect(hits).toBe(5);
    const { status, headers } = await gateway.ask();
    expect(status).toBe(503);
    expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(29);
    expect(headers.get("x-arouter-attempts")).toBe("0");
    expect(gateway.hits()).toHaveLength(hits);
  });

  test("F41 one body that breaks everybody opens no breaker but the first's", async () => {
    const gateway = await start({
      upstreams: {
        a: { always: { status: 500 } },
        b: { scripts: [{ times: 6, do: { status: 500 } }] },
      },
      catalog: { failover: { ...catalogTerms.failover, maxAttempts: 2 } },
    });
    for (let n = 0; n < 6; n++) expect((await gateway.ask()).status).toBe(500);
    expect((await gateway.ask({ body: { seed: 1 } })).text).toBe("from b");
  });
});

describe("R230 slow providers", () => {
  test("one that sends nothing in time is left for the next", async () => {
    const timeouts = { connectMs: 1000, firstByteMs: 150, idleMs: 150, totalMs: 300 };
    const gateway = await start({ upstreams: { a: { always: { neverAnswer: true }, settings: { timeouts } }, b: {} } });
    expect((await gateway.ask({ stream: true })).text).toBe("from b");
    expect((await gateway.ask()).text).toBe("from b");
  });

  test("one that refuses connections is, too", async () => {
    const gateway = await start({ upstreams: { a: { settings: { baseUrl: "http://127.0.0.1:1" } }, b: {} } });
    expect((await gateway.ask()).text).toBe("from b");
    expect(gateway.hits()).toEqual(["b"]);
  });
});

describe("limits of a request", () => {
  const limited = (more: Readonly<{ maxAttempts?: number; deadlineMs?: number }>) => ({
    failover: { ...catalogTerms.failover, ...more },
  });

  test("attempts in all, and the client is told not to try again", async () => {
    const gateway = await start({
      upstreams: { a: { always: { status: 500 } }, b: { always: { status: 500 } }, c: {} },
      catalog: limited({ maxAttempts: 2 }),
    });
    const { status, headers } = await gateway.ask();
    expect([status, headers.get("x-arouter-attempts"), headers.get("x-should-retry")]).toEqual([500, "2", "false"]);
    expect(gateway.hits()).toEqual(["a", "b"]);
  });

  test("time", async () => {
    const slow = { status: 500, headersDelayMs: 120 };
    const gateway = await start({
      upstreams: { a: { always: slow }, b: { always: slow }, c: {} },
      catalog: limited({ deadlineMs: 200 }),
    });
    expect((await gateway.ask()).status).toBe(500);
    expect(gateway.hits()).toEqual(["a", "b"]);
  });

  test("the next model of a chain does not turn the last answer into an error of ours", async () => {
    const gateway = await start({
      upstreams: { a: { always: { status: 500, errorMessage: "really broken" } }, b: {} },
      models: { first: ["a"], second: ["b"] },
      catalog: limited({ maxAttempts: 1 }),
      plan: (route) => ({
        rule: "chain",
        routes: [route("first"), route("second")],
        validate: [],
        fallbackOn: ["error"],
      }),
    });
    const { status, raw } = await gateway.ask();
    expect(status).toBe(500);
    expect(raw).toContain("really broken");
  });

  test("a client that leaves ends the attempts", async () => {
    const gateway = await start({ upstreams: { a: { always: { neverAnswer: true } }, b: {} } });
    const asked = gateway.ask({ signal: AbortSignal.timeout(100) });
    expect(await asked.catch((error: unknown) => String(error))).toContain("Timeout");
    await Bun.sleep(100);
    expect(gateway.hits()).toEqual(["a"]);
    expect(gateway.requestsOf("a")[0]?.closedEarlyAtMs).toBeDefined();
  });
});

describe("a provider that serves as many requests as it may", () => {
  const oneAtATime = { maxInFlight: 1 };
  const slow: Behaviour = { headersDelayMs: 150 };
  const queue = (queueMs: number) => ({ limits: { ...limits, queueSize: 10, queueMs } });

  test("is passed over while there is another one", async () => {
    const gateway = await start({ upstreams: { a: { always: slow, settings: oneAtATime }, b: {} } });
    const answers = await Promise.all([gateway.ask(), gateway.ask(), gateway.ask()]);
    expect(answers.map(({ text }) => text).sort()).toEqual(["from a", "from b", "from b"]);
  });

  test("is a 503 when it is the only one and nobody may wait", async () => {
    const gateway = await start({ upstreams: { a: { always: slow, settings: oneAtATime } } });
    const answers = await Promise.all([gateway.ask(), gateway.ask()]);
    const [refused] = answers.filter(({ status }) => status !== 200);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503]);
    expect(refused?.raw).toContain("provider_busy");
    expect(refused?.headers.get("retry-after")).toBe("1");
  });

  test("is waited for where one may, one after the other", async () => {
    const gateway = await start({
      upstreams: { a: { always: { headersDelayMs: 40 }, settings: oneAtATime } },
      catalog: queue(2000),
    });
    const answers = await Promise.all(Array.from({ length: 5 }, () => gateway.ask()));
    expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 5 }, () => "from a"));
    expect(gateway.hits()).toHaveLength(5);
  });

  test("a wait that outlasts the request's time leaves the place to others", async () => {
    const failover = { ...catalogTerms.failover, deadlineMs: 50 };
    const gateway = await start({
      upstreams: { a: { first: [slow], settings: oneAtATime } },
      catalog: { ...queue(2000), failover },
    });
    const answers = await Promise.all([gateway.ask(), gateway.ask()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503]);
    expect((await gateway.ask()).text).toBe("from a");
    expect(gateway.hits()).toHaveLength(2);
  });

  test("a stream holds its place until it is over, whoever ends it", async () => {
    const long: Behaviour = { text: "x".repeat(200), deltaChars: 4, eventDelayMs: 20 };
    const gateway = await start({ upstreams: { a: { first: [long, long], settings: oneAtATime } } });
    const running = gateway.ask({ stream: true });
    await Bun.sleep(60);
    expect((await gateway.ask()).status).toBe(503);
    expect((await running).status).toBe(200);
    await gateway.ask({ stream: true, signal: AbortSignal.timeout(100) }).catch(() => undefined);
    await Bun.sleep(100);
    expect((await gateway.ask()).text).toBe("from a");
  });

  test("an empty answer does not keep the place from its own retry", async () => {
    const gateway = await start({ upstreams: { a: { first: [{ text: "" }], settings: oneAtATime } } });
    expect((await gateway.ask({ stream: true })).text).toBe("from a");
  });
});

test("F188 with everybody down, upstreams get no more than their share of retries", async () => {
  const gateway = await start({
    upstreams: { a: { always: { status: 503 }, settings: { breaker: { ...providerTerms.breaker, enabled: false } } } },
    catalog: { retryBudget: { percent: 20, minPerSecond: 0 } },
  });
  for (let n = 0; n < 50; n++) expect((await gateway.ask({ body: { seed: n } })).status).toBe(503);
  expect(gateway.hits().length).toBe(60);
});
