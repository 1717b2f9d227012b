import { failure } from "../errors.ts";
import { nanosOf } from "../money/nanos-of.ts";
import type { WireError } from "../wire/canonical.ts";

/** What a request's `x-arouter-*` headers change about its policy. */
export type Overrides = Readonly<{
  /** Pins the first model, whatever the rule says. */
  model: string | undefined;
  /** Used instead of the rule's fallback chain. */
  fallbackChain: readonly string[] | undefined;
  /** Used instead of the rule's validators. */
  validate: readonly string[] | undefined;
  /** No rule is applied. */
  noPolicy: boolean;
  /** A translation that would lose something is refused instead. */
  strict: boolean;
  /** What all attempts together may cost at most, in nano-USD. */
  maxCostNanos: number | undefined;
}>;

/** Of a request that changes nothing. */
export const noOverrides: Overrides = {
  model: undefined,
  fallbackChain: undefined,
  validate: undefined,
  noPolicy: false,
  strict: false,
  maxCostNanos: undefined,
};

/** One request must not fan out without bound. */
const maxEntries = 8;
const maxModelLength = 256;

/** Reads the override headers; a malformed one is an error, since ignoring it would send the request elsewhere. */
export function readOverrides(headers: Headers): Overrides | WireError {
  const fallbackChain = list(headers, "x-arouter-fallback-chain");
  if (fallbackChain !== undefined && "class" in fallbackChain) return fallbackChain;
  const validate = list(headers, "x-arouter-require-validators");
  if (validate !== undefined && "class" in validate) return validate;
  const model = headers.get("x-arouter-model")?.trim();
  if (model !== undefined && (model === "" || model.length > maxModelLength)) {
    return failure("invalid-request", `x-arouter-model must name a model, in at most ${maxModelLength} characters.`, {
      param: "x-arouter-model",
    });
  }
  const noPolicy = flag(headers, "x-arouter-no-policy");
  if (typeof noPolicy !== "boolean") return noPolicy;
  const strict = flag(headers, "x-arouter-strict");
  if (typeof strict !== "boolean") return strict;
  const maxCostNanos = amount(headers, "x-arouter-max-cost-usd");
  if (typeof maxCostNanos === "object") return maxCostNanos;
  return { model, fallbackChain, validate, noPolicy, strict, maxCostNanos };
}

/** The names of the headers that changed something. */
export function overriddenBy(overrides: Overrides): readonly string[] {
  return Object.entries({
    "x-arouter-model": overrides.model !== undefined,
    "x-arouter-fallback-chain": overrides.fallbackChain !== undefined,
    "x-arouter-require-validators": overrides.validate !== undefined,
    "x-arouter-no-policy": overrides.noPolicy,
    "x-arouter-strict": overrides.strict,
    "x-arouter-max-cost-usd": overrides.maxCostNanos !== undefined,
  }).flatMap(([name, isThere]) => (isThere ? [name] : []));
}

function list(headers: Headers, name: string): readonly string[] | WireError | undefined {
  const value = headers.get(name);
  if (value === null) return undefined;
  const entries = value
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  if (entries.length <= maxEntries) return entries;
  return failure("invalid-request", `${name} has ${entries.length} entries; at most ${maxEntries} are allowed.`, {
    param: name,
  });
}

/** US dollars as a plain decimal, in nano-USD. */
function amount(headers: Headers, name: string): number | WireError | undefined {
  const written = headers.get(name)?.trim();
  if (written === undefined) return undefined;
  const nanos = nanosOf(Number(written));
  if (/^\d+(\.\d+)?$/.test(written) && nanos <= Number.MAX_SAFE_INTEGER) return nanos;
  return failure("invalid-request", `${name} is an amount of US dollars, such as "0.05".`, { param: name });
}

function flag(headers: Headers, name: string): boolean | WireError {
  const value = headers.get(name)?.trim().toLowerCase();
  if (value === undefined || value === "0" || value === "false") return false;
  if (value === "1" || value === "true") return true;
  return failure("invalid-request", `${name} is "1" or "0".`, { param: name });
}
