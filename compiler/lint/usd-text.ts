const nanosPerUsd = 1_000_000_000n;

/** An amount of nano-USD for people: `$0.0125`, at least cents, exact. */
export function usdText(nanos: bigint): string {
  const fraction = String(nanos % nanosPerUsd)
    .padStart(9, "0")
    .replace(/0{1,7}$/, "");
  return `$${nanos / nanosPerUsd}.${fraction}`;
}
