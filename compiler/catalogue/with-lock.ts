import type { Lock } from "../../schemas/lock.ts";
import type { Diagnostic } from "../diagnostics.ts";
import type { RouterIR } from "../ir.ts";
import type { Source } from "../span.ts";
import { modelCapabilities } from "./locked-capabilities.ts";
import { lockedLists } from "./locked-lists.ts";
import { pricePeriod } from "./locked-price.ts";
import { parseLock } from "./parse-lock.ts";

/** The IR with what the lock says in place of what the catalogue says, and what is wrong with the lock. */
export function withLock(
  ir: RouterIR,
  source: Source | undefined,
): Readonly<{ ir: RouterIR; diagnostics: readonly Diagnostic[] }> {
  if (source === undefined) return { ir, diagnostics: [] };
  const { document, diagnostics } = parseLock(source);
  if (document === undefined) return { ir, diagnostics };
  return { ir: lockedIR(ir, document.value), diagnostics };
}

function lockedIR(ir: RouterIR, { models }: Lock): RouterIR {
  const prices = Object.entries(models).flatMap(([id, { price }]) => {
    const slash = id.indexOf("/");
    const provider = id.slice(0, slash);
    if (!Object.hasOwn(ir.catalog.providers, provider)) return [];
    return [{ provider, model: id.slice(slash + 1), periods: price?.periods.map(pricePeriod) ?? [] }];
  });
  const capabilities = Object.entries(models).map(([id, entry]) => [id, modelCapabilities(entry.capabilities ?? {})]);
  return { ...ir, prices: lockedLists(ir.prices, prices), locked: Object.fromEntries(capabilities) };
}
