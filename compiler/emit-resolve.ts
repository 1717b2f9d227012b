import { literal, stringLiteral } from "./emit-code.ts";
import { globTests } from "./emit-glob.ts";
import { returnIf } from "./emit-return-if.ts";
import type { ResolverIR } from "./ir.ts";

/** What stands before `resolve(model)`, and its body. */
export type ResolveCode = Readonly<{ declarations: readonly string[]; body: readonly string[] }>;

/** Configured names, a provider's own prefix, aliases, tiers, the known families of names, then the default. */
export function emitResolve(resolver: ResolverIR): ResolveCode {
  const { models, aliases, tiers, prefixes, defaultProvider } = resolver;
  const last = defaultProvider === undefined ? "return undefined;" : `return ${oneOffer(defaultProvider, "model")};`;
  const hasModels = models.length > 0;
  return {
    declarations: [
      ...(hasModels ? [modelTable(resolver), ofProvider] : []),
      ...(aliases.length > 0 ? [aliasTable(resolver)] : []),
    ],
    body: [
      ...(hasModels
        ? ["const configured = models.get(model);", "if (configured !== undefined) return configured;"]
        : []),
      ...resolver.providerIds.map((id) => byProvider(id, hasModels)),
      ...(aliases.length > 0 ? byAlias : []),
      ...(tiers.length > 0 ? ["const lower = model.toLowerCase();"] : []),
      ...tiers.map(({ glob, offer }) =>
        returnIf(globTests(glob, "lower"), `{ model, offers: [${literal(offer, flat)}] }`),
      ),
      ...prefixes.map(({ prefix, provider }) =>
        returnIf([`model.startsWith(${stringLiteral(prefix)})`], oneOffer(provider, "model")),
      ),
      last,
    ],
  };
}

const flat = { indent: 2, column: 60, after: 5 };

function oneOffer(provider: string, model: string): string {
  const offered = model === "model" ? "model" : `model: ${model}`;
  return `{ model, offers: [{ provider: ${stringLiteral(provider)}, ${offered} }] }`;
}

function byProvider(id: string, hasModels: boolean): string {
  const start = `${id}/`;
  const rest = `model.slice(${start.length})`;
  const found = hasModels ? `ofProvider(${stringLiteral(id)}, model, ${rest})` : oneOffer(id, rest);
  return returnIf([`model.startsWith(${stringLiteral(start)})`, `model.length > ${start.length}`], found);
}

function modelTable({ models }: ResolverIR): string {
  const rows = models.map((route) => `  ${literal([route.model, route], { indent: 2, column: 2, after: 1 })},`);
  return [
    "const models: ReadonlyMap<string, Route<ProviderId>> = new Map<string, Route<ProviderId>>([",
    ...rows,
    "]);",
  ].join("\n");
}

function aliasTable({ aliases }: ResolverIR): string {
  const rows = aliases.map((alias) => `  ${literal(alias, { indent: 2, column: 2, after: 1 })},`);
  return [
    "const aliases: readonly Readonly<{ globs: readonly string[]; offer: Offer<ProviderId> }>[] = [",
    ...rows,
    "];",
  ].join("\n");
}

const byAlias = [
  "const served = aliases.filter(({ globs }) => globs.some((glob) => matchesGlob(model, glob)));",
  "const [first, ...rest] = served.map(({ offer }) => offer);",
  "if (first !== undefined) return { model, offers: [first, ...rest] };",
] as const;

const ofProvider = `/** One provider's offers of a model, under its configured terms where it has some. */
function ofProvider(provider: ProviderId, model: string, name: string): Route<ProviderId> {
  const configured = models.get(name)?.offers.filter((offer) => offer.provider === provider) ?? [];
  const [first, ...rest] = configured;
  return { model, offers: first === undefined ? [{ provider, model: name }] : [first, ...rest] };
}`;
