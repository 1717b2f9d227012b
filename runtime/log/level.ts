const levels = ["debug", "info", "warn", "error"] as const;

/** From what is of use to whoever looks for a mistake, to what always needs somebody. */
export type Level = (typeof levels)[number];

export const defaultLevel: Level = "info";

/** Whether a log that begins at `from` has lines of this level. */
export function isAtLeast(level: Level, from: Level): boolean {
  return levels.indexOf(level) >= levels.indexOf(from);
}

/** What LOG_LEVEL says, in any case; `warning` is another word for `warn`. Undefined for a word that is no level. */
export function readLevel(word: string): Level | undefined {
  const lower = word.trim().toLowerCase();
  return levels.find((level) => level === (lower === "warning" ? "warn" : lower));
}
