/** Which model names are label values. */
export type ModelNames = Readonly<{
  /** Those of the configuration. */
  know(names: Iterable<string>): void;
  /** The label of a model; `isServed` when an upstream has just answered for it. */
  label(name: string, isServed: boolean): string;
}>;

/**
 * A client can ask for any model name, and a label value is kept for ever. So a name becomes one when the configuration
 * has it or an upstream answers for it, up to `max` of them; all others count as `other`.
 */
export function createModelNames(max: number): ModelNames {
  const known = new Set<string>();
  function label(name: string, isServed: boolean): string {
    if (known.has(name)) return name;
    if (!isServed || known.size >= max) return "other";
    known.add(name);
    return name;
  }
  return {
    know: (names) => {
      for (const name of names) label(name, true);
    },
    label,
  };
}
