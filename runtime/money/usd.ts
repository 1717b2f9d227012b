import { decimal } from "./decimal.ts";

/** An amount in nano-USD as US dollars: `10_500_000` is `0.0105`. A rate in nano-USD per million tokens reads the same. */
export function usd(nanos: number): string {
  return decimal(nanos, 9);
}

/** A rate in nano-USD per million tokens as US dollars per token: `2_500_000_000` is `0.0000025`. */
export function usdPerToken(nanosPerMillion: number): string {
  return decimal(nanosPerMillion, 15);
}
