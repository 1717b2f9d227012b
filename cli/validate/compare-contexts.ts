import type { RouterIR } from "../../compiler/ir.ts";
import { nearest } from "../../compiler/suggest.ts";
import type { Offer } from "../../runtime/contract.ts";
import type { ListedModel } from "../../runtime/model-list/listed-model.ts";
import type { ProviderCheck } from "./check-provider.ts";

/**
 * `same`, `changed`: what the provider says, against `context`. `unknown`: it lists the model and says nothing of its size.
 * `listed`: no entry of [[models]] has the model, so there is nothing to compare. `not checked`: the provider gave no list.
 */
export type ContextStatus = "same" | "changed" | "unknown" | "listed" | "not listed" | "not checked";

/** A provider's model that the configuration or the policies name; tokens of context, before and after. */
export type ContextRow = Readonly<{
  provider: string;
  model: string;
  status: ContextStatus;
  old: number | undefined;
  new: number | undefined;
  /** A model of the provider that may be meant by one that it does not list. */
  meant: string | undefined;
}>;

/** All models that are named, sorted, against what their providers list. */
export function compareContexts(ir: RouterIR, checks: readonly ProviderCheck[]): readonly ContextRow[] {
  return namedModels(ir)
    .map((named) =>
      rowOf(
        named,
        checks.find(({ id }) => id === named.provider),
      ),
    )
    .sort((a, b) => order(a.provider, b.provider) || order(a.model, b.model) || (a.old ?? 0) - (b.old ?? 0));
}

type Named = Pick<Offer, "provider" | "model" | "contextTokens"> & Readonly<{ isEntry: boolean }>;

function namedModels({ resolver, rules, providers }: RouterIR): readonly Named[] {
  const entries = [...resolver.models.flatMap(({ offers }) => offers), ...resolver.aliases.map(({ offer }) => offer)];
  const routes = rules.flatMap(({ plan }) => [...plan.routes, ...(plan.hedge === undefined ? [] : [plan.hedge.route])]);
  const others = [
    ...routes.flatMap(({ offers }) => offers),
    ...resolver.tiers.map(({ offer }) => offer),
    ...providers.flatMap(({ id, models = [] }) => models.map((model) => ({ provider: id, model }))),
  ];
  const isEntry = ({ provider, model }: Offer) =>
    entries.some((entry) => entry.provider === provider && entry.model === model);
  const named = [
    ...entries.map((offer) => ({ ...offer, isEntry: true })),
    ...others.filter((offer) => !isEntry(offer)).map((offer) => ({ ...offer, isEntry: false })),
  ];
  const keyOf = ({ provider, model, contextTokens }: Named) => JSON.stringify([provider, model, contextTokens]);
  return [...new Map(named.map((one) => [keyOf(one), one])).values()];
}

function rowOf({ provider, model, contextTokens: old, isEntry }: Named, check: ProviderCheck | undefined): ContextRow {
  const row = { provider, model, old, new: undefined, meant: undefined };
  if (check === undefined || check.models.length === 0) return { ...row, status: "not checked" };
  const listed = listedAs(model, check.models);
  if (listed === undefined) {
    const ids = check.models.map(({ id }) => id);
    return { ...row, status: "not listed", meant: nearest(model, ids) };
  }
  const found = { ...row, new: listed.contextTokens };
  if (!isEntry) return { ...found, status: "listed" };
  if (listed.contextTokens === undefined) return { ...found, status: "unknown" };
  return { ...found, status: listed.contextTokens === old ? "same" : "changed" };
}

/** The model itself, else the newest of its dated versions, which vendors serve under the name without a date as well. */
function listedAs(model: string, models: readonly ListedModel[]): ListedModel | undefined {
  const isVersion = (id: string) => id.startsWith(model) && /^-\d{4}-?\d{2}-?\d{2}$/.test(id.slice(model.length));
  const versions = models.filter(({ id }) => isVersion(id)).sort((a, b) => order(b.id, a.id));
  return models.find(({ id }) => id === model) ?? versions[0];
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
