/** What one second counted: its amount is forgotten a minute after its last addition. */
export type CountedSecond = { readonly firstMs: number; lastMs: number; amount: number };

/** An amount per minute, over the minute that ends now. All times are monotonic milliseconds that never go back. */
export type SlidingMinute = Readonly<{
  /** Counts `amount` now and says where, for `takeBack`. */
  add(amount: number, nowMs: number): CountedSecond;
  /** Uncounts what was added to `from` and turned out not to be used, unless it is forgotten already. */
  takeBack(amount: number, from: CountedSecond, nowMs: number): void;
  total(nowMs: number): number;
  /** How long until `amount` more stays within `limit`; 0 now. What is larger than `limit` fits an empty minute. */
  waitMs(amount: number, limit: number, nowMs: number): number;
}>;

const minuteMs = 60_000;
const secondMs = 1000;

/**
 * A sliding window that never lets more than the limit into any 60 s and needs room for 61 entries, whatever the limit:
 * additions within a second of an entry's first join it and are forgotten with its last, so at most a second late.
 */
export function createSlidingMinute(): SlidingMinute {
  /** Oldest first. */
  const seconds: CountedSecond[] = [];
  let total = 0;

  function forget(nowMs: number): void {
    for (let oldest = seconds[0]; oldest !== undefined && nowMs - oldest.lastMs >= minuteMs; oldest = seconds[0]) {
      total -= oldest.amount;
      seconds.shift();
    }
  }

  return {
    add(amount, nowMs) {
      forget(nowMs);
      total += amount;
      const newest = seconds.at(-1);
      if (newest !== undefined && nowMs - newest.firstMs < secondMs) {
        newest.lastMs = nowMs;
        newest.amount += amount;
        return newest;
      }
      const second = { firstMs: nowMs, lastMs: nowMs, amount };
      seconds.push(second);
      return second;
    },
    takeBack(amount, from, nowMs) {
      if (nowMs - from.lastMs >= minuteMs) return;
      from.amount -= amount;
      total -= amount;
    },
    total(nowMs) {
      forget(nowMs);
      return total;
    },
    waitMs(amount, limit, nowMs) {
      forget(nowMs);
      let left = total;
      let waitMs = 0;
      for (const second of seconds) {
        if (left === 0 || left + amount <= limit) break;
        left -= second.amount;
        waitMs = second.lastMs + minuteMs - nowMs;
      }
      return waitMs;
    },
  };
}
