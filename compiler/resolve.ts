import type { Offer, Route } from "../runtime/contract.ts";
import type { Config } from "../schemas/config.ts";
import type { ApiName } from "../schemas/dialect-names.ts";
import { configuredModels } from "./configured-models.ts";
import type { ResolverIR, TargetIR } from "./ir.ts";
import { matchesGlob } from "./matches-glob.ts";
import { providerKind } from "./provider-type.ts";
import { tierGlob } from "./tier-glob.ts";

/** The providers that are assumed when the configuration has none. */
const assumedProviders = { openai: {}, anthropic: {} } as const satisfies NonNullable<Config["providers"]>;

/** All providers in file order. */
export function providersOf(config: Config): NonNullable<Config["providers"]> {
  return Object.keys(config.providers ?? {}).length > 0 ? (config.providers ?? {}) : assumedProviders;
}

/** How model names find their provider under this configuration. */
export function resolverOf(config: Config): ResolverIR {
  const providers = Object.entries(providersOf(config)).map(([id, provider]) => ({
    id,
    vendor: vendorOf[providerKind(id, provider).api],
  }));
  const firstOf = (vendor: Vendor) =>
    (providers.find(({ id }) => id === vendor) ?? providers.find((one) => one.vendor === vendor))?.id;
  const only = providers.length === 1 ? providers[0]?.id : undefined;
  const tiers = Object.entries(config.tiers ?? {}).map(([keyword, offer]) => ({
    keyword: keyword.toLowerCase(),
    glob: tierGlob(keyword, config),
    offer,
  }));
  const infers = config.routing?.name_inference ?? tiers.length === 0;
  return {
    providerIds: providers.map(({ id }) => id).sort(),
    ...configuredModels(config),
    tiers,
    prefixes: infers ? familyPrefixes(firstOf) : [],
    defaultProvider: config.router?.default_provider ?? (infers ? (firstOf("openai") ?? only) : undefined),
  };
}

type Vendor = "openai" | "anthropic" | "google";

const vendorOf = {
  openai: "openai",
  "openai-responses": "openai",
  anthropic: "anthropic",
  gemini: "google",
} as const satisfies Record<ApiName, Vendor>;

const families = { anthropic: ["claude-", "anthropic.claude-"], google: ["gemini-"] } as const;

/** Names of a family go to the first provider with its vendor's API, when there is one. */
function familyPrefixes(firstOf: (vendor: Vendor) => string | undefined): ResolverIR["prefixes"] {
  return (["anthropic", "google"] as const).flatMap((vendor) => {
    const provider = firstOf(vendor);
    return provider === undefined ? [] : families[vendor].map((prefix) => ({ prefix, provider }));
  });
}

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
    routeOf(name, resolver.tiers.filter(({ glob }) => matchesGlob(name.toLowerCase(), glob)).slice(0, 1)) ??
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
