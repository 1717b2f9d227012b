import type { ResolvedKey } from "./secrets.ts";

/** A key of a provider as it is sent, and the ids of all that have it; undefined where the provider is asked without one. */
export type DistinctKey = Readonly<{ value: string | undefined; ids: readonly string[] }>;

/** A value that several keys share is one key to the provider; without any, it is asked without. */
export function distinctKeys(keys: readonly ResolvedKey[] = []): readonly DistinctKey[] {
  if (keys.length === 0) return [{ value: undefined, ids: [] }];
  const byValue = Map.groupBy(keys, ({ value }) => value);
  return Array.from(byValue, ([value, same]) => ({ value, ids: same.map(({ id }) => id) }));
}
