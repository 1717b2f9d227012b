import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { waitMs } from "../../runtime/routing/retry-after.ts";

const nowEpochMs = Date.UTC(2026, 10, 21, 12, 0, 0);
const dayMs = 24 * 3_600_000;

type Vector = readonly [headers: Readonly<Record<string, string>>, expected: number | undefined];

function told(headers: Readonly<Record<string, string>>, now = nowEpochMs): number | undefined {
  return waitMs(new Headers(headers), now);
}

function check(title: string, vectors: readonly Vector[], now?: number): void {
  describe(title, () => {
    test.each(vectors.map(([headers, expected]) => [JSON.stringify(headers), headers, expected] as const))(
      "%s",
      (_title, headers, expected) => expect(told(headers, now)).toBe(expected),
    );
  });
}

const after = (value: string, expected: number | undefined): Vector => [{ "retry-after": value }, expected];

check("nothing told", [
  [{}, undefined],
  [{ "retry-after": "" }, undefined],
  [{ "retry-after-ms": "" }, undefined],
  [{ "content-type": "application/json" }, undefined],
]);

check("Retry-After in seconds", [
  after("5", 5000),
  after("0", 0),
  after("007", 7000),
  after("1.5", 1500),
  after("0.25", 250),
  after(" 3 ", 3000),
  after("\t3", 3000),
  after("86400", dayMs),
  after("86401", dayMs),
  after("1763726400", dayMs),
  after("9".repeat(400), dayMs),
]);

check("Retry-After that follows no grammar", [
  after("-1", undefined),
  after("+5", undefined),
  after("NaN", undefined),
  after("Infinity", undefined),
  after("1e3", undefined),
  after("0x10", undefined),
  after(".5", undefined),
  after("5.", undefined),
  after("5s", undefined),
  after("1,5", undefined),
  after("5, 10", undefined),
  after("soon", undefined),
  after("2026-11-21T12:00:05Z", undefined),
]);

check("F21 Retry-After as a date, IMF-fixdate", [
  after("Sat, 21 Nov 2026 12:00:07 GMT", 7000),
  after("  Sat, 21 Nov 2026 12:00:07 GMT ", 7000),
  after("Sat, 21 Nov 2026 11:59:59 GMT", 0),
  after("Thu, 01 Jan 1970 00:00:00 GMT", 0),
  after("Sun, 22 Nov 2026 12:00:01 GMT", dayMs),
  after("Mon, 21 Nov 2026 12:00:07 GMT", 7000),
  after("Xyz, 21 Nov 2026 12:00:07 GMT", 7000),
  after("Sat, 21 Nov 2026 12:00:60 GMT", 60_000),
  after("Sat, 21 Nov 2026 12:00:61 GMT", undefined),
  after("Sat, 21 Nov 2026 24:00:00 GMT", undefined),
  after("Sat, 21 Nov 2026 12:60:00 GMT", undefined),
  after("Sat, 31 Nov 2026 12:00:07 GMT", undefined),
  after("Sat, 00 Nov 2026 12:00:07 GMT", undefined),
  after("Sat, 29 Feb 2027 12:00:07 GMT", undefined),
  after("Sat, 21 Nob 2026 12:00:07 GMT", undefined),
  after("Sat, 21 Nov 2026 12:00:07 UTC", undefined),
  after("Sat, 21 Nov 2026 12:00:07 +0000", undefined),
  after("sat, 21 nov 2026 12:00:07 gmt", undefined),
  after("21 Nov 2026 12:00:07 GMT", undefined),
]);

check("F21 Retry-After as a date, RFC 850", [
  after("Saturday, 21-Nov-26 12:00:09 GMT", 9000),
  after("Someday, 21-Nov-26 12:00:09 GMT", 9000),
  after("Friday, 20-Nov-26 12:00:09 GMT", 0),
  after("Friday, 20-Nov-76 12:00:09 GMT", dayMs),
  after("Saturday, 21-Nov-76 12:00:00 GMT", dayMs),
  after("Saturday, 21-Nov-76 12:00:01 GMT", 0),
  after("Thursday, 31-Dec-76 00:00:00 GMT", 0),
  after("Monday, 21-Nov-77 12:00:09 GMT", 0),
  after("Sunday, 21-Nov-99 12:00:09 GMT", 0),
  after("Tuesday, 21-Nov-00 12:00:09 GMT", 0),
  after("Saturday, 31-Nov-26 12:00:09 GMT", undefined),
  after("Sat, 21-Nov-26 12:00:09 GMT", undefined),
  after("Saturday, 21-Nov-2026 12:00:09 GMT", undefined),
]);

check(
  "F21 RFC 850 at the turn of a century",
  [after("Friday, 01-Jan-00 00:00:01 GMT", 2000), after("Thursday, 31-Dec-98 23:59:59 GMT", 0)],
  Date.UTC(2099, 11, 31, 23, 59, 59),
);

check("F21 Retry-After as a date, asctime", [
  after("Sat Nov 21 12:00:04 2026", 4000),
  after("Sun Nov  1 12:00:04 2026", 0),
  after("Wed Dec  2 12:00:04 2026", dayMs),
  after("Wed Dec 2 12:00:04 2026", undefined),
  after("Sat Nov 21 12:00:04 GMT 2026", undefined),
]);

check("F22 retry-after-ms goes first", [
  [{ "retry-after-ms": "250" }, 250],
  [{ "retry-after-ms": "12.5" }, 12.5],
  [{ "retry-after-ms": "0" }, 0],
  [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
  [{ "retry-after-ms": "1e12", "retry-after": "9" }, 9000],
  [{ "retry-after-ms": "-250", "retry-after": "9" }, 9000],
  [{ "retry-after-ms": "999999999999", "retry-after": "9" }, dayMs],
]);

const openai = (reset: string, remaining?: string): Readonly<Record<string, string>> => ({
  "x-ratelimit-reset-requests": reset,
  ...(remaining === undefined ? {} : { "x-ratelimit-remaining-requests": remaining }),
});

check("F22 resets as durations", [
  [openai("1s", "0"), 1000],
  [openai("6m0s", "0"), 360_000],
  [openai("1m30.5s", "0"), 90_500],
  [openai("20ms", "0"), 20],
  [openai("0.5ms", "0"), 0.5],
  [openai("1h2m3s", "0"), 3_723_000],
  [openai("1h", "0"), 3_600_000],
  [openai("1s250ms", "0"), 1250],
  [openai("0s", "0"), 0],
  [openai(" 2s ", "0"), 2000],
  [openai("48h", "0"), dayMs],
  [openai("1m30", "0"), undefined],
  [openai("1.5h", "0"), undefined],
  [openai("30s1m", "0"), undefined],
  [openai("s", "0"), undefined],
  [openai("-1s", "0"), undefined],
  [openai("1S", "0"), undefined],
  [openai("1 s", "0"), undefined],
  [openai("1d", "0"), undefined],
  [openai("", "0"), undefined],
  [openai("2.5", "0"), 2500],
]);

check("F22 resets as times", [
  [{ "anthropic-ratelimit-requests-reset": "2026-11-21T12:00:08Z" }, 8000],
  [{ "anthropic-ratelimit-requests-reset": "2026-11-21T12:00:08.250Z" }, 8250],
  [{ "anthropic-ratelimit-tokens-reset": "2026-11-21T13:00:08+01:00" }, 8000],
  [{ "anthropic-ratelimit-input-tokens-reset": "2026-11-21T11:59:00Z" }, 0],
  [{ "anthropic-ratelimit-output-tokens-reset": "2026-11-25T12:00:00Z" }, dayMs],
  [{ "anthropic-ratelimit-requests-reset": "2026-13-01T00:00:00Z" }, undefined],
  [{ "anthropic-ratelimit-requests-reset": "2026-11-31T00:00:00Z" }, undefined],
  [{ "anthropic-ratelimit-requests-reset": "2026-11-00T00:00:00Z" }, undefined],
  [{ "anthropic-ratelimit-requests-reset": "2026-11-21T25:00:00Z" }, undefined],
  [{ "anthropic-ratelimit-requests-reset": "2026-11-21T12:00:08+99:00" }, undefined],
  [{ "anthropic-ratelimit-requests-reset": "2026-11-21 12:00:08Z" }, undefined],
  [{ "anthropic-ratelimit-requests-reset": "2026-11-21T12:00:08" }, undefined],
  [{ "x-ratelimit-reset": String(nowEpochMs / 1000 + 11) }, 11_000],
  [{ "x-ratelimit-reset": String(nowEpochMs + 1500) }, 1500],
  [{ "x-ratelimit-reset": String(nowEpochMs / 1000 - 5) }, 0],
  [{ "x-ratelimit-reset": String(nowEpochMs - 5) }, 0],
  [{ "x-ratelimit-reset": "999999999" }, dayMs],
  [{ "x-ratelimit-reset": "12" }, 12_000],
]);

describe("F22 each reset looks at what is left of its own limit", () => {
  test.each([
    ["x-ratelimit-reset-requests", "x-ratelimit-remaining-requests", "8s"],
    ["x-ratelimit-reset-tokens", "x-ratelimit-remaining-tokens", "8s"],
    ["anthropic-ratelimit-requests-reset", "anthropic-ratelimit-requests-remaining", "2026-11-21T12:00:08Z"],
    ["anthropic-ratelimit-tokens-reset", "anthropic-ratelimit-tokens-remaining", "2026-11-21T12:00:08Z"],
    ["anthropic-ratelimit-input-tokens-reset", "anthropic-ratelimit-input-tokens-remaining", "2026-11-21T12:00:08Z"],
    ["anthropic-ratelimit-output-tokens-reset", "anthropic-ratelimit-output-tokens-remaining", "2026-11-21T12:00:08Z"],
    ["x-ratelimit-reset", "x-ratelimit-remaining", "8"],
  ])("%s", (reset, remaining, value) => {
    expect(told({ [reset]: value, [remaining]: "0" })).toBe(8000);
    expect(told({ [reset]: value })).toBe(8000);
    expect(told({ [reset]: value, [remaining]: "1" })).toBeUndefined();
  });
});

check("only limits that are used up count, and of several the last to be reset", [
  [openai("9s", "1"), undefined],
  [openai("9s", "0"), 9000],
  [openai("9s", "0.0"), 9000],
  [openai("9s", "-3"), 9000],
  [openai("9s"), 9000],
  [openai("9s", "unknown"), 9000],
  [{ ...openai("9s", "0"), "x-ratelimit-reset-tokens": "20s", "x-ratelimit-remaining-tokens": "0" }, 20_000],
  [{ ...openai("9s", "0"), "x-ratelimit-reset-tokens": "20s", "x-ratelimit-remaining-tokens": "500" }, 9000],
  [{ ...openai("9s", "0"), "x-ratelimit-reset-tokens": "rubbish", "x-ratelimit-remaining-tokens": "0" }, 9000],
  [{ ...openai("9s", "0"), "anthropic-ratelimit-tokens-reset": "2026-99-99T00:00:00Z" }, 9000],
  [{ ...openai("9s", "0"), "retry-after": "2" }, 2000],
  [{ ...openai("9s", "0"), "retry-after": "in a while" }, 9000],
]);

test("F180 a wait is a number from 0 to a day, or none, whatever the header says", () => {
  const names = ["retry-after", "retry-after-ms", "x-ratelimit-reset", "anthropic-ratelimit-requests-reset"] as const;
  const value = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.double().map(String),
    fc.date({ noInvalidDate: false }).map(String),
    fc.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/),
    fc.stringMatching(/^[A-Z][a-z]{2}, \d{2} (Feb|Nov) \d{4} \d{2}:\d{2}:\d{2} GMT$/),
    fc.stringMatching(/^(\d{1,3}h)?(\d{1,3}m)?(\d{1,3}s)?$/),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), value, (name, text) => {
      fc.pre(/^[\x20-\x7e]*$/.test(text));
      const wait = told({ [name]: text });
      if (wait === undefined) return;
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(dayMs);
    }),
    { numRuns: 3000, seed: 1 },
  );
});
