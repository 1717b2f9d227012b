/**
 * An amount of US dollars, written as decimal text or as a number, in whole nano-USD: read digit by digit, so that what
 * was written is what counts. Undefined for text that is no plain decimal, and for more than nine decimals.
 */
export function nanos(written: string | number): number | undefined {
  const { whole, fraction } = digitsOf(written) ?? {};
  if (whole === undefined || fraction === undefined || fraction.length > decimals) return undefined;
  return nanosOfDigits(whole, fraction);
}

/** The same, with the tenth decimal and all behind it rounded half up. */
export function roundedNanos(written: number): number {
  const { whole = "0", fraction = "" } = digitsOf(written) ?? {};
  return nanosOfDigits(whole, fraction.slice(0, decimals)) + (Number(fraction.charAt(decimals)) >= 5 ? 1 : 0);
}

const decimals = 9;

type Digits = Readonly<{ whole: string; fraction: string }>;

function nanosOfDigits(whole: string, fraction: string): number {
  return Number(`${whole}${fraction.padEnd(decimals, "0")}`);
}

/** Text has no exponent; a small number does once it is text. Zeros at the end say nothing. */
function digitsOf(written: string | number): Digits | undefined {
  const pattern = typeof written === "number" ? /^(\d+)(?:\.(\d+))?(?:e-(\d+))?$/ : /^(\d+)(?:\.(\d+))?$/;
  const [, whole, fraction = "", exponent = "0"] = pattern.exec(String(written)) ?? [];
  if (whole === undefined) return undefined;
  const places = Number(exponent);
  const padded = whole.padStart(places + 1, "0");
  const split = padded.length - places;
  return { whole: padded.slice(0, split), fraction: `${padded.slice(split)}${fraction}`.replace(/0+$/, "") };
}

/** Nano-USD as US dollars in plain decimals: `10_500_000` is `0.0105`. */
export function usdText(amount: number | bigint): string {
  const digits = String(amount).padStart(decimals + 1, "0");
  const fraction = digits.slice(-decimals).replace(/0+$/, "");
  return `${digits.slice(0, -decimals)}${fraction === "" ? "" : `.${fraction}`}`;
}
