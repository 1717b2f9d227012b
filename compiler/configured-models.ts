import type { Offer, Price, Route } from "../runtime/contract.ts";
import type { Config } from "../schemas/config.ts";
import type { ModelConfig } from "../schemas/model-config.ts";
import { configuredCard } from "./configured-card.ts";
import { configuredPrice } from "./configured-price.ts";
import { defined } from "./defined.ts";
import type { ResolverIR } from "./ir.ts";
import { listOf } from "./list-of.ts";

type Entry = Readonly<{ name: string; globs: readonly string[]; offer: Offer }>;

/** What `[[models]]` says: a route per name, sorted, and the globs of `alias`; offers in static order. */
export function configuredModels({ models = [] }: Config): Pick<ResolverIR, "models" | "aliases"> {
  const entries = models.map(entryOf).sort((a, b) => inStaticOrder(a.offer, b.offer));
  return { models: routesOf(entries), aliases: aliasesOf(entries) };
}

function entryOf(model: ModelConfig): Entry {
  const { name, provider, upstream_model, alias = [], priority, weight, context, thinking, supports } = model;
  const offer = defined({
    provider,
    model: upstream_model ?? name,
    priority,
    weight: weight === 0 ? undefined : weight,
    price: model.price && configuredPrice(model.price),
    contextTokens: context,
    thinking,
    supports,
    quantization: model.quantization,
    card: model.metadata && configuredCard(model.metadata),
  });
  return { name, globs: listOf(alias), offer };
}

/** Priority, weight, price; what is equal in all keeps the order of the file. */
function inStaticOrder(a: Offer, b: Offer): number {
  return (a.priority ?? 0) - (b.priority ?? 0) || (b.weight ?? 1) - (a.weight ?? 1) || byPrice(a.price, b.price);
}

/** Cheap first, unknown last. */
function byPrice(a: Price | undefined, b: Price | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a.input + a.output - (b.input + b.output);
}

function routesOf(entries: readonly Entry[]): readonly Route[] {
  const routes = new Map<string, Route>();
  for (const { name, offer } of entries) {
    const known = routes.get(name);
    routes.set(name, { model: name, offers: known === undefined ? [offer] : [...known.offers, offer] });
  }
  return [...routes.values()].sort((a, b) => (a.model < b.model ? -1 : 1));
}

/** Entries that send the same model to the same provider are one way to serve it, under the terms of the first. */
function aliasesOf(entries: readonly Entry[]): ResolverIR["aliases"] {
  const aliases = new Map<string, ResolverIR["aliases"][number]>();
  for (const { globs, offer } of entries.filter((entry) => entry.globs.length > 0)) {
    const target = `${offer.provider}/${offer.model}`;
    const known = aliases.get(target);
    aliases.set(target, {
      globs: [...new Set([...(known?.globs ?? []), ...globs])],
      offer: known?.offer ?? offer,
    });
  }
  return [...aliases.values()];
}
