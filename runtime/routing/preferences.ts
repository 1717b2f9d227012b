import { nanosOf } from "../money/nanos-of.ts";
import type { JsonObject, WireError } from "../wire/canonical.ts";
import { type Hedge, type RoutingHeaders, readRoutingHeaders, unknownProvider } from "./preferences-headers.ts";
import { firstFault, type MemberReader, memberReader, type Report } from "./preferences-members.ts";

/** Which offers one request wants, and in which order. Lists are of provider ids. */
export type Preferences = Readonly<{
  /** Tried first, in this order. */
  order: readonly string[] | undefined;
  /** No other provider serves the request. */
  only: readonly string[] | undefined;
  ignore: readonly string[] | undefined;
  /** Instead of the configured strategy and priorities. */
  sort: "price" | "throughput" | "latency" | undefined;
  /** False: only the providers of `order`, or without one only the best offer. */
  allowFallbacks: boolean;
  /** Only offers that understand every parameter of the request. */
  requireParameters: boolean;
  /** `deny`: no provider that may keep or learn from what it is sent. */
  dataCollection: "allow" | "deny";
  /** Only providers that keep nothing. */
  zdr: boolean;
  quantizations: readonly string[] | undefined;
  /** Nano-USD per million tokens. */
  maxPrice: Readonly<{ input: number | undefined; output: number | undefined }> | undefined;
  /** To the first token. Slower offers are tried later, never left out. */
  preferredMaxLatencyMs: number | undefined;
  /** Tokens per second. Slower offers are tried later, never left out. */
  preferredMinThroughput: number | undefined;
  /** Only offers whose price is zero. */
  free: boolean;
}>;

/** Of a request that asks nothing: always this object, so that ranking can tell at a glance. */
export const defaultPreferences: Preferences = {
  order: undefined,
  only: undefined,
  ignore: undefined,
  sort: undefined,
  allowFallbacks: true,
  requireParameters: false,
  dataCollection: "allow",
  zdr: false,
  quantizations: undefined,
  maxPrice: undefined,
  preferredMaxLatencyMs: undefined,
  preferredMinThroughput: undefined,
  free: false,
};

/** What one request asks about its routing. */
export type RoutingAsk = Readonly<{
  preferences: Preferences;
  /** Further models to try, in order, when one fails. */
  models: readonly string[];
  hedge: Hedge | undefined;
}>;

const providerMembers = [
  "order",
  "only",
  "ignore",
  "sort",
  "allow_fallbacks",
  "require_parameters",
  "data_collection",
  "zdr",
  "quantizations",
  "max_price",
  "preferred_max_latency",
  "preferred_min_throughput",
] as const;

const maxNames = 32;
const maxModels = 8;

/**
 * Reads the body's `provider` object, `models` and `route` (names as in OpenRouter's provider routing) and the
 * `x-arouter-*` routing headers. A pin in a header wins over `provider.only`; of two statements about privacy the
 * stricter one holds. `providers` are the configured ones by id. Anything malformed or unknown is a 400.
 */
export function readRoutingAsk(
  body: JsonObject,
  headers: Headers,
  providers: Readonly<Record<string, unknown>>,
): RoutingAsk | WireError {
  const { report, fault } = firstFault();
  const members = memberReader(body, "", report);
  const provider = members.object("provider", providerMembers);
  const models = members.names("models", { atLeast: 0, atMost: maxModels }) ?? [];
  members.choice("route", ["fallback"]);
  const said = readRoutingHeaders(headers, providers, report);
  const asked = provider === undefined ? defaultPreferences : readProvider(provider, providers, report);
  return fault() ?? { preferences: withHeaders(asked, said), models, hedge: said.hedge };
}

function readProvider(read: MemberReader, providers: Readonly<Record<string, unknown>>, report: Report): Preferences {
  /** An empty `order` or `ignore` asks nothing, but an empty `only` cannot be what anyone wants. */
  function providerNames(member: string, atLeast: 0 | 1): readonly string[] | undefined {
    const names = read.names(member, { atLeast, atMost: maxNames });
    const stranger = names?.find((name) => !Object.hasOwn(providers, name));
    if (stranger !== undefined) report(`provider.${member}`, unknownProvider(stranger, providers));
    return names?.length === 0 ? undefined : names;
  }
  const price = read.object("max_price", ["prompt", "completion"]);
  return {
    order: providerNames("order", 0),
    only: providerNames("only", 1),
    ignore: providerNames("ignore", 0),
    sort: read.choice("sort", ["price", "throughput", "latency"]),
    allowFallbacks: read.flag("allow_fallbacks") ?? true,
    requireParameters: read.flag("require_parameters") ?? false,
    dataCollection: read.choice("data_collection", ["allow", "deny"]) ?? "allow",
    zdr: read.flag("zdr") ?? false,
    quantizations: read.names("quantizations", { atLeast: 1, atMost: maxNames }),
    maxPrice: price && { input: nanos(price.amount("prompt")), output: nanos(price.amount("completion")) },
    preferredMaxLatencyMs: read.amount("preferred_max_latency"),
    preferredMinThroughput: read.amount("preferred_min_throughput"),
    free: false,
  };
}

function nanos(usd: number | undefined): number | undefined {
  return usd === undefined ? undefined : nanosOf(usd);
}

function withHeaders(asked: Preferences, { pin, dataCollection, zdr }: RoutingHeaders): Preferences {
  if (pin === undefined && dataCollection !== "deny" && zdr !== true) return asked;
  return {
    ...asked,
    only: pin === undefined ? asked.only : [pin],
    dataCollection: dataCollection === "deny" ? "deny" : asked.dataCollection,
    zdr: zdr === true || asked.zdr,
  };
}
