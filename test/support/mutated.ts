import fc from "fast-check";
import type { Json } from "../../runtime/wire/canonical.ts";

/** A copy with one value, anywhere in it, replaced or removed. */
function mutate(value: Json, path: readonly number[], replacement: Json | undefined): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return replacement;
  const entries = Object.entries(value);
  const [key, child] = entries[step % Math.max(1, entries.length)] ?? [];
  if (key === undefined || child === undefined) return replacement;
  const changed = entries.map(([name, old]) => [name, name === key ? mutate(old, rest, replacement) : old] as const);
  const kept = changed.filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return Array.isArray(value) ? kept.map(([, item]) => item) : Object.fromEntries(kept);
}

/** Any JSON, and what careless code stumbles over. */
export const anyJson: fc.Arbitrary<Json> = fc.oneof(
  fc.json().map((text): Json => JSON.parse(text)),
  fc.constantFrom<Json>("__proto__", "constructor", "", Number.POSITIVE_INFINITY, -1, [], {}, [null], {
    type: "constructor",
  }),
);

export function mutated(base: Json): fc.Arbitrary<Json> {
  const path = fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 9 });
  return fc
    .tuple(path, fc.option(anyJson, { nil: undefined }))
    .map(([steps, replacement]) => mutate(base, steps, replacement) ?? null);
}
