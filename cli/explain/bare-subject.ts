import { planOf } from "../../compiler/emit-plan.ts";
import type { KnownFacts } from "../../compiler/known-facts.ts";
import type { Endpoint } from "../../runtime/contract.ts";
import { clientCodecs } from "../../runtime/request/client-codecs.ts";
import { planItinerary } from "../../runtime/request/itinerary.ts";
import type { Overrides } from "../../runtime/request/overrides.ts";
import type { RankingRequest } from "../../runtime/routing/hot-state.ts";
import { defaultPreferences } from "../../runtime/routing/preferences.ts";
import { splitModelName, withSuffix } from "../../runtime/routing/split-model-name.ts";
import type { InterpretedGateway } from "../interpreted-gateway.ts";
import type { Subject } from "./subject.ts";

/** A request of which there are facts and no body: it asks for no more than they say. `written` is the model as its client wrote it. */
export function bareSubject(
  written: string,
  endpoint: Endpoint,
  known: (model: string) => KnownFacts,
  overrides: Overrides,
  gateway: InterpretedGateway,
): Omit<Subject, "overrides"> {
  const { model, ranking } = noWishes(written, endpoint, gateway);
  const facts = known(model);
  return {
    model: written,
    known: facts,
    isWithoutRules: overrides.noPolicy,
    itinerary: (rule) => planItinerary({ ...gateway, route: () => rule && planOf(rule) }, facts.facts, overrides),
    ranking,
  };
}

/** The model of a name without its routing suffix, and how a request that asks for no more than that ranks offers. */
export function noWishes(
  written: string,
  endpoint: Endpoint,
  { catalog }: Pick<InterpretedGateway, "catalog">,
): Readonly<{ model: string; ranking: RankingRequest }> {
  const { model, suffix } = splitModelName(written, (name) => catalog.models.includes(name));
  return {
    model,
    ranking: {
      preferences: withSuffix(defaultPreferences, suffix),
      clientFormat: clientCodecs[endpoint].format,
      usedParameters: () => [],
      wantsThinking: () => false,
    },
  };
}
