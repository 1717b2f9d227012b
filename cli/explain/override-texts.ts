/** One header of a request that changes where it goes, and what it does; `value` is null where it was not kept. */
export type OverrideText = Readonly<{ header: string; value: string | null; effect: string }>;

const effects = {
  "x-arouter-no-policy": "no rule is tried",
  "x-arouter-model": "asked first, whatever the rule says",
  "x-arouter-fallback-chain": "instead of the rule's fallback chain",
  "x-arouter-require-validators": "instead of the rule's validators",
  "x-arouter-hedge": "instead of the rule's hedge",
  "x-arouter-provider": "the only provider that may serve it",
  "x-anyrouter-provider": "the only provider that may serve it",
  "x-arouter-data-collection": "whether providers that keep what they are sent may serve it",
  "x-arouter-zdr": "whether only providers that keep nothing may serve it",
  "x-arouter-strict": "whether a translation that would lose something is refused",
  "x-arouter-max-cost-usd": "what all of its attempts may cost",
  provider: "its own wishes about providers",
  models: "further models for a failure",
} as const;

/** The same of a past request, whose headers were not kept. */
export function overrideNames(names: readonly string[]): readonly OverrideText[] {
  return Object.entries(effects).flatMap(([header, effect]) =>
    names.includes(header) ? [{ header, value: null, effect }] : [],
  );
}

/** The overrides that a request comes with, in the order of what they weigh. */
export function overrideTexts(headers: Headers): readonly OverrideText[] {
  return Object.entries(effects).flatMap(([header, effect]) => {
    const value = headers.get(header);
    return value === null ? [] : [{ header, value, effect }];
  });
}
