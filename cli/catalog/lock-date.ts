import { epochMs } from "../../runtime/clock.ts";
import { type Arguments, type Flag, flagValue } from "../command.ts";

export const dateFlag: Flag = {
  name: "date",
  value: "YYYY-MM-DD",
  about: "the day that what is new in the lock gets (default: today)",
};

/** The day to write into a lock; undefined when `--date` is none. */
export function lockDate(args: Arguments): string | undefined {
  const written = flagValue(args, "date");
  if (written === undefined) return new Date(epochMs()).toISOString().slice(0, 10);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(written) && !Number.isNaN(Date.parse(written));
  return isDay ? written : undefined;
}
