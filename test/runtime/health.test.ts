import { afterEach, describe, expect, test } from "bun:test";
import type { Provider } from "../../runtime/contract.ts";
import { createHealth, type Health, type HealthBody, type ProviderState } from "../../runtime/health/health.ts";
import type { ProviderStanding } from "../../runtime/health/provider-standing.ts";
import { logStateChange } from "../../runtime/log/log-state-change.ts";
import type { ResolvedKey } from "../../runtime/upstream/secrets.ts";
import { plainAccess } from "../support/plain-access.ts";
import { providerTerms } from "../support/terms.ts";

type Handler = (request: Request) => Response | Promise<Response>;

const servers: Bun.Server<unknown>[] = [];
const started: Health[] = [];
afterEach(() => {
  for (const health of started.splice(0)) health.stop();
  for (const server of servers.splice(0)) server.stop(true);
});

function upstream(handler: Handler): string {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: handler });
  servers.push(server);
  return server.url.href.replace(/\/$/, "");
}

function provider(baseUrl: string, more: Partial<Provider> = {}): Provider {
  return {
    format: "openai-chat",
    baseUrl,
    auth: "bearer",
    keys: [],
    ...providerTerms,
    timeouts: { connectMs: 0, firstByteMs: 0, idleMs: 0, totalMs: 0 },
    dialect: { vendor: false, streamOptions: true, maxTokensField: "auto" },
    ...more,
  };
}

const well: ProviderStanding = { breaker: "closed", keys: { ok: 1, quarantined: 0, limited: 0 } };
const anthropic: Partial<Provider> = { format: "anthropic-messages", auth: "x-api-key" };

function health(
  providers: Record<string, Provider>,
  more: {
    failOn?: "all" | "any";
    probeIntervalMs?: number;
    timeoutMs?: number;
    /** By provider; of several keys the first is called `0`. */
    keys?: Record<string, string | readonly [string, ...string[]]>;
    /** Collects what is told of keys. */
    told?: (readonly [keyId: string, accepted: boolean])[];
    /** Collects what the log says. */
    lines?: string[];
  } = {},
): Health {
  const { failOn = "all", probeIntervalMs = 60_000, timeoutMs = 2000, keys = {}, told, lines } = more;
  let nowMs = Date.parse("2026-01-02T03:04:05Z");
  const made = createHealth({
    catalog: { providers, health: { failOn, probeIntervalMs } },
    keys: new Map(Object.entries(keys).map(([id, values]) => [id, resolved(values)])),
    keyProbed: (_provider, keyId, accepted) => told?.push([keyId, accepted]),
    changed: (change) =>
      logStateChange(change, {
        info: (message) => lines?.push(`info: ${message}`),
        warn: (message) => lines?.push(`warning: ${message}`),
      }),
    standing: () => well,
    access: plainAccess,
    fetch: globalThis.fetch,
    random: Math.random,
    epochMs: () => {
      nowMs += 7;
      return nowMs;
    },
    timeoutMs,
  });
  started.push(made);
  return made;
}

function resolved(values: string | readonly [string, ...string[]]): readonly [ResolvedKey, ...ResolvedKey[]] {
  const [first, ...rest] = typeof values === "string" ? [values] : values;
  return [{ id: "0", value: first }, ...rest.map((value, index) => ({ id: String(index + 1), value }))];
}

const list = (...ids: string[]) => Response.json({ object: "list", data: ids.map((id) => ({ id })) });
const closed = "http://127.0.0.1:1";
const ids = (made: Health, provider: string) => made.models(provider).map(({ id }) => id);
const states = (body: HealthBody) =>
  Object.fromEntries(Object.entries(body.providers).map(([id, { state }]) => [id, state]));

test("R44 the log names a provider whose state is another than it was, once", async () => {
  const lines: string[] = [];
  let status = 200;
  const url = upstream(() => (status === 200 ? list("m") : new Response(null, { status })));
  const made = health({ up: provider(url), gone: provider(closed) }, { lines });
  for (const next of [200, 200, 503, 503, 401, 200]) {
    status = next;
    await made.refresh();
  }
  expect(lines).toEqual([
    expect.stringMatching(/^warning: provider gone does not answer its probe: (ECONNREFUSED|ConnectionRefused)$/),
    "warning: provider up does not answer its probe: status 503",
    "warning: provider up refuses the gateway's key: status 401",
    "info: provider up answers again",
  ]);
});

describe("R44 GET /healthz", () => {
  test("the whole body, one provider up and one stopped", async () => {
    const url = upstream(() => list("gpt-5"));
    const made = health({ openai: provider(url), anthropic: provider(closed, anthropic) });
    await made.refresh();
    const { status, body } = made.report();
    expect(status).toBe(200);
    expect(body).toEqual({
      status: "degraded",
      healthy: true,
      offline_providers: ["anthropic"],
      providers: {
        openai: {
          reachable: true,
          state: "ok",
          status: 200,
          error: null,
          latency_ms: expect.any(Number),
          last_probe_at: expect.stringMatching(/^2026-01-02T03:04:05\.\d{3}Z$/),
          ...well,
        },
        anthropic: {
          reachable: false,
          state: "offline",
          status: null,
          error: expect.stringMatching(/^(ECONNREFUSED|ConnectionRefused)$/),
          latency_ms: expect.any(Number),
          last_probe_at: expect.any(String),
          ...well,
        },
      },
    });
  });

  test("healthy until the first probe has come back", async () => {
    const made = health({ a: provider(closed) });
    expect(made.report()).toMatchObject({
      status: 200,
      body: { status: "ok", healthy: true, providers: { a: { state: "unknown", last_probe_at: null } } },
    });
    await made.refresh();
    expect(made.report()).toMatchObject({ status: 503, body: { status: "down", healthy: false } });
  });

  const rows: readonly [number, ProviderState][] = [
    [200, "ok"],
    [404, "ok"],
    [429, "ok"],
    [301, "ok"],
    [401, "key_rejected"],
    [403, "key_rejected"],
    [500, "offline"],
    [529, "offline"],
  ];
  test.each(rows)("a provider that answers %p is %p", async (code, state) => {
    const made = health({ a: provider(upstream(() => new Response("x", { status: code }))) });
    await made.refresh();
    expect(states(made.report().body)).toEqual({ a: state });
    expect(made.report().body.status).toBe(state === "ok" ? "ok" : state === "offline" ? "down" : "degraded");
  });

  test.each([
    ["all", 1, 200],
    ["all", 2, 503],
    ["any", 0, 200],
    ["any", 1, 503],
  ] as const)("fail_on %s with %p of 2 offline is %p", async (failOn, offline, status) => {
    const up = upstream(() => list());
    const urls = [offline > 0 ? closed : up, offline > 1 ? closed : up];
    const made = health({ a: provider(urls[0] ?? ""), b: provider(urls[1] ?? "") }, { failOn });
    await made.refresh();
    expect(made.report().status).toBe(status);
  });

  test("a provider that hangs is offline after the timeout", async () => {
    const made = health({ a: provider(upstream(() => new Promise<Response>(() => undefined))) }, { timeoutMs: 50 });
    await made.refresh();
    expect(made.report().body.providers["a"]).toMatchObject({ state: "offline", error: "timeout" });
  });

  test("start probes at once and after every interval; stop ends that; the report itself calls nobody", async () => {
    let calls = 0;
    const url = upstream(() => {
      calls++;
      return list();
    });
    const made = health({ a: provider(url) }, { probeIntervalMs: 20 });
    made.report();
    expect(calls).toBe(0);
    made.start();
    for (let waited = 0; calls < 3 && waited < 3000; waited += 5) await Bun.sleep(5);
    expect(calls).toBeGreaterThanOrEqual(3);
    made.stop();
    await Bun.sleep(30);
    const after = calls;
    await Bun.sleep(100);
    expect(calls).toBe(after);
  });

  test("an interval of 0 never probes", async () => {
    let calls = 0;
    const made = health({ a: provider(upstream(() => list(String(calls++)))) }, { probeIntervalMs: 0 });
    made.start();
    await Bun.sleep(50);
    expect(calls).toBe(0);
  });
});

describe("what a probe sends and reads", () => {
  test("R75 R76 each provider's own key in its own header, to /v1/models", async () => {
    const seen: unknown[] = [];
    const url = upstream((request) => {
      const header = (name: string) => request.headers.get(name);
      seen.push([
        new URL(request.url).pathname,
        header("authorization"),
        header("x-api-key"),
        header("anthropic-version"),
      ]);
      return list();
    });
    const providers = {
      anthropic: provider(url, anthropic),
      local: provider(`${url}/local`, { auth: "none" }),
      openai: provider(`${url}/proxy`),
    };
    await health(providers, { keys: { openai: "sk-1", anthropic: "sk-ant-2", local: "unused" } }).refresh();
    expect(seen.sort()).toEqual([
      ["/local/v1/models", null, null, null],
      ["/proxy/v1/models", "Bearer sk-1", null, null],
      ["/v1/models", null, "sk-ant-2", "2023-06-01"],
    ]);
  });

  test("a redirect is not followed, so no key travels", async () => {
    let followed = 0;
    const elsewhere = upstream(() => {
      followed++;
      return list("x");
    });
    const url = upstream(() => Response.redirect(elsewhere, 302));
    const made = health({ a: provider(url, anthropic) }, { keys: { a: "sk" } });
    await made.refresh();
    expect(followed).toBe(0);
    expect(made.report().body.providers["a"]).toMatchObject({ state: "ok", status: 302 });
    expect(ids(made, "a")).toEqual([]);
  });

  test("Anthropic's pages are followed to their end, but not for ever", async () => {
    const paged = upstream((request) => {
      const after = Number(new URL(request.url).searchParams.get("after_id") ?? 0);
      const last = after + 1;
      return Response.json({ data: [{ id: String(last) }], has_more: last < 3, last_id: String(last) });
    });
    const endless = upstream(() => Response.json({ data: [{ id: "m" }], has_more: true, last_id: "m" }));
    const made = health({ paged: provider(paged, anthropic), endless: provider(endless, anthropic) });
    await made.refresh();
    expect(ids(made, "paged")).toEqual(["1", "2", "3"]);
    expect(ids(made, "endless")).toEqual(["m", "m", "m", "m", "m"]);
  });

  const rows: readonly [string, () => Response, readonly string[]][] = [
    ["HTML", () => new Response("<html>"), []],
    ["no list", () => Response.json({ data: {} }), []],
    ["null", () => Response.json(null), []],
    [
      "odd entries",
      () => Response.json({ data: [{ id: "a/b" }, { id: 1 }, null, "x", { id: "sp ace" }, { id: "" }] }),
      ["a/b"],
    ],
    ["more than 4 MiB", () => new Response(new Uint8Array(5_000_000)), []],
    [
      "more ids than anyone has",
      () => list(...Array.from({ length: 6000 }, (_, at) => `m${at}`)),
      Array.from({ length: 5000 }, (_, at) => `m${at}`),
    ],
  ];
  test.each(rows)("%s", async (_name, response, expected) => {
    const made = health({ a: provider(upstream(response)) });
    await made.refresh();
    expect(ids(made, "a")).toEqual([...expected]);
    expect(made.report().body.providers["a"]?.state).toBe("ok");
  });

  test("ids of an earlier probe outlive a failed one", async () => {
    let up = true;
    const made = health({ a: provider(upstream(() => (up ? list("m") : new Response("", { status: 503 })))) });
    await made.refresh();
    up = false;
    await made.refresh();
    expect(ids(made, "a")).toEqual(["m"]);
    expect(made.report().status).toBe(503);
  });
});

describe("R182 every key is asked for", () => {
  const three: readonly [string, string, string] = ["sk-0", "sk-1", "sk-2"];
  const keyOf = (request: Request) => request.headers.get("authorization")?.slice("Bearer ".length) ?? "";

  /** A provider that answers each key with a status of its own. */
  function statuses(...codes: readonly number[]): Readonly<{ url: string; seen: string[]; most: () => number }> {
    const seen: string[] = [];
    let open = 0;
    let most = 0;
    const url = upstream(async (request) => {
      open += 1;
      most = Math.max(most, open);
      seen.push(keyOf(request));
      await Bun.sleep(5);
      open -= 1;
      const status = codes[three.indexOf(keyOf(request))] ?? 500;
      return status === 200 ? list("m") : new Response("", { status });
    });
    return { url, seen, most: () => most };
  }

  test("once in a round, one after the other, and the pool is told of those taken and refused", async () => {
    const { url, seen, most } = statuses(401, 200, 401);
    const told: [string, boolean][] = [];
    const made = health({ a: provider(url) }, { keys: { a: three }, told });
    await made.refresh();
    expect(seen).toEqual([...three]);
    expect(most()).toBe(1);
    expect(told).toEqual([
      ["0", false],
      ["1", true],
      ["2", false],
    ]);
    expect(states(made.report().body)).toEqual({ a: "ok" });
    expect(ids(made, "a")).toEqual(["m"]);
  });

  test("a value that several keys share is asked with once, and counts for all of them", async () => {
    const { url, seen } = statuses(401, 200);
    const told: [string, boolean][] = [];
    await health({ a: provider(url) }, { keys: { a: ["sk-0", "sk-1", "sk-0"] }, told }).refresh();
    expect(seen).toEqual(["sk-0", "sk-1"]);
    expect(told).toEqual([
      ["0", false],
      ["2", false],
      ["1", true],
    ]);
  });

  test.each([301, 403, 404, 429, 500])("a %p says nothing about a key", async (code) => {
    const told: [string, boolean][] = [];
    await health({ a: provider(statuses(code).url) }, { keys: { a: "sk-0" }, told }).refresh();
    expect(told).toEqual([]);
  });

  test("keys that never rest are not told on", async () => {
    const { url, seen } = statuses(401, 401);
    const told: [string, boolean][] = [];
    const made = health({ a: provider(url, { quarantine: false }) }, { keys: { a: ["sk-0", "sk-1"] }, told });
    await made.refresh();
    expect([seen.length, told]).toEqual([2, []]);
    expect(states(made.report().body)).toEqual({ a: "key_rejected" });
  });

  test("a provider that does not answer is asked once, and each key has its own time", async () => {
    let calls = 0;
    const hangs = upstream(() => {
      calls += 1;
      return new Promise<Response>(() => undefined);
    });
    await health({ a: provider(hangs) }, { keys: { a: three }, timeoutMs: 30 }).refresh();
    expect(calls).toBe(1);
    const slow = upstream(async () => {
      await Bun.sleep(40);
      return list();
    });
    const told: [string, boolean][] = [];
    await health({ a: provider(slow) }, { keys: { a: three }, timeoutMs: 100, told }).refresh();
    expect(told.length).toBe(3);
  });
});
