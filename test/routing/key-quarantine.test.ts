import { describe, expect, test } from "bun:test";
import type { KeyOutcome } from "../../runtime/routing/key-state.ts";
import { pooledKey, poolFixture } from "./key-fixture.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

const schedules: readonly Readonly<{ title: string; outcome: KeyOutcome; expectedMs: readonly number[] }>[] = [
  {
    title: "R125 a refused key is out for 10 min, doubling to 24 h",
    outcome: { kind: "rejected" },
    expectedMs: [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440].map((minutes) => minutes * minuteMs),
  },
  {
    title: "R126 F24 a 429 without a time puts the key out for 60 s, doubling to 15 min",
    outcome: { kind: "rate-limited" },
    expectedMs: [60_000, 120_000, 240_000, 480_000, 900_000, 900_000],
  },
  {
    title: "F25 F28 a key without money is out for 1 h, doubling to 24 h",
    outcome: { kind: "spent" },
    expectedMs: [1, 2, 4, 8, 16, 24, 24].map((hours) => hours * 60 * minuteMs),
  },
];

describe("schedules", () => {
  for (const { title, outcome, expectedMs } of schedules) {
    test(title, () => {
      const fixture = poolFixture([pooledKey("a")]);
      const seen: number[] = [];
      for (const leftMs of expectedMs) {
        const lease = fixture.lease();
        expect(lease.probe).toBe(seen.length > 0);
        lease.settle(outcome);
        seen.push(fixture.report("a").leftMs);
        fixture.pass(leftMs - 1);
        expect(fixture.who()).toBe("quarantined");
        fixture.pass(1);
      }
      expect(seen).toEqual([...expectedMs]);
    });
  }

  test("R127 an accepted probe returns the key to rotation and the schedule to its first step", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.lease().settle({ kind: "rate-limited" });
    fixture.pass(60_000);
    fixture.lease().settle({ kind: "rate-limited" });
    fixture.pass(120_000);
    const probe = fixture.lease();
    expect(probe.probe).toBe(true);
    probe.settle({ kind: "ok" });
    expect(fixture.report("a")).toMatchObject({ state: "ok", why: undefined, leftMs: 0, needsAttention: false });
    const next = fixture.lease();
    expect(next.probe).toBe(false);
    next.settle({ kind: "rate-limited" });
    expect(fixture.report("a").leftMs).toBe(60_000);
  });

  test("another kind of refusal starts its own schedule at the first step", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.lease().settle({ kind: "rate-limited" });
    fixture.pass(60_000);
    fixture.lease().settle({ kind: "rate-limited" });
    fixture.pass(120_000);
    fixture.lease().settle({ kind: "rejected" });
    expect(fixture.report("a")).toMatchObject({ why: "rejected", leftMs: 600_000, needsAttention: true });
  });
});

describe("the vendor's time", () => {
  const given: readonly Readonly<{ name: string; retryAfterMs: number; random: number; expectedMs: number }>[] = [
    { name: "as given", retryAfterMs: 5000, random: 0, expectedMs: 5000 },
    { name: "late by up to a tenth, never early", retryAfterMs: 5000, random: 0.5, expectedMs: 5250 },
    { name: "a past date is now", retryAfterMs: -3000, random: 0.9, expectedMs: 0 },
    { name: "clamped to 24 h", retryAfterMs: 9 * dayMs, random: 0, expectedMs: dayMs },
    { name: "clamped to 24 h after the jitter", retryAfterMs: dayMs, random: 0.9, expectedMs: dayMs },
    { name: "endless is 24 h", retryAfterMs: Number.POSITIVE_INFINITY, random: 0, expectedMs: dayMs },
    { name: "no number is no time", retryAfterMs: Number.NaN, random: 0.9, expectedMs: 60_000 },
  ];
  for (const { name, retryAfterMs, random, expectedMs } of given) {
    test(`R98 F20 F21 ${name}`, () => {
      const fixture = poolFixture([pooledKey("a")], { random: () => random });
      fixture.lease().settle({ kind: "rate-limited", retryAfterMs });
      expect(fixture.report("a").leftMs).toBeCloseTo(expectedMs, 6);
    });
  }

  test("it is no step of the schedule", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.lease().settle({ kind: "rate-limited" });
    fixture.pass(60_000);
    fixture.lease().settle({ kind: "rate-limited", retryAfterMs: 7000 });
    expect(fixture.report("a").leftMs).toBe(7000);
    fixture.pass(7000);
    fixture.lease().settle({ kind: "rate-limited" });
    expect(fixture.report("a").leftMs).toBe(120_000);
  });

  test("F25 a key without money is back when the vendor says", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.lease().settle({ kind: "spent", retryAfterMs: 90_000 });
    expect(fixture.report("a")).toMatchObject({ why: "spent", leftMs: 90_000, needsAttention: true });
  });
});

describe("one probe", () => {
  function due(options: Parameters<typeof poolFixture>[1] = {}) {
    const fixture = poolFixture([pooledKey("a")], options);
    fixture.lease().settle({ kind: "rate-limited" });
    fixture.pass(60_000);
    return fixture;
  }

  test("R127 F185 only one call goes through until it is settled; others are told to come back in 1 s", () => {
    const fixture = due();
    expect(fixture.report("a").state).toBe("probing");
    const probe = fixture.lease();
    expect(fixture.take()).toEqual({
      kind: "none",
      reason: "quarantined",
      class: "rate-limited",
      retryAfterMs: 1000,
    });
    probe.settle({ kind: "ok" });
    expect([fixture.who(), fixture.who()]).toEqual(["a", "a"]);
  });

  test("a probe that says nothing lets the next one through at once", () => {
    const fixture = due();
    fixture.lease().settle({ kind: "neutral" });
    const second = fixture.lease();
    expect(second.probe).toBe(true);
    expect(fixture.who()).toBe("quarantined");
    second.settle({ kind: "rate-limited" });
    expect(fixture.report("a").leftMs).toBe(120_000);
  });

  test("a probe that is never settled lets the next one through when its lease is over", () => {
    const fixture = due({ probeLeaseMs: 30_000 });
    fixture.lease();
    fixture.pass(29_999);
    expect(fixture.take()).toMatchObject({ kind: "none", retryAfterMs: 1 });
    fixture.pass(1);
    expect(fixture.lease().probe).toBe(true);
    expect(fixture.who()).toBe("quarantined");
  });

  test("an accepted probe counts even when its lease is over; a refused one of which another took the place does not", () => {
    const late = due();
    const slow = late.lease();
    late.pass(60_000);
    const second = late.lease();
    slow.settle({ kind: "ok" });
    expect(late.report("a").state).toBe("ok");
    second.settle({ kind: "ok" });
    expect(late.lease().probe).toBe(false);

    const refused = due();
    const gone = refused.lease();
    refused.pass(60_000);
    refused.lease();
    gone.settle({ kind: "rate-limited" });
    expect(refused.report("a")).toMatchObject({ state: "probing", leftMs: 0 });
    expect(refused.who()).toBe("quarantined");
  });

  test("a probe accepted before the newest refusal does not undo it", () => {
    const fixture = due();
    const slow = fixture.lease();
    fixture.pass(60_000);
    fixture.lease().settle({ kind: "rate-limited" });
    slow.settle({ kind: "ok" });
    expect(fixture.report("a")).toMatchObject({ state: "quarantined", leftMs: 120_000 });
  });

  test("a probe of an earlier quarantine is no probe of the next", () => {
    const fixture = poolFixture([pooledKey("a")]);
    const [first, stale] = [fixture.lease(), fixture.lease()];
    first.settle({ kind: "rate-limited" });
    fixture.pass(60_000);
    const slow = fixture.lease();
    fixture.pass(60_000);
    const second = fixture.lease();
    slow.settle({ kind: "ok" });
    fixture.pass(1000);
    stale.settle({ kind: "rate-limited" });
    second.settle({ kind: "rate-limited" });
    expect(fixture.report("a").leftMs).toBe(60_000);
  });

  test("a probe that hears about the model alone lets the next one through at once", () => {
    const fixture = due();
    fixture.lease({ model: "big" }).settle({ kind: "model-denied" });
    expect(fixture.report("a").state).toBe("probing");
    expect(fixture.lease().probe).toBe(true);
  });

  test("a lease is settled once", () => {
    const fixture = due();
    const probe = fixture.lease();
    probe.settle({ kind: "ok" });
    probe.settle({ kind: "rejected" });
    expect(fixture.report("a")).toMatchObject({ state: "ok", requests: 2, failures: 1, inFlight: 0 });
  });
});

describe("calls that were under way", () => {
  test("refusals of calls that began before the quarantine are one step with the first", () => {
    const fixture = poolFixture([pooledKey("a")]);
    const leases = Array.from({ length: 20 }, () => fixture.lease());
    for (const lease of leases) {
      lease.settle({ kind: "rate-limited" });
      fixture.pass(10);
    }
    expect(fixture.report("a").leftMs).toBe(60_000 - 200);
    fixture.pass(60_000 - 200);
    fixture.lease().settle({ kind: "rate-limited" });
    expect(fixture.report("a").leftMs).toBe(120_000);
  });

  test("one that comes while the probe is under way is none", () => {
    const fixture = poolFixture([pooledKey("a")]);
    const [first, slow] = [fixture.lease(), fixture.lease()];
    first.settle({ kind: "rate-limited" });
    fixture.pass(60_000);
    const probe = fixture.lease();
    slow.settle({ kind: "rate-limited" });
    expect(fixture.who()).toBe("quarantined");
    probe.settle({ kind: "ok" });
    expect(fixture.report("a").state).toBe("ok");
  });

  test("one that says more lengthens it: a longer time of the vendor, a worse cause", () => {
    const fixture = poolFixture([pooledKey("a")]);
    const leases = Array.from({ length: 5 }, () => fixture.lease());
    const lefts = (
      [
        { kind: "rate-limited" },
        { kind: "rate-limited", retryAfterMs: 5000 },
        { kind: "rate-limited", retryAfterMs: 300_000 },
        { kind: "rejected" },
        { kind: "rate-limited", retryAfterMs: 400_000 },
      ] as const
    ).map((outcome, index) => {
      leases[index]?.settle(outcome);
      const { why, leftMs } = fixture.report("a");
      return `${why} ${leftMs}`;
    });
    expect(lefts).toEqual([
      "rate-limited 60000",
      "rate-limited 60000",
      "rate-limited 300000",
      "rejected 600000",
      "rejected 600000",
    ]);
  });

  test("a success of a call that began before does not end it", () => {
    const fixture = poolFixture([pooledKey("a")]);
    const [slow, refused] = [fixture.lease(), fixture.lease()];
    refused.settle({ kind: "rejected" });
    slow.settle({ kind: "ok" });
    expect(fixture.report("a").state).toBe("quarantined");
  });
});

describe("last resort", () => {
  test("F218 a key out for a 429 without a time serves one request at a time, and is back when that succeeds", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.lease().settle({ kind: "rate-limited" });
    expect(fixture.who()).toBe("quarantined");
    const early = fixture.lease({ lastResort: true });
    expect(early.probe).toBe(true);
    expect(fixture.who({ lastResort: true })).toBe("quarantined");
    early.settle({ kind: "ok" });
    expect(fixture.report("a").state).toBe("ok");
  });

  test("an early call that is refused is no step, unless the vendor now gives a time or another cause", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.lease().settle({ kind: "rate-limited" });
    fixture.pass(20_000);
    fixture.lease({ lastResort: true }).settle({ kind: "rate-limited" });
    expect(fixture.report("a").leftMs).toBe(40_000);
    fixture.lease({ lastResort: true }).settle({ kind: "neutral" });
    expect(fixture.report("a").leftMs).toBe(40_000);
    fixture.lease({ lastResort: true }).settle({ kind: "rate-limited", retryAfterMs: 3000 });
    expect(fixture.report("a").leftMs).toBe(3000);
    expect(fixture.who({ lastResort: true })).toBe("quarantined");
    fixture.pass(3000);
    fixture.lease().settle({ kind: "rate-limited" });
    expect(fixture.report("a").leftMs).toBe(120_000);
    fixture.lease({ lastResort: true }).settle({ kind: "rejected" });
    expect(fixture.report("a")).toMatchObject({ why: "rejected", leftMs: 600_000 });
  });

  const mayBeTried: readonly KeyOutcome[] = [{ kind: "rejected" }, { kind: "spent" }, { kind: "model-denied" }];
  for (const outcome of mayBeTried) {
    test(`F218 ${JSON.stringify(outcome)} may be tried by one request at a time when nothing else is left`, () => {
      const fixture = poolFixture([pooledKey("a")]);
      fixture.lease().settle(outcome);
      expect(fixture.who()).toBe("quarantined");
      const lease = fixture.lease({ lastResort: true });
      expect(fixture.who({ lastResort: true })).toBe("quarantined");
      lease.settle({ kind: "ok" });
      expect(fixture.who()).toBe("a");
    });
  }

  const staysOut: readonly KeyOutcome[] = [
    { kind: "spent", retryAfterMs: 5000 },
    { kind: "rate-limited", retryAfterMs: 5000 },
  ];
  for (const outcome of staysOut) {
    test(`F218 ${JSON.stringify(outcome)} stays out`, () => {
      const fixture = poolFixture([pooledKey("a")]);
      fixture.lease().settle(outcome);
      expect(fixture.who({ lastResort: true })).toBe("quarantined");
    });
  }

  test("it changes nothing while another key can be used, and keeps to limits and to what was tried", () => {
    const fixture = poolFixture([pooledKey("a", { requestsPerMinute: 2 }), pooledKey("b")]);
    fixture.lease().settle({ kind: "rate-limited" });
    expect(fixture.who({ lastResort: true })).toBe("b");
    expect(fixture.who({ lastResort: true, exclude: new Set(["a", "b"]) })).toBe("excluded");
    fixture.lease({ lastResort: true, exclude: new Set(["b"]) }).settle({ kind: "neutral" });
    expect(fixture.who({ lastResort: true, exclude: new Set(["b"]) })).toBe("quarantined");
  });
});

describe("background checks", () => {
  test("R182 a refused check marks a key dead before a request finds out; more of them are no step", () => {
    const fixture = poolFixture([pooledKey("a"), pooledKey("b")]);
    fixture.probed("a", false);
    expect(fixture.report("a")).toMatchObject({ state: "quarantined", why: "rejected", needsAttention: true });
    expect(fixture.who()).toBe("b");
    fixture.pass(300_000);
    fixture.probed("a", false);
    expect(fixture.report("a").leftMs).toBe(300_000);
  });

  test("R182 a check in place of the probe is a step, so that no request is spent on a dead key", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.probed("a", false);
    fixture.pass(600_000);
    fixture.probed("a", false);
    expect(fixture.report("a").leftMs).toBe(1_200_000);
  });

  test("a check while the probe is under way is no step", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.probed("a", false);
    fixture.pass(600_000);
    const probe = fixture.lease();
    fixture.probed("a", false);
    expect(fixture.report("a").state).toBe("probing");
    probe.settle({ kind: "rejected" });
    expect(fixture.report("a").leftMs).toBe(1_200_000);
  });

  test("R182 an accepted check brings a refused key's probe forward", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.lease().settle({ kind: "rejected" });
    fixture.probed("a", true);
    expect(fixture.report("a").state).toBe("probing");
    const probe = fixture.lease();
    expect(probe.probe).toBe(true);
    expect(fixture.who()).toBe("quarantined");
    probe.settle({ kind: "ok" });
    expect(fixture.report("a").state).toBe("ok");
  });

  test("a key that may list models but not use them is not brought back every time; after a refused check it is", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.lease().settle({ kind: "rejected" });
    fixture.probed("a", true);
    fixture.lease().settle({ kind: "rejected" });
    fixture.probed("a", true);
    expect(fixture.report("a")).toMatchObject({ state: "quarantined", leftMs: 1_200_000 });
    fixture.probed("a", false);
    fixture.probed("a", true);
    expect(fixture.report("a")).toMatchObject({ state: "probing", leftMs: 0 });
  });

  test("an accepted check says nothing about a limit or money, a refused one outlasts a 429", () => {
    for (const kind of ["rate-limited", "spent"] as const) {
      const fixture = poolFixture([pooledKey("a")]);
      fixture.lease().settle({ kind });
      fixture.probed("a", true);
      expect(fixture.report("a")).toMatchObject({ state: "quarantined", why: kind });
      fixture.probed("a", false);
      expect(fixture.report("a").why).toBe(kind === "spent" ? "spent" : "rejected");
    }
  });

  test("a check of a key that is not there, or of one in service, changes nothing", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.probed("zzz", false);
    fixture.probed("a", true);
    expect(fixture.report("a").state).toBe("ok");
    expect(fixture.lease().probe).toBe(false);
  });
});

describe("a key that is brought back by hand", () => {
  test.each(["rejected", "rate-limited", "spent"] as const)("R127 after it was %s is in service at once", (kind) => {
    const fixture = poolFixture([pooledKey("a"), pooledKey("b")]);
    fixture.lease().settle({ kind });
    expect(fixture.who()).toBe("b");
    expect(fixture.reset("a")).toBe(true);
    expect(fixture.report("a")).toMatchObject({ state: "ok", why: undefined, needsAttention: false, leftMs: 0 });
    const lease = fixture.lease();
    expect([lease.key.id, lease.probe]).toEqual(["a", false]);
  });

  test("may be used for every model again", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.lease().settle({ kind: "model-denied" });
    expect(fixture.who()).toBe("quarantined");
    fixture.reset("a");
    expect(fixture.who()).toBe("a");
    expect(fixture.report("a").deniedModels).toEqual([]);
  });

  test("begins its quarantines anew, and what a probe from before says is heard", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.lease().settle({ kind: "rejected" });
    fixture.pass(600_000);
    const probe = fixture.lease();
    fixture.reset("a");
    probe.settle({ kind: "rejected" });
    expect(fixture.report("a")).toMatchObject({ state: "quarantined", leftMs: 600_000 });
  });

  test("keeps its own limits: a budget that is spent is spent", () => {
    const fixture = poolFixture([pooledKey("a", { dailyBudgetUsd: 1 })]);
    fixture.lease().spend({ tokens: 1, usd: 2 });
    fixture.reset("a");
    expect(fixture.who()).toBe("limited");
  });

  test("is one that is there, or nothing happens", () => {
    const fixture = poolFixture([pooledKey("a"), pooledKey("b")]);
    fixture.lease().settle({ kind: "rejected" });
    expect(fixture.reset("zzz")).toBe(false);
    expect(fixture.report("a").state).toBe("quarantined");
  });
});
