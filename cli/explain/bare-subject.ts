import { planOf } from "../../compiler/emit-plan.ts";
import type { KnownFacts } from "../../compiler/known-facts.ts";
import { clientCodecs } from "../../runtime/client-codecs.ts";
import { planItinerary } from "../../runtime/itinerary.ts";
import type { Overrides } from "../../runtime/overrides.ts";
import { defaultPreferences } from "../../runtime/routing/preferences.ts";
import { splitModelName, withSuffix } from "../../runtime/routing/split-model-name.ts";
import type { InterpretedGateway } from "../interpreted-gateway.ts";
import type { Subject } from "./subject.ts";

/** A request of which there are facts and no body: it asks for no more than they say. `model` is as its client wrote it. */
export function bareSubject(
  model: string,
  known: (model: string) => KnownFacts,
  overrides: Overrides,
  gateway: InterpretedGateway,
): Omit<Subject, "overrides"> {
  const named = splitModelName(model, (name) => gateway.catalog.models.includes(name));
  const facts = known(named.model);
  return {
    model,
    known: facts,
    isWithoutRules: overrides.noPolicy,
    itinerary: (rule) => planItinerary({ ...gateway, route: () => rule && planOf(rule) }, facts.facts, overrides),
    ranking: {
      preferences: withSuffix(defaultPreferences, named.suffix),
      clientFormat: clientCodecs[facts.facts.endpoint].format,
      usedParameters: () => [],
      wantsThinking: () => false,
    },
  };
}
