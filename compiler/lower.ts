import { createHash } from "node:crypto";
import type { Config } from "../schemas/config.ts";
import { defaults } from "../schemas/defaults.ts";
import type { ProviderConfig } from "../schemas/provider-config.ts";
import type { Ast } from "./ast.ts";
import { defined } from "./defined.ts";
import type { AdaptationIR, ProviderIR, RouterIR, SchemaIR } from "./ir.ts";
import { lowerPrices } from "./lower-prices.ts";
import { lowerProvider } from "./lower-provider.ts";
import { lowerRules } from "./lower-rules.ts";
import { lowerSettings } from "./lower-settings.ts";
import type { SurfaceIR } from "./lower-surfaces.ts";
import { roundedNanos } from "./nanos.ts";
import { nodeAt, toRecord } from "./node.ts";
import { providersOf, resolverOf } from "./resolve.ts";
import { type Source, type Sources, sourceFiles } from "./span.ts";

/**
 * A checked AST to the IR: names resolved, defaults filled in, secrets replaced by where they are. Raises nothing.
 * `catalog.configFile` is relative to the configuration's own folder.
 */
export function lower(ast: Ast, sources: Sources): RouterIR {
  const config = ast.config.value;
  const resolver = resolverOf(config);
  const providers = lowerProviders(ast, sources);
  return {
    sources: sourceFiles(sources)
      .map(({ file, text }) => ({ file, sha256: createHash("sha256").update(text).digest("hex") }))
      .sort((a, b) => order(a.file, b.file)),
    profile: config.profile,
    catalog: {
      configFile: sources.config.file,
      listen: listen(config.listen_addr),
      providers: Object.fromEntries(providers.map(({ id, provider }) => [id, provider])),
      ...lowerSettings(ast.config, resolver),
    },
    providers,
    resolver,
    prices: lowerPrices(config),
    rules: lowerRules(ast, sources, resolver),
    schemas: lowerSchemas(ast),
    ...defined({ maxCostNanos: maxCostNanos(config.lint) }),
  };
}

function lowerProviders(ast: Ast, sources: Sources): readonly ProviderIR[] {
  const { root, value } = ast.config;
  const { budget: _, ...retry } = value.retry ?? {};
  return Object.entries(providersOf(value))
    .sort(([a], [b]) => order(a, b))
    .map(([id, config]) => {
      const { provider, surfaces } = lowerProvider(id, config, retry, root);
      const adaptation = lowerAdaptation(surfaces, transformOf(config, sources));
      const span = nodeAt(root, ["providers", id])?.span;
      return { id, provider, models: config.models ?? [], ...defined({ adaptation }), span };
    });
}

function transformOf({ transform }: ProviderConfig, { transforms = [] }: Sources): Source | undefined {
  return transforms.find(({ name }) => name === transform)?.source;
}

function lowerAdaptation(surfaces: readonly SurfaceIR[], transform: Source | undefined): AdaptationIR | undefined {
  const changed = surfaces.filter(({ edits }) => edits.length > 0);
  if (changed.length === 0 && transform === undefined) return undefined;
  const body = Object.fromEntries(changed.map(({ surface, edits }) => [surface.format, edits]));
  return { body, ...defined({ transform }) };
}

function listen(written: string | readonly string[] = defaults.listenAddress): readonly [string, ...string[]] {
  const [first = defaults.listenAddress, ...rest] = typeof written === "string" ? [written] : written;
  return [first, ...rest];
}

function lowerSchemas(ast: Ast): readonly SchemaIR[] {
  return ast.schemas
    .map(({ name, file, root }) => ({ name, file, schema: root.kind === "map" ? toRecord(root) : {} }))
    .sort((a, b) => order(a.name, b.name));
}

function maxCostNanos({ max_cost_usd: usd }: NonNullable<Config["lint"]> = {}): number | undefined {
  return usd === undefined ? undefined : roundedNanos(usd);
}

/** By code units, the same on every machine. */
function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
