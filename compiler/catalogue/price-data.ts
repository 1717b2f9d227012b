import { findProvider, type ModelInfo, type Provider } from "@pydantic/genai-prices";
import type { ApiName } from "../../schemas/dialect-names.ts";
import type { ProviderConfig } from "../../schemas/provider-config.ts";
import { matchAlternatives, type NameTest, passes } from "../match-alternatives.ts";
import { providerKind } from "../provider-type.ts";

/** What the catalogue knows of one model: prices in US dollars per million tokens, `context_window` in tokens. */
export type CatalogueModel = Readonly<ModelInfo> &
  Readonly<{
    /** Its `match`: a name in lower case passes all tests of one of them. */
    alternatives: readonly (readonly NameTest[])[];
  }>;

/** One provider's part of the catalogue. */
export type PriceBook = Readonly<{
  /** Its id in the catalogue, such as `x-ai`. */
  id: string;
  /** In the order in which their patterns are tried; those of other vendors that it resells come last. */
  models: readonly CatalogueModel[];
}>;

/** The catalogue's id of whoever made an API; a server that nothing else is known of is taken for theirs. */
const makers = {
  openai: "openai",
  "openai-responses": "openai",
  anthropic: "anthropic",
  gemini: "google",
} as const satisfies Record<ApiName, string>;

/** Upstreams at whose many addresses the catalogue's own patterns may not recognise them. */
const byType: Readonly<Record<string, string>> = { "azure-openai": "azure" };

/**
 * Whose prices hold at a configured provider: by the address it is at, else by its `type`, else by who made its API.
 * Undefined for upstreams that the catalogue does not list, such as those on one's own machine.
 *
 * The catalogue is the package @pydantic/genai-prices, at the version of the lock file; nothing is fetched.
 */
export function priceBookOf(
  id: string,
  config: Pick<ProviderConfig, "type" | "api" | "base_url">,
): PriceBook | undefined {
  const kind = providerKind(id, config);
  const found =
    atAddress(config.base_url ?? kind.dialect?.base_url) ??
    withId(byType[config.type ?? id]) ??
    (kind.dialect === undefined ? withId(makers[kind.api]) : undefined);
  return found && { id: found.id, models: modelsOf(found) };
}

/** The book with this id. */
export function bookWithId(id: string): PriceBook | undefined {
  const found = withId(id);
  return found && { id, models: modelsOf(found) };
}

/** What the book says of a model, by the name that the provider is sent: the first whose pattern it matches. */
export function modelInBook({ models }: PriceBook, name: string): CatalogueModel | undefined {
  const lower = name.toLowerCase();
  return models.find(({ alternatives }) => alternatives.some((tests) => tests.every((one) => passes(one, lower))));
}

function atAddress(url: string | undefined): Provider | undefined {
  return url === undefined ? undefined : findProvider({ providerApiUrl: url });
}

function withId(id: string | undefined): Provider | undefined {
  return id === undefined ? undefined : findProvider({ providerId: id });
}

function modelsOf({ models, fallback_model_providers: resold = [] }: Provider): readonly CatalogueModel[] {
  const all = [...models, ...resold.flatMap((id) => withId(id)?.models ?? [])];
  return all.map((model) => ({ ...model, alternatives: matchAlternatives(model.match) }));
}
