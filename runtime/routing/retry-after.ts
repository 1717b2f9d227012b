/** A wait longer than this is as good as none. */
const longestMs = 24 * 3_600_000;

/**
 * How long an upstream wants to be left alone, in milliseconds from `nowEpochMs` (since 1970); undefined when it does not
 * say. `retry-after-ms` goes first, then `retry-after`, then the reset times of the rate limits that are used up: a
 * reset whose `remaining` is above 0 is no reason to wait. What does not follow its grammar is as good as absent.
 */
export function waitMs(headers: Headers, nowEpochMs: number): number | undefined {
  const told = decimal(headers.get("retry-after-ms")) ?? retryAfterMs(headers.get("retry-after"), nowEpochMs);
  const wait = told ?? resetMs(headers, nowEpochMs);
  return wait === undefined ? undefined : Math.min(longestMs, Math.max(0, wait));
}

/** `Retry-After` in milliseconds: seconds, fractions too, or a date (RFC 9110 10.2.3). Undefined when it is neither. */
export function retryAfterMs(value: string | null, nowEpochMs: number): number | undefined {
  const seconds = decimal(value);
  if (seconds !== undefined) return seconds * 1000;
  const at = value === null ? undefined : httpDateMs(value.trim(), nowEpochMs);
  return at === undefined ? undefined : Math.max(0, at - nowEpochMs);
}

function decimal(value: string | null): number | undefined {
  const text = value?.trim();
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const time = "(\\d{2}):(\\d{2}):(\\d{2})";
const imfDate = new RegExp(`^[A-Z][a-z]{2}, (\\d{2}) ([A-Z][a-z]{2}) (\\d{4}) ${time} GMT$`);
const rfc850Date = new RegExp(`^[A-Z][a-z]{5,8}, (\\d{2})-([A-Z][a-z]{2})-(\\d{2}) ${time} GMT$`);
const asctimeDate = new RegExp(`^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \\d]\\d) ${time} (\\d{4})$`);

/**
 * The three forms of RFC 9110 5.6.7. A year of two digits never makes a date more than 50 years ahead. The weekday is not
 * compared: some senders have it wrong.
 */
function httpDateMs(text: string, nowEpochMs: number): number | undefined {
  const imf = imfDate.exec(text);
  if (imf !== null) return utc(imf[3], imf[2], imf[1], imf.slice(4, 7));
  const asctime = asctimeDate.exec(text);
  if (asctime !== null) return utc(asctime[6], asctime[1], asctime[2], asctime.slice(3, 6));
  const rfc850 = rfc850Date.exec(text);
  if (rfc850 === null) return undefined;
  const inYear = (year: number) => utc(String(year), rfc850[2], rfc850[1], rfc850.slice(4, 7));
  const farthest = new Date(nowEpochMs);
  farthest.setUTCFullYear(farthest.getUTCFullYear() + 50);
  const year = lastYearEnding(Number(rfc850[3]), farthest.getUTCFullYear());
  const at = inYear(year);
  return at !== undefined && at > farthest.getTime() ? inYear(year - 100) : at;
}

/** The last year up to `latest` that has these two digits at its end. */
function lastYearEnding(twoDigits: number, latest: number): number {
  return latest - ((latest - twoDigits) % 100);
}

function utc(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  [hour, minute, second]: readonly (string | undefined)[],
): number | undefined {
  const monthIndex = months.indexOf(month ?? "");
  const midnight = new Date(Date.UTC(Number(year), monthIndex, Number(day)));
  // `Date.UTC` takes 31 February for a day in March.
  if (midnight.getUTCMonth() !== monthIndex) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  return midnight.getTime() + Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1000;
}

/** Each reset time beside what is left of its limit. */
const resets = [
  ["x-ratelimit-reset-requests", "x-ratelimit-remaining-requests"],
  ["x-ratelimit-reset-tokens", "x-ratelimit-remaining-tokens"],
  ["anthropic-ratelimit-requests-reset", "anthropic-ratelimit-requests-remaining"],
  ["anthropic-ratelimit-tokens-reset", "anthropic-ratelimit-tokens-remaining"],
  ["anthropic-ratelimit-input-tokens-reset", "anthropic-ratelimit-input-tokens-remaining"],
  ["anthropic-ratelimit-output-tokens-reset", "anthropic-ratelimit-output-tokens-remaining"],
  ["x-ratelimit-reset", "x-ratelimit-remaining"],
] as const;

/** Until all limits that are used up are reset. */
function resetMs(headers: Headers, nowEpochMs: number): number | undefined {
  let longest: number | undefined;
  for (const [reset, remaining] of resets) {
    const value = headers.get(reset);
    if (value === null || Number(headers.get(remaining) ?? 0) > 0) continue;
    const ms = untilReset(value.trim(), nowEpochMs);
    if (ms !== undefined) longest = Math.max(longest ?? 0, ms);
  }
  return longest;
}

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** A duration (OpenAI: `6m0s`, `20ms`), a time (Anthropic: RFC 3339), or a number: seconds, or a time since 1970. */
function untilReset(text: string, nowEpochMs: number): number | undefined {
  const date = rfc3339.exec(text);
  if (date !== null) {
    const isDay = utc(date[1], months[Number(date[2]) - 1], date[3], date.slice(4, 7)) !== undefined;
    const atMs = Date.parse(text);
    return isDay && !Number.isNaN(atMs) ? Math.max(0, atMs - nowEpochMs) : undefined;
  }
  const number = decimal(text);
  if (number === undefined) return durationMs(text);
  if (number >= epochMsFrom) return Math.max(0, number - nowEpochMs);
  return number >= epochSecondsFrom ? Math.max(0, number * 1000 - nowEpochMs) : number * 1000;
}

/** No wait is this many seconds (31 years), and no time since 1970 in milliseconds is this early (also 2001). */
const epochSecondsFrom = 1_000_000_000;
const epochMsFrom = 1_000_000_000_000;

const duration = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;

/** Go's notation, largest unit first. */
function durationMs(text: string): number | undefined {
  const found = duration.exec(text);
  if (found === null || text === "") return undefined;
  const [, hours = "0", minutes = "0", seconds = "0", milliseconds = "0"] = found;
  return Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(milliseconds);
}
