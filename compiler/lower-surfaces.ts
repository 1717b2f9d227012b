import type { Auth, SecretText, Surface, WireFormat } from "../runtime/contract.ts";
import type { DialectFile } from "../schemas/dialect.ts";
import type { ApiName } from "../schemas/dialect-names.ts";
import type { ProviderConfig } from "../schemas/provider-config.ts";
import { type SurfaceConfig, type SurfaceKeys, surfaceKeys } from "../schemas/surface-config.ts";
import { baseUrl, sameHost } from "./base-url.ts";
import { type EditIR, editsOf } from "./body-edits.ts";
import { defined } from "./defined.ts";
import type { Node, Path } from "./node.ts";
import { dialectAt, providerKind } from "./provider-type.ts";
import { secretText } from "./secret.ts";

/** An API of a provider, and what becomes of bodies on their way there. */
export type SurfaceIR = Readonly<{ surface: Surface; edits: readonly EditIR[] }>;

const formats = {
  openai: "openai-chat",
  "openai-responses": "openai-responses",
  anthropic: "anthropic-messages",
  gemini: "gemini",
} as const satisfies Record<ApiName, WireFormat>;

const usualAuth = {
  openai: "bearer",
  "openai-responses": "bearer",
  anthropic: "x-api-key",
  gemini: "x-goog-api-key",
} as const satisfies Record<ApiName, Auth>;

/** A surface with where it is, and where the configuration speaks of it. */
type Written = Readonly<{ keys: SurfaceConfig; url: string; vendor: boolean; path: Path }>;

/** All APIs of a provider, the main one first. `root` is the configuration's tree. */
export function lowerSurfaces(id: string, provider: ProviderConfig, root: Node): readonly [SurfaceIR, ...SurfaceIR[]] {
  const kind = providerKind(id, provider);
  const all = writtenSurfaces(id, provider, kind.dialect, kind.api);
  const main = all.find(({ keys }) => keys.api === kind.api) ?? bare(id, provider, kind.api);
  const others = all.filter((one) => one !== main);
  const lowered = (one: Written) => lowerSurface(one, provider, root);
  return [lowered(main), ...others.map(lowered)];
}

/** What is known of the upstream, under what the provider says: `path` of the main API, everything else of all. */
function writtenSurfaces(
  id: string,
  provider: ProviderConfig,
  dialect: DialectFile | undefined,
  main: ApiName,
): readonly Written[] {
  const own = ownKeys(provider);
  const { path, ...shared } = own;
  const rest = furtherSurfaces(id, provider, dialect);
  if (dialect === undefined) return [bare(id, provider, main), ...rest];
  const vendor =
    dialect.vendor === true && (provider.base_url === undefined || sameHost(provider.base_url, dialect.base_url));
  const known = dialect.surfaces
    // An address of the user's own holds for the upstream as a whole, not for what has another one anyway.
    .filter(({ base_url }) => provider.base_url === undefined || base_url === undefined)
    .filter(({ api }) => provider.also === undefined || api === main)
    .map(({ base_url, ...keys }) => ({
      keys: {
        ...keys,
        ...keyed(keys, provider),
        ...shared,
        ...(keys.api === main && path !== undefined ? { path } : {}),
      },
      url: base_url ?? provider.base_url ?? dialect.base_url ?? "",
      vendor,
      path: ["providers", id],
    }));
  return [...known, ...rest];
}

/** A server that needs no key is sent the one that is configured all the same. */
function keyed({ auth }: SurfaceKeys, { api_key, keys }: ProviderConfig): SurfaceKeys {
  return auth === "none" && (api_key !== undefined || keys !== undefined) ? { auth: "bearer" } : {};
}

/** An API at an address of the user's own; of one that is known to be somebody's, what is known of it. */
function bare(id: string, provider: ProviderConfig, api: ApiName): Written {
  const url = provider.base_url ?? "";
  const known = dialectAt(url, api)?.surfaces.find((surface) => surface.api === api);
  const { path: _path, auth: _auth, auth_header: _header, base_url: _url, ...quirks } = known ?? { api };
  return { keys: { ...quirks, ...ownKeys(provider), api }, url, vendor: false, path: ["providers", id] };
}

function furtherSurfaces(
  id: string,
  { also = [], base_url: own }: ProviderConfig,
  dialect: DialectFile | undefined,
): readonly Written[] {
  return also.map(({ base_url: url = own ?? dialect?.base_url ?? "", ...keys }, index) => ({
    keys,
    url,
    vendor: false,
    path: ["providers", id, "also", index],
  }));
}

/** The keys of a provider that are about its APIs. */
function ownKeys(provider: ProviderConfig): SurfaceKeys {
  const names = Object.keys(surfaceKeys);
  return Object.fromEntries(Object.entries(provider).filter(([key]) => names.includes(key)));
}

function lowerSurface({ keys, url, vendor, path }: Written, provider: ProviderConfig, root: Node): SurfaceIR {
  const format = formats[keys.api];
  const surface: Surface = {
    ...defined({ path: keys.path, headers: lowerHeaders(keys, root, path), betas: keys.betas, hides: hides(keys) }),
    format,
    baseUrl: baseUrl(url),
    auth: lowerAuth(keys, provider, root, path),
    dialect: {
      vendor,
      streamOptions: keys.stream_options ?? true,
      maxTokensField: keys.max_tokens_field ?? "auto",
      ...defined({
        systemRole: keys.system_role,
        effortField: keys.effort_field,
        reasoningField: keys.reasoning_field,
        reasoningRequired: keys.reasoning_required,
        thinkTags: keys.think_tags,
        inclusiveUsage: keys.inclusive_usage,
        lacks: keys.lacks,
      }),
    },
  };
  return { surface, edits: editsOf(keys, keepsAnthropicMembers(keys.api, url, vendor)) };
}

/** Amazon's and Google's own Claude take prompt caching as Anthropic does. */
function keepsAnthropicMembers(api: ApiName, url: string, vendor: boolean): boolean {
  return api !== "anthropic" || vendor || /\.(amazonaws|googleapis)\.com$/.test(new URL(url).hostname);
}

function lowerAuth(keys: SurfaceConfig, { oauth }: ProviderConfig, root: Node, path: Path): Auth {
  if (oauth !== undefined) {
    const { token_url, client_id, scope, audience } = oauth;
    const clientId = secretText(client_id, root, [...path.slice(0, 2), "oauth", "client_id"], false);
    return { kind: "client-credentials", tokenUrl: token_url, clientId, ...defined({ scope, audience }) };
  }
  if (keys.auth_header === undefined) return keys.auth ?? usualAuth[keys.api];
  return { kind: "header", name: keys.auth_header.toLowerCase(), template: keys.auth_template ?? "{key}" };
}

/** What a name says may be secret stays out of generated code, also where it is written out. */
const secretName = /key|token|secret|auth|cookie|password|credential/i;

function lowerHeaders(
  { headers }: SurfaceConfig,
  root: Node,
  path: Path,
): Readonly<Record<string, SecretText>> | undefined {
  if (headers === undefined) return undefined;
  const lowered = Object.entries(headers).map(([name, value]) => {
    return [name.toLowerCase(), secretText(value, root, [...path, "headers", name], secretName.test(name))] as const;
  });
  return Object.fromEntries(lowered);
}

function hides({ stream_thinking, drop_events = [] }: SurfaceConfig): Surface["hides"] {
  if (stream_thinking !== "drop" && drop_events.length === 0) return undefined;
  return { thinking: stream_thinking === "drop", events: drop_events };
}
