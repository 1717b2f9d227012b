import type { DialectFile } from "../schemas/dialect.ts";
import type { ApiName, DialectName } from "../schemas/dialect-names.ts";
import { dialectNames } from "../schemas/dialect-names.ts";
import type { ProviderConfig } from "../schemas/provider-config.ts";
import { sameHost } from "./base-url.ts";
import { dialectOf, isDialectName } from "./dialects.ts";

/** Whose upstream a provider is, and which API requests of other APIs are translated to. */
export type ProviderKind = Readonly<{
  api: ApiName;
  /** Undefined for a server that nothing is known of. */
  dialect: DialectFile | undefined;
}>;

type Written = Pick<ProviderConfig, "type" | "api" | "base_url">;

/** The vendor of each API. */
const vendors = {
  openai: "openai",
  "openai-responses": "openai",
  anthropic: "anthropic",
  gemini: "google",
} as const satisfies Record<ApiName, DialectName>;

/** Names of providers that say what they are, whatever else is known of them. */
const sayingNames: Readonly<Record<string, keyof typeof vendors>> = {
  openai: "openai",
  anthropic: "anthropic",
  google: "gemini",
  gemini: "gemini",
};

/**
 * What `type` says, else what the name says; when neither tells, Anthropic's API, as proxies for Claude Code have it. An
 * API's name means its vendor, unless `base_url` leads elsewhere.
 */
export function providerKind(name: string, written: Written): ProviderKind {
  const { type = typeOfName(name, written), base_url: url } = written;
  const api = isApiName(type) ? type : undefined;
  const known = dialectOf(api === undefined ? dialectNamed(type) : vendors[api]);
  if (api !== undefined && url !== undefined && !sameHost(url, known.base_url)) {
    return { api: written.api ?? api, dialect: undefined };
  }
  return { api: written.api ?? api ?? known.surfaces[0]?.api ?? "openai", dialect: known };
}

function typeOfName(name: string, { base_url: url }: Written): ApiName | DialectName {
  const saying = Object.hasOwn(sayingNames, name) ? sayingNames[name] : undefined;
  if (saying !== undefined) return saying;
  return url === undefined && isDialectName(name) ? name : "anthropic";
}

function isApiName(type: string): type is ApiName {
  return Object.hasOwn(vendors, type);
}

function dialectNamed(type: string): DialectName {
  return isDialectName(type) ? type : "openai";
}

/** The upstream that is known to speak an API at this address, for a provider that says no more than that. */
export function dialectAt(url: string, api: ApiName): DialectFile | undefined {
  return dialectNames
    .map(dialectOf)
    .find(({ base_url, surfaces }) =>
      surfaces.some(
        (surface) =>
          surface.api === api && isAddress(surface.base_url ?? base_url) && sameHost(url, surface.base_url ?? base_url),
      ),
    );
}

/** What runs on someone's own machine may be anything. */
function isAddress(url: string | undefined): url is string {
  return url !== undefined && new URL(url).hostname !== "localhost";
}
