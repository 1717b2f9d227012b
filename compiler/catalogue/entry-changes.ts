import type { LockEntry } from "../../schemas/lock.ts";

/** One fact of a model that is not what it was; absent is not known. */
export type EntryChange = Readonly<{ what: string; from: string | undefined; to: string | undefined }>;

/** What is different, prices first. Sources and dates are no facts. */
export function entryChanges(before: LockEntry, now: LockEntry): readonly EntryChange[] {
  const old = facts(before);
  const current = facts(now);
  return [...new Set([...old.keys(), ...current.keys()])]
    .map((what) => ({ what, from: old.get(what), to: current.get(what) }))
    .filter(({ from, to }) => from !== to);
}

/** The order in which people read them; all else follows as it comes. */
const order: readonly string[] = [
  ...["prompt", "completion", "cache_read", "cache_write", "cache_write_long", "web_search", "request"],
  ...["family", "thinking_family", "answers", "embeddings", "context", "max_output", "tools", "images"],
  ...["json_schema", "json_object", "reasoning", "efforts", "rejects", "min_cache"],
];

function inOrder<T>(record: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  return Object.entries(record).sort(([a], [b]) => rank(a) - rank(b));
}

/** Every fact as text: `prompt`, `tiers above 200000 prompt`, `context`; `from 2027-01-01 prompt` of later periods. */
export function facts({ price, capabilities }: LockEntry): ReadonlyMap<string, string> {
  const priced = (price?.periods ?? []).flatMap(({ since, daily, tiers = [], ...rates }) => {
    const times = [
      ...(since === undefined ? [] : [`from ${since}`]),
      ...(daily === undefined ? [] : [daily.join("-")]),
    ];
    const prefix = times.map((time) => `${time} `).join("");
    return [
      ...inOrder(rates).map(([key, amount]) => [`${prefix}${key}`, String(amount)] as const),
      ...tiers.flatMap(({ above, ...more }) =>
        inOrder(more).map(([key, amount]) => [`${prefix}above ${above} ${key}`, String(amount)] as const),
      ),
    ];
  });
  const { source: _, date: __, ...can } = capabilities ?? { source: "", date: "" };
  const known = inOrder(can).map(([key, value]) => {
    return [key, Array.isArray(value) ? value.join(" ") || "none" : String(value)] as const;
  });
  return new Map([...priced, ...known]);
}
