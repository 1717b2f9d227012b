import type { Offer, Route } from "../runtime/contract.ts";
import type { Config } from "../schemas/config.ts";
import { configuredModels } from "./configured-models.ts";
import type { ResolverIR, TargetIR } from "./ir.ts";
import { matchesGlob } from "./matches-glob.ts";

/** A vendor's API by its word in `type`. */
export type ProviderType = "openai" | "anthropic";

/** The providers that are assumed when the configuration has none. */
const assumedProviders = { openai: {}, anthropic: {} } as const satisfies NonNullable<Config["providers"]>;

/** All providers in file order. */
export function providersOf(config: Config): NonNullable<Config["providers"]> {
  return Object.keys(config.providers ?? {}).length > 0 ? (config.providers ?? {}) : assumedProviders;
}

/** What `type` says, else what the name says; when neither tells, Anthropic's, as proxies for Claude Code have it. */
export function providerType(name: string, type: ProviderType | undefined): ProviderType {
  return type ?? (name === "openai" ? name : "anthropic");
}

/** How model names find their provider under this configuration. */
export function resolverOf(config: Config): ResolverIR {
  const providers = Object.entries(providersOf(config)).map(([id, provider]) => ({
    id,
    type: providerType(id, provider.type),
  }));
  const firstOf = (type: ProviderType) =>
    (providers.find(({ id }) => id === type) ?? providers.find((one) => one.type === type))?.id;
  const only = providers.length === 1 ? providers[0]?.id : undefined;
  const tiers = Object.entries(config.tiers ?? {}).map(([keyword, offer]) => ({
    keyword: keyword.toLowerCase(),
    offer,
  }));
  const infers = config.routing?.name_inference ?? tiers.length === 0;
  const anthropic = infers ? firstOf("anthropic") : undefined;
  return {
    providerIds: providers.map(({ id }) => id).sort(),
    ...configuredModels(config),
    tiers,
    prefixes: anthropic === undefined ? [] : claudePrefixes.map((prefix) => ({ prefix, provider: anthropic })),
    defaultProvider: config.router?.default_provider ?? (infers ? (firstOf("openai") ?? only) : undefined),
  };
}

const claudePrefixes = ["claude-", "anthropic.claude-"] as const;

/** What serves a model name; undefined when nothing does. */
export function resolveModel(resolver: ResolverIR, name: string): Route | undefined {
  const configured = resolver.models.find(({ model }) => model === name);
  if (configured !== undefined) return configured;
  return (
    ofProvider(resolver, name) ??
    routeOf(
      name,
      resolver.aliases.filter(({ globs }) => globs.some((glob) => matchesGlob(name, glob))),
    ) ??
    routeOf(name, resolver.tiers.filter(({ keyword }) => name.toLowerCase().includes(keyword)).slice(0, 1)) ??
    inferred(resolver, name)
  );
}

/** `<provider>/<model>`: that provider alone, under the model's configured terms where it has some. */
function ofProvider(resolver: ResolverIR, name: string): Route | undefined {
  const slash = name.indexOf("/");
  const provider = name.slice(0, Math.max(0, slash));
  if (slash <= 0 || slash === name.length - 1 || !resolver.providerIds.includes(provider)) return undefined;
  const model = name.slice(slash + 1);
  const configured = resolver.models.find((route) => route.model === model);
  const offers = configured?.offers.filter((offer) => offer.provider === provider) ?? [];
  return (
    routeOf(
      name,
      offers.map((offer) => ({ offer })),
    ) ?? { model: name, offers: [{ provider, model }] }
  );
}

function routeOf(model: string, entries: readonly Readonly<{ offer: Offer }>[]): Route | undefined {
  const [first, ...rest] = entries.map(({ offer }) => offer);
  return first && { model, offers: [first, ...rest] };
}

function inferred(resolver: ResolverIR, model: string): Route | undefined {
  const provider =
    resolver.prefixes.find(({ prefix }) => model.startsWith(prefix))?.provider ?? resolver.defaultProvider;
  return provider === undefined ? undefined : { model, offers: [{ provider, model }] };
}

/** The shortest name that resolves to `target`: the model alone where that is enough, else `<provider>/<model>`. */
export function modelName(resolver: ResolverIR, target: TargetIR): string {
  const plain = resolveModel(resolver, target.model)?.offers[0];
  const isSame = plain?.provider === target.provider && plain.model === target.model;
  return isSame ? target.model : `${target.provider}/${target.model}`;
}
