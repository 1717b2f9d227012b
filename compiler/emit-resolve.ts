import { stringLiteral } from "./emit-code.ts";
import type { ResolverIR } from "./ir.ts";

/** The body of `resolve(model)`: a provider's own prefix, then the known families of names, then the default. */
export function emitResolve(resolver: ResolverIR): readonly string[] {
  const byProvider = resolver.providerIds.map((id) => {
    const start = `${id}/`;
    const test = `model.startsWith(${stringLiteral(start)}) && model.length > ${start.length}`;
    return `if (${test}) return { provider: ${stringLiteral(id)}, model: model.slice(${start.length}) };`;
  });
  const byPrefix = resolver.prefixes.map(
    ({ prefix, provider }) =>
      `if (model.startsWith(${stringLiteral(prefix)})) return { provider: ${stringLiteral(provider)}, model };`,
  );
  const fallback = resolver.defaultProvider;
  const last = fallback === undefined ? "return undefined;" : `return { provider: ${stringLiteral(fallback)}, model };`;
  return [...byProvider, ...byPrefix, last];
}
