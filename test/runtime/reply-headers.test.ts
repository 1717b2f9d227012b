import { expect, test } from "bun:test";
import { retryAfterSeconds } from "../../runtime/request/reply-headers.ts";

const now = Date.UTC(2026, 10, 21, 12, 0, 0);

test.each([
  ["absent", null, undefined],
  ["seconds", "5", 5],
  ["a fraction rounds up", "0.2", 1],
  ["zero would make SDKs hammer", "0", 1],
  ["an hour would make SDKs hang", "3600", 60],
  ["RFC 1123 date", "Sat, 21 Nov 2026 12:00:13 GMT", 13],
  ["RFC 850 date", "Saturday, 21-Nov-26 12:00:14 GMT", 14],
  ["asctime date", "Sat Nov 21 12:00:15 2026", 15],
  ["a date gone by", "Sat, 21 Nov 2026 11:00:00 GMT", 1],
  ["no date at all", "soon", undefined],
  ["far beyond every timer", "99999999999999", 60],
])("Retry-After %s", (_name, value, seconds) => {
  expect(retryAfterSeconds(value, now)).toBe(seconds);
});
