import { afterEach, describe, expect, test } from "bun:test";
import type { Behaviour } from "../../cli/sim/script/behaviour.ts";
import { catalogTerms } from "../support/terms.ts";
import { type Ask, type Routed, type RoutedOptions, startRouted, type Upstream } from "./routed.ts";

let routed: Routed | undefined;
afterEach(async () => {
  await routed?.stop();
  routed = undefined;
});

type Race = Readonly<{
  primary?: Upstream;
  hedge?: Upstream;
  afterMs?: number;
  validate?: readonly string[];
  catalog?: RoutedOptions["catalog"];
}>;

/** A rule that races `primary` against `hedge`; each of them serves one request at a time. */
async function race({ primary = {}, hedge = {}, afterMs = 40, validate = [], catalog = {} }: Race): Promise<Routed> {
  const settings = { maxInFlight: 1 };
  routed = await startRouted({
    upstreams: {
      primary: { ...primary, settings: { ...settings, ...primary.settings } },
      hedge: { ...hedge, settings: { ...settings, ...hedge.settings } },
    },
    models: { first: ["primary"], second: ["hedge"], "only-hedge": ["hedge"], "only-primary": ["primary"] },
    catalog,
    plan: (route) => ({
      rule: "race",
      routes: [route("first")],
      validate,
      hedge: { afterMs, route: route("second") },
    }),
  });
  return routed;
}

const slow: Behaviour = { headersDelayMs: 400 };
const slower: Behaviour = { headersDelayMs: 2500 };
const slowContent: Behaviour = { firstEventDelayMs: 400 };

async function outcome(gateway: Routed, ask: Ask = {}) {
  const { status, text, headers, raw } = await gateway.ask(ask);
  return { status, text, raw, by: headers.get("x-arouter-hedge"), attempts: headers.get("x-arouter-attempts") };
}

/** Both providers have a free place: each can be asked again at once. */
async function expectBothFree(gateway: Routed): Promise<void> {
  const pinned = (model: string) => fetchPinned(gateway, model);
  expect(await pinned("only-primary")).toBe("primary");
  expect(await pinned("only-hedge")).toBe("hedge");
}

async function fetchPinned(gateway: Routed, model: string): Promise<string | null> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "x-arouter-no-policy": "1" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] }),
  });
  await response.text();
  return response.status === 503 ? "busy" : response.headers.get("x-arouter-provider");
}

const ways: readonly (readonly [string, Ask])[] = [
  ["whole", {}],
  ["streamed", { stream: true }],
  ["whole, translated", { wire: "anthropic" }],
  ["streamed, translated", { wire: "anthropic", stream: true }],
];

describe("R39 who wins", () => {
  test.each(ways)("%s: a fast primary is never raced", async (_name, ask) => {
    const gateway = await race({ afterMs: 2000 });
    expect(await outcome(gateway, ask)).toMatchObject({ text: "from primary", by: "primary", attempts: "1" });
    expect(gateway.hits()).toEqual(["primary"]);
  });

  test.each(ways)("%s: a slow primary is overtaken, and its call is closed", async (_name, ask) => {
    const gateway = await race({ primary: { first: [slower] } });
    expect(await outcome(gateway, ask)).toMatchObject({ text: "from hedge", by: "hedge", attempts: "2" });
    await Bun.sleep(100);
    expect(gateway.requestsOf("primary")[0]).toMatchObject({ closedEarlyAtMs: expect.any(Number) });
    await expectBothFree(gateway);
  });

  test.each(ways)("%s: a slow primary may still win, and the hedge's call is closed", async (_name, ask) => {
    const gateway = await race({ primary: { first: [{ headersDelayMs: 200 }] }, hedge: { first: [slower] } });
    expect(await outcome(gateway, ask)).toMatchObject({ text: "from primary", by: "primary", attempts: "2" });
    await Bun.sleep(100);
    expect(gateway.requestsOf("hedge")[0]).toMatchObject({ closedEarlyAtMs: expect.any(Number) });
    await expectBothFree(gateway);
  });

  test("streams are raced to their first content, not to their headers", async () => {
    const gateway = await race({ primary: { first: [slowContent] }, hedge: {} });
    expect(await outcome(gateway, { stream: true })).toMatchObject({ text: "from hedge", by: "hedge" });
    await expectBothFree(gateway);
  });

  test("0 ms starts both at once", async () => {
    const gateway = await race({ primary: { first: [slow] }, hedge: { first: [slower] }, afterMs: 0 });
    expect(await outcome(gateway)).toMatchObject({ text: "from primary", by: "primary", attempts: "2" });
    const [one] = gateway.requestsOf("primary");
    const [other] = gateway.requestsOf("hedge");
    expect(Math.abs((one?.atMs ?? 0) - (other?.atMs ?? 9e15))).toBeLessThan(150);
  });

  test("F189 when both answer, one is delivered and the other's place is free again", async () => {
    const both = { first: [{ headersDelayMs: 80 }] };
    const gateway = await race({ primary: both, hedge: both, afterMs: 0 });
    const { status, text, raw } = await outcome(gateway, { stream: true });
    expect(status).toBe(200);
    expect(["from primary", "from hedge"]).toContain(text ?? "");
    expect(raw.match(/\[DONE\]/g)).toHaveLength(1);
    await Bun.sleep(50);
    await expectBothFree(gateway);
  });

  test("without a rule nobody is raced", async () => {
    const gateway = await race({ primary: { first: [{ headersDelayMs: 150 }] }, afterMs: 10 });
    expect(await fetchPinned(gateway, "only-primary")).toBe("primary");
    expect(gateway.hits()).toEqual(["primary"]);
  });
});

describe("failures", () => {
  test.each(ways)("%s: when the primary fails, the hedge starts at once", async (_name, ask) => {
    const gateway = await race({ primary: { first: [{ status: 500 }] }, afterMs: 5000 });
    const startedMs = performance.now();
    expect(await outcome(gateway, ask)).toMatchObject({ text: "from hedge", by: "hedge", attempts: "2" });
    expect(performance.now() - startedMs).toBeLessThan(2000);
    await expectBothFree(gateway);
  });

  test("a primary that fails during the race leaves the hedge to finish", async () => {
    const gateway = await race({
      primary: { first: [{ status: 500, headersDelayMs: 100 }] },
      hedge: { first: [{ headersDelayMs: 200 }] },
    });
    expect(await outcome(gateway)).toMatchObject({ text: "from hedge", by: "hedge" });
    expect(gateway.hits()).toEqual(["primary", "hedge"]);
  });

  test("a hedge that fails leaves the primary to finish", async () => {
    const gateway = await race({ primary: { first: [slow] }, hedge: { first: [{ status: 500 }] } });
    expect(await outcome(gateway)).toMatchObject({ text: "from primary", by: "primary", attempts: "2" });
    await expectBothFree(gateway);
  });

  test("both fail: the primary is tried again, as without a hedge", async () => {
    const failing = { first: [{ status: 500 }] };
    const gateway = await race({ primary: failing, hedge: failing });
    expect(await outcome(gateway)).toMatchObject({ text: "from primary", by: null, attempts: "3" });
    expect(gateway.hits()).toEqual(["primary", "hedge", "primary"]);
    await expectBothFree(gateway);
  });

  test("both fail for good: the client gets the primary's error", async () => {
    const gateway = await race({
      primary: { always: { status: 400, errorMessage: "primary says no" } },
      hedge: { always: { status: 400, errorMessage: "hedge says no" } },
    });
    const { status, raw, attempts } = await outcome(gateway);
    expect([status, attempts]).toEqual([400, "2"]);
    expect(raw).toContain("primary says no");
  });

  test("a hedge that nobody can serve right now leaves the primary alone", async () => {
    const gateway = await race({ primary: { first: [slow, slow] }, hedge: { first: [{ status: 401 }] }, afterMs: 0 });
    await outcome(gateway);
    // Its only key is out of service now.
    expect(await outcome(gateway)).toMatchObject({ text: "from primary", by: null, attempts: "1" });
  });

  test("a hedge counts as an attempt: where no more are allowed there is none", async () => {
    const failover = { ...catalogTerms.failover, maxAttempts: 1 };
    const gateway = await race({ primary: { first: [slow] }, catalog: { failover } });
    expect(await outcome(gateway)).toMatchObject({ text: "from primary", by: null, attempts: "1" });
    expect(gateway.hits()).toEqual(["primary"]);
  });

  test("F190 a winner that breaks off later ends in an error; nobody steps in", async () => {
    const broken: Behaviour = { text: "one two three four", deltaChars: 4, errorAfterEvents: 3 };
    const gateway = await race({ primary: { first: [slower] }, hedge: { first: [broken] } });
    const { raw, by } = await outcome(gateway, { stream: true });
    expect(by).toBe("hedge");
    expect(raw).toContain('"error"');
    expect(raw).not.toContain("[DONE]");
    expect(gateway.hits()).toEqual(["primary", "hedge"]);
    await expectBothFree(gateway);
  });
});

describe("with validators", () => {
  const schema = {
    type: "object",
    properties: { ok: { type: "boolean" } },
    required: ["ok"],
    additionalProperties: false,
  };
  const body = { response_format: { type: "json_schema", json_schema: { name: "answer", schema, strict: true } } };
  const valid = '{"ok":true}';
  const invalid = '{"ok":"yes"}';
  const validate = ["json_schema"];

  test.each([false, true])("an invalid answer does not win while the other may (stream: %p)", async (stream) => {
    const gateway = await race({
      primary: { first: [{ text: invalid }] },
      hedge: { first: [{ text: valid, headersDelayMs: 100 }] },
      validate,
    });
    expect(await outcome(gateway, { body, stream })).toMatchObject({ status: 200, text: valid, by: "hedge" });
    await expectBothFree(gateway);
  });

  test("an invalid answer of the hedge does not end a slow primary", async () => {
    const gateway = await race({
      primary: { first: [{ text: valid, headersDelayMs: 200 }] },
      hedge: { first: [{ text: invalid }] },
      validate,
    });
    expect(await outcome(gateway, { body })).toMatchObject({ text: valid, by: "primary" });
    await expectBothFree(gateway);
  });

  test("two invalid answers: the primary's is delivered", async () => {
    const gateway = await race({
      primary: { first: [{ text: invalid }] },
      hedge: { first: [{ text: '{"ok":1}' }] },
      validate,
    });
    expect(await outcome(gateway, { body })).toMatchObject({ status: 200, text: invalid, by: "primary" });
    await expectBothFree(gateway);
  });

  test("an invalid answer is better than none", async () => {
    const gateway = await race({
      primary: { always: { status: 400 } },
      hedge: { first: [{ text: invalid }] },
      validate,
    });
    expect(await outcome(gateway, { body })).toMatchObject({ status: 200, text: invalid, by: "hedge" });
    expect(await fetchPinned(gateway, "only-hedge")).toBe("hedge");
  });
});

describe("F92 the client leaves", () => {
  test.each([false, true])("during the race: both calls are closed (stream: %p)", async (stream) => {
    const gateway = await race({ primary: { first: [slower] }, hedge: { first: [slower] } });
    const gone = await gateway.ask({ stream, signal: AbortSignal.timeout(150) }).catch((error: unknown) => error);
    expect(String(gone)).toContain("Timeout");
    await Bun.sleep(100);
    for (const name of ["primary", "hedge"]) {
      expect(gateway.requestsOf(name).map(({ closedEarlyAtMs }) => typeof closedEarlyAtMs)).toEqual(["number"]);
    }
    await expectBothFree(gateway);
  });

  test("before it: no hedge is started", async () => {
    const gateway = await race({ primary: { first: [slower] }, afterMs: 200 });
    await gateway.ask({ signal: AbortSignal.timeout(100) }).catch(() => undefined);
    await Bun.sleep(300);
    expect(gateway.hits()).toEqual(["primary"]);
    await expectBothFree(gateway);
  });
});

test("a loser gives back one place, not two", async () => {
  const gateway = await race({ primary: { first: [slower, slow, slow] } });
  await outcome(gateway);
  const answers = await Promise.all([fetchPinned(gateway, "only-primary"), fetchPinned(gateway, "only-primary")]);
  expect(answers.sort()).toEqual(["busy", "primary"]);
});
