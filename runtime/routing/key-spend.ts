/** What a key has cost in the running UTC day and month. All times are wall-clock milliseconds since 1970. */
export type KeySpend = Readonly<{
  add(usd: number, epochMs: number): void;
  /** `leftMs`: until the window ends and the count starts again at 0. */
  day(epochMs: number): Readonly<{ usd: number; leftMs: number }>;
  month(epochMs: number): Readonly<{ usd: number; leftMs: number }>;
}>;

/** Counts in two calendar windows. Where the clock is set to another day, in either direction, that day starts at 0. */
export function createKeySpend(): KeySpend {
  const windows = { day: createWindow(dayOf), month: createWindow(monthOf) };
  return {
    add(usd, epochMs) {
      windows.day(epochMs, usd);
      windows.month(epochMs, usd);
    },
    day: (epochMs) => windows.day(epochMs, 0),
    month: (epochMs) => windows.month(epochMs, 0),
  };
}

type Bounds = Readonly<{ startMs: number; endMs: number }>;

function createWindow(boundsOf: (date: Date) => Bounds) {
  let bounds: Bounds = { startMs: 0, endMs: 0 };
  let spentUsd = 0;
  return (epochMs: number, usd: number) => {
    if (epochMs < bounds.startMs || epochMs >= bounds.endMs) {
      bounds = boundsOf(new Date(epochMs));
      spentUsd = 0;
    }
    spentUsd += usd;
    return { usd: spentUsd, leftMs: bounds.endMs - epochMs };
  };
}

function dayOf(date: Date): Bounds {
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return { startMs: Date.UTC(year, month, day), endMs: Date.UTC(year, month, day + 1) };
}

function monthOf(date: Date): Bounds {
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { startMs: Date.UTC(year, month), endMs: Date.UTC(year, month + 1) };
}
