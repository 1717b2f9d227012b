import { describe, expect, test } from "bun:test";
import { createKeySpend } from "../../runtime/routing/key-spend.ts";
import { pooledKey, poolFixture } from "./key-fixture.ts";

const minuteMs = 60_000;

describe("requests per minute", () => {
  test("R124 three keys of 5 a minute let 15 through, and the 16th a minute after the first", () => {
    const keys = ["a", "b", "c"].map((id) => pooledKey(id, { requestsPerMinute: 5 }));
    const fixture = poolFixture(keys, { strategy: "round_robin" });
    const served = Array.from({ length: 15 }, () => fixture.who());
    expect(served.filter((id) => id === "b")).toHaveLength(5);
    expect(fixture.take()).toEqual({ kind: "none", reason: "limited", class: "limited", retryAfterMs: minuteMs });
    fixture.pass(minuteMs - 1);
    expect(fixture.who()).toBe("limited");
    fixture.pass(1);
    expect(fixture.who()).toBe("a");
  });

  test("the window slides: what started later is forgotten later, at most a second after its minute", () => {
    const fixture = poolFixture([pooledKey("a", { requestsPerMinute: 3 })]);
    for (const waitMs of [10_000, 500, 0]) {
      fixture.lease().settle({ kind: "ok" });
      fixture.pass(waitMs);
    }
    // Started at 0, 10,000 and 10,500 ms.
    expect(fixture.take()).toMatchObject({ kind: "none", retryAfterMs: 49_500 });
    fixture.pass(49_500);
    expect(fixture.who()).toBe("a");
    expect(fixture.take()).toMatchObject({ kind: "none", retryAfterMs: 10_500 });
    fixture.pass(10_500);
    expect([fixture.who(), fixture.who(), fixture.who()]).toEqual(["a", "a", "limited"]);
  });

  test("R121 a key at its limit leaves the request to the next key", () => {
    const fixture = poolFixture([pooledKey("a", { requestsPerMinute: 1 }), pooledKey("b")]);
    expect([fixture.who(), fixture.who(), fixture.who()]).toEqual(["a", "b", "b"]);
    expect(fixture.report("a")).toMatchObject({ state: "limited", why: "requests_per_minute", leftMs: minuteMs });
  });
});

describe("tokens per minute", () => {
  test("the estimate counts when the request starts", () => {
    const fixture = poolFixture([pooledKey("a", { tokensPerMinute: 1000 })]);
    expect(fixture.who({ tokens: 600 })).toBe("a");
    expect(fixture.who({ tokens: 401 })).toBe("limited");
    expect(fixture.who({ tokens: 400 })).toBe("a");
    expect(fixture.take({ tokens: 1 })).toMatchObject({ kind: "none", class: "limited", retryAfterMs: minuteMs });
    expect(fixture.report("a")).toMatchObject({ state: "limited", why: "tokens_per_minute" });
  });

  const corrections = [
    { name: "less was used", used: [200], fits: 800 },
    { name: "more was used", used: [900], fits: 100 },
    { name: "several calls add up", used: [300, 400], fits: 300 },
    { name: "nothing was used", used: [0], fits: 1000 },
    { name: "usage that is no amount leaves the estimate", used: [Number.NaN], fits: 400 },
  ] as const;
  for (const { name, used, fits } of corrections) {
    test(`spend() corrects the estimate of 600: ${name}`, () => {
      const fixture = poolFixture([pooledKey("a", { tokensPerMinute: 1000 })]);
      const lease = fixture.lease({ tokens: 600 });
      fixture.pass(20_000);
      for (const tokens of used) lease.spend({ tokens, usd: 0 });
      // One more than fits is let into an empty minute.
      if (fits < 1000) expect(fixture.who({ tokens: fits + 1 })).toBe("limited");
      expect(fixture.who({ tokens: fits })).toBe("a");
    });
  }

  test("a correction after the minute takes nothing from requests that came later", () => {
    const fixture = poolFixture([pooledKey("a", { tokensPerMinute: 1000 })]);
    const slow = fixture.lease({ tokens: 900 });
    fixture.pass(minuteMs);
    fixture.lease({ tokens: 900 });
    slow.spend({ tokens: 0, usd: 0 });
    expect(fixture.who({ tokens: 101 })).toBe("limited");
  });

  test("a request above the whole limit goes through an empty minute, for the vendor to judge", () => {
    const fixture = poolFixture([pooledKey("a", { tokensPerMinute: 1000 })]);
    expect(fixture.who({ tokens: 5000 })).toBe("a");
    expect(fixture.take({ tokens: 5000 })).toMatchObject({ kind: "none", retryAfterMs: minuteMs });
  });

  test("a minute of which all was taken back is empty", () => {
    const fixture = poolFixture([pooledKey("a", { tokensPerMinute: 1000 })]);
    fixture.lease({ tokens: 600 }).spend({ tokens: 0, usd: 0 });
    expect(fixture.who({ tokens: 5000 })).toBe("a");
  });

  test("it waits until enough is forgotten, not until all is", () => {
    const fixture = poolFixture([pooledKey("a", { tokensPerMinute: 1000 })]);
    for (const tokens of [300, 300, 300]) {
      fixture.lease({ tokens });
      fixture.pass(5000);
    }
    expect(fixture.take({ tokens: 400 })).toMatchObject({ kind: "none", retryAfterMs: 45_000 });
    expect(fixture.take({ tokens: 401 })).toMatchObject({ kind: "none", retryAfterMs: 50_000 });
  });
});

describe("budgets", () => {
  const windows = [
    { limit: "dailyBudgetUsd", why: "daily_budget_usd", start: "2026-11-21T23:50:00Z", end: "2026-11-22T00:00:00Z" },
    { limit: "dailyBudgetUsd", why: "daily_budget_usd", start: "2026-12-31T00:00:00Z", end: "2027-01-01T00:00:00Z" },
    {
      limit: "monthlyBudgetUsd",
      why: "monthly_budget_usd",
      start: "2026-11-21T12:00:00Z",
      end: "2026-12-01T00:00:00Z",
    },
    {
      limit: "monthlyBudgetUsd",
      why: "monthly_budget_usd",
      start: "2028-02-28T12:00:00Z",
      end: "2028-03-01T00:00:00Z",
    },
    {
      limit: "monthlyBudgetUsd",
      why: "monthly_budget_usd",
      start: "2026-12-31T23:59:59Z",
      end: "2027-01-01T00:00:00Z",
    },
  ] as const;
  for (const { limit, why, start, end } of windows) {
    test(`${limit}: used up at ${start} is back at ${end}`, () => {
      const startEpochMs = Date.parse(start);
      const fixture = poolFixture([pooledKey("a", { [limit]: 2 })], { startEpochMs });
      const lease = fixture.lease();
      lease.spend({ tokens: 0, usd: 1.5 });
      expect(fixture.who()).toBe("a");
      lease.spend({ tokens: 0, usd: 0.5 });
      const leftMs = Date.parse(end) - startEpochMs;
      expect(fixture.take()).toEqual({ kind: "none", reason: "limited", class: "limited", retryAfterMs: leftMs });
      expect(fixture.report("a")).toMatchObject({ state: "limited", why, leftMs, needsAttention: false });
      fixture.pass(leftMs - 1);
      expect(fixture.who()).toBe("limited");
      fixture.pass(1);
      expect(fixture.who()).toBe("a");
    });
  }

  test("the longer of two limits is the one reported; a day ends before its month", () => {
    const fixture = poolFixture([pooledKey("a", { dailyBudgetUsd: 1, monthlyBudgetUsd: 3 })]);
    const lease = fixture.lease();
    lease.spend({ tokens: 0, usd: 2 });
    expect(fixture.report("a")).toMatchObject({ why: "daily_budget_usd", spentTodayUsd: 2, spentMonthUsd: 2 });
    fixture.pass(12 * 60 * minuteMs);
    expect(fixture.report("a")).toMatchObject({ state: "ok", spentTodayUsd: 0, spentMonthUsd: 2 });
    lease.spend({ tokens: 0, usd: 1 });
    expect(fixture.report("a")).toMatchObject({ why: "monthly_budget_usd", spentTodayUsd: 1, spentMonthUsd: 3 });
  });

  test("where the clock is set to another day, in either direction, that day starts at 0", () => {
    const noonMs = Date.UTC(2026, 10, 21, 12);
    const dayMs = 86_400_000;
    for (const otherDayMs of [noonMs - dayMs, noonMs + dayMs, noonMs + 400 * dayMs]) {
      const spend = createKeySpend();
      spend.add(5, noonMs);
      expect(spend.day(noonMs + 1000)).toEqual({ usd: 5, leftMs: dayMs / 2 - 1000 });
      expect(spend.day(otherDayMs)).toEqual({ usd: 0, leftMs: dayMs / 2 });
    }
  });

  test("an amount that is none is not counted", () => {
    const fixture = poolFixture([pooledKey("a", { dailyBudgetUsd: 1 })]);
    for (const usd of [Number.NaN, -5, 0.25]) fixture.lease().spend({ tokens: 0, usd });
    expect(fixture.report("a").spentTodayUsd).toBe(0.25);
  });

  test("R96 what a user's own key has cost is told apart from the platform's", () => {
    const fixture = poolFixture([pooledKey("platform"), pooledKey("own", { billing: "byok" })]);
    fixture.lease().spend({ tokens: 10, usd: 0.5 });
    fixture.lease({ exclude: new Set(["platform"]) }).spend({ tokens: 10, usd: 0.25 });
    expect(fixture.reports().map(({ id, billing, spentTodayUsd }) => [id, billing, spentTodayUsd])).toEqual([
      ["platform", "platform", 0.5],
      ["own", "byok", 0.25],
    ]);
  });
});
