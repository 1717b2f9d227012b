import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { resolveModel, resolverOf } from "../resolve.ts";
import { nearest } from "../suggest.ts";
import { writtenModels } from "./written-models.ts";

/** `opnai/gpt-5` is a legal model name of the default provider, but hardly meant. */
export const modelPrefixes: Rule = (ast) => {
  const resolver = resolverOf(ast.config.value);
  const { providerIds, defaultProvider } = resolver;
  return writtenModels(ast).flatMap(({ name, span }) => {
    const prefix = /^([^/]+)\/./.exec(name)?.[1];
    if (prefix === undefined || defaultProvider === undefined || providerIds.includes(prefix)) return [];
    const offer = resolveModel(resolver, name)?.offers[0];
    const isInferred = offer?.provider === defaultProvider && offer.model === name;
    if (!isInferred || resolver.models.some(({ model }) => model === name)) return [];
    const meant = nearest(prefix, providerIds);
    if (meant === undefined) return [];
    const message = `No provider is named ${JSON.stringify(prefix)}, so ${JSON.stringify(defaultProvider)} gets the whole name.`;
    return [diagnostic("AR308", span, message, { hint: `Did you mean "${meant}${name.slice(prefix.length)}"?` })];
  });
};
