import type { Preferences } from "./preferences.ts";

/** What a suffix of a model name asks. `provider.sort` in the body is more explicit, so it wins over one. */
const suffixes = {
  /** The fastest offer. */
  nitro: (asked: Preferences): Preferences => ({ ...asked, sort: asked.sort ?? "throughput" }),
  /** The cheapest offer. */
  floor: (asked: Preferences): Preferences => ({ ...asked, sort: asked.sort ?? "price" }),
  free: (asked: Preferences): Preferences => ({ ...asked, free: true }),
} as const;

export type ModelSuffix = keyof typeof suffixes;

/**
 * A model name without its routing suffix (`:nitro`, `:floor`, `:free`), and that suffix. A name that is configured as
 * it stands has none, whatever it ends in: upstreams have models named `…:free`, too.
 */
export function splitModelName(
  name: string,
  isKnown: (name: string) => boolean,
): Readonly<{ model: string; suffix: ModelSuffix | undefined }> {
  const at = name.lastIndexOf(":");
  const suffix = name.slice(at + 1);
  if (at < 1 || !isSuffix(suffix) || isKnown(name)) return { model: name, suffix: undefined };
  return { model: name.slice(0, at), suffix };
}

/** The preferences for a model whose name had `suffix`; the same object when it had none. */
export function withSuffix(preferences: Preferences, suffix: ModelSuffix | undefined): Preferences {
  return suffix === undefined ? preferences : suffixes[suffix](preferences);
}

function isSuffix(text: string): text is ModelSuffix {
  return Object.hasOwn(suffixes, text);
}
