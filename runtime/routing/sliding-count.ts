/** How many things happened lately, in constant memory. */
export type SlidingCount = Readonly<{
  add(): void;
  total(): number;
  clear(): void;
}>;

export type SlidingCountOptions = Readonly<{
  stepMs: number;
  /** How many steps count, the one that goes on now included. */
  steps: number;
  /** Monotonic milliseconds. */
  now: () => number;
}>;

/** The window moves a step at a time: it reaches back at least `steps - 1` whole steps, and less than `steps`. */
export function createSlidingCount({ stepMs, steps, now }: SlidingCountOptions): SlidingCount {
  const counts = new Array<number>(steps).fill(0);
  let current = Math.floor(now() / stepMs);

  /** Empties the places that time has passed over; returns the one of now. */
  function advance(): number {
    const step = Math.floor(now() / stepMs);
    for (let passed = Math.max(current + 1, step - steps + 1); passed <= step; passed++) counts[passed % steps] = 0;
    current = Math.max(current, step);
    return current % steps;
  }

  return {
    add: () => {
      const place = advance();
      counts[place] = (counts[place] ?? 0) + 1;
    },
    total: () => {
      advance();
      return counts.reduce((total, count) => total + count, 0);
    },
    clear: () => void counts.fill(0),
  };
}
