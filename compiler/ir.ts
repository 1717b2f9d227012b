import type {
  Catalog,
  Endpoint,
  FallbackCause,
  Offer,
  Price,
  Provider,
  Route,
  WireFormat,
} from "../runtime/contract.ts";
import type { ProfileName } from "../schemas/profile-names.ts";
import type { EditIR } from "./body-edits.ts";
import type { ModelCapabilities } from "./catalogue/model-capabilities.ts";
import type { NameTest } from "./match-alternatives.ts";
import type { Span } from "./span.ts";

/** Everything resolved, every default filled in: the emitter looks nothing up. */
export type RouterIR = Readonly<{
  /** Sorted by file; the sha256 is in hex. */
  sources: readonly Readonly<{ file: string; sha256: string }>[];
  /** Whose defaults were filled in; absent for the product's own. */
  profile?: ProfileName | undefined;
  /** The static part, except the model list, which `analyse` adds from the rules. */
  catalog: Omit<Catalog, "models">;
  /** Sorted by id. */
  providers: readonly ProviderIR[];
  resolver: ResolverIR;
  /** The price catalogue's lists that hold for these providers, sorted. */
  prices: readonly PriceListIR[];
  /** What `arouter.lock` says models can do, by `<provider>/<model>`; absent where there is no lock. */
  locked?: Readonly<Record<string, ModelCapabilities>>;
  /** Source order; the first match wins. */
  rules: readonly RuleIR[];
  /** Schema files named by `validate`, sorted by name. */
  schemas: readonly SchemaIR[];
  /** What one request may cost before that is reported, in nano-USD. */
  maxCostNanos?: number | undefined;
}>;

export type ProviderIR = Readonly<{
  id: string;
  provider: Provider;
  /** Model names that the configuration lists for GET /v1/models, as the provider is sent them. */
  models?: readonly string[] | undefined;
  /** What generated code does to its requests; absent when that is nothing. */
  adaptation?: AdaptationIR | undefined;
  /** Undefined for a provider that is assumed. */
  span: Span | undefined;
}>;

export type AdaptationIR = Readonly<{
  /** By the format of its APIs; those without changes are absent. */
  body: Readonly<Partial<Record<WireFormat, readonly EditIR[]>>>;
  /** The user's own code, and the file it came from. */
  transform?: Readonly<{ file: string; text: string }> | undefined;
}>;

/** What the catalogue calls one provider, and who of the configuration is it. */
export type PriceListIR = Readonly<{
  book: string;
  /** What tells lists of one book apart; absent where there is only one. */
  name?: string;
  providers: readonly string[];
  /** The first whose pattern a model's name matches says what it costs. */
  entries: readonly PriceEntryIR[];
  services: Price["services"];
}>;

export type PriceEntryIR = Readonly<{
  /** Unique within its list. */
  id: string;
  /** Exact names, in lower case. No earlier entry matches any of them. */
  names: readonly string[];
  /** Any of them, all of whose tests a name in lower case passes. */
  patterns: readonly (readonly NameTest[])[];
  /** The last one that holds counts, else the first; empty where the price is not known. */
  periods: readonly PricePeriodIR[];
}>;

export type PricePeriodIR = Readonly<{
  price: ListedPrice;
  /** Since 1970. */
  sinceMs?: number;
  /** From and to a second of the UTC day; over midnight where the second is the smaller one. */
  daily?: readonly [number, number];
}>;

export type ListedPrice = Omit<Price, "from" | "services">;

/**
 * How a model name finds what serves it: configured names first, then `<provider>/<model>`, aliases, tier keywords, the
 * known families of names, the default provider.
 */
export type ResolverIR = Readonly<{
  providerIds: readonly string[];
  /** Configured names, sorted; the offers of each in static order. */
  models: readonly Route[];
  /** In static order; all of which a glob matches serve the name. */
  aliases: readonly Readonly<{ globs: readonly string[]; offer: Offer }>[];
  /** In file order; the first whose glob matches the name in lower case serves it. */
  tiers: readonly Readonly<{ keyword: string; glob: string; offer: Offer }>[];
  /** `claude-` and `anthropic.claude-` go to the Anthropic provider, when there is one. */
  prefixes: readonly Readonly<{ prefix: string; provider: string }>[];
  defaultProvider: string | undefined;
}>;

export type RuleIR = Readonly<{
  name: string;
  /** All must hold; empty matches everything. In the order the user wrote them. */
  when: readonly ConditionIR[];
  /** The key of each condition of `when`; left out where no file says so. */
  whenSpans?: readonly Span[];
  plan: PlanIR;
  /** Left out where no file says so. */
  thenSpans?: ThenSpans;
  /** The rule's `- name:` item. */
  span: Span;
  /** 1-based line of `span.start`, for the comments beside the emitted rule. */
  line: number;
  /** `file:line` spelled once. */
  place: string;
}>;

/** Where a plan is written. */
export type ThenSpans = Readonly<{
  /** Of each of the plan's `routes`, the model's name. */
  routes: readonly Span[];
  /** Of each of its `validate`. */
  validate: readonly Span[];
  /** The key `fallback_chain`. */
  chain: Span;
  hedge: Span;
}>;

export type TargetIR = Readonly<{ provider: string; model: string }>;

export type PlanIR = Readonly<{
  routes: readonly [Route, ...Route[]];
  /** `json_schema` or the `name` of a SchemaIR. */
  validate: readonly string[];
  /** What sends a request down the chain; absent is validation alone. */
  fallbackOn?: readonly FallbackCause[] | undefined;
  hedge: Readonly<{ afterMs: number; route: Route }> | undefined;
}>;

export type Comparison = "<" | "<=" | ">" | ">=";

export type ConditionIR =
  | Readonly<{ kind: "input-tokens"; op: Comparison; value: number }>
  | Readonly<{ kind: "max-tokens"; op: Comparison; value: number }>
  | Readonly<{ kind: "flag"; fact: "hasTools" | "hasImage" | "stream"; is: boolean }>
  | Readonly<{ kind: "response-format"; is: string }>
  | Readonly<{ kind: "endpoint"; in: readonly Endpoint[] }>
  | Readonly<{ kind: "model-in"; models: readonly string[] }>
  /** `*` matches any run of characters, `?` one character; one of the globs must match. */
  | Readonly<{ kind: "model-glob"; globs: readonly string[] }>
  /** Header `name` (lower case) equals a string; true: is present; false: is absent. */
  | Readonly<{ kind: "header"; name: string; is: string | boolean }>;

export type SchemaIR = Readonly<{
  /** As the policy writes it; also the key in `validators`. */
  name: string;
  schema: Readonly<Record<string, unknown>>;
  file: string;
}>;
