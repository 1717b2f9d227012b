import type { LockEntry } from "../../schemas/lock.ts";

/** A price in one line: what a million tokens of input and output cost now or first, and whether that is all. */
export function priceSummary(price: LockEntry["price"]): string {
  const [first, ...more] = price?.periods ?? [];
  if (first === undefined) return "an unknown price";
  const rates = [
    `$${first.prompt}/$${first.completion}`,
    ...(first.cache_read === undefined ? [] : [`cache read $${first.cache_read}`]),
    ...(first.cache_write === undefined ? [] : [`cache write $${first.cache_write}`]),
    ...(first.tiers ?? []).map(({ above, prompt, completion }) => `above ${above} tokens $${prompt}/$${completion}`),
    ...(more.length === 0 ? [] : [`and ${more.length} more by time`]),
  ];
  return `${rates.join(", ")} per million tokens`;
}
