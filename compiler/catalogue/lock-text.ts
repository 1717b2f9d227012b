import { createHash } from "node:crypto";
import type { Lock } from "../../schemas/lock.ts";

/** The file's text: keys sorted, one to a line, so that its diffs can be read. */
export function lockText({ version, catalog, date, models }: Omit<Lock, "digest">): string {
  const text = JSON.stringify({ version, catalog, date, digest: digestOf(models), models: sorted(models) }, null, 2);
  // Lists of words fit a line.
  return `${text.replace(/\[\n\s+("[^[\]{}]*?")\n\s+\]/g, (_, words: string) => `[${words.replace(/\n\s+/g, " ")}]`)}\n`;
}

/** The hash of the models without white space and with sorted keys, so that neither counts. */
export function digestOf(models: unknown): string {
  return `sha256:${createHash("sha256")
    .update(JSON.stringify(sorted(models)))
    .digest("hex")}`;
}

/** By code units, at every depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
