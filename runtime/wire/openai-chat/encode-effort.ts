import type { Dialect } from "../../contract.ts";
import type { Effort, JsonObject, Reasoning } from "../canonical.ts";
import { nearestEffort, wantedEffort } from "../effort.ts";
import type { Notes } from "../notes.ts";
import type { ModelTraits } from "./traits.ts";

/** Levels that servers understand which take them whatever the model, by the name of the field. */
const fieldEfforts = {
  reasoning_effort: ["none", "low", "medium", "high"],
  reasoning: ["none", "minimal", "low", "medium", "high", "xhigh"],
} as const satisfies Record<string, readonly Effort[]>;

export type EffortEncoding = Readonly<{ traits: ModelTraits; field: Dialect["effortField"]; found: Notes }>;

/** What asks for the effort, and the level at which the model will reason where that is known. */
export type EncodedEffort = Readonly<{ effort: Effort | undefined; members: JsonObject }>;

/**
 * How much reasoning is asked for, in the upstream's own field; nothing where it is left to the model. `hasTools`: function
 * tools are offered, which some models refuse together with reasoning.
 */
export function encodeEffort(reasoning: Reasoning, hasTools: boolean, encoding: EffortEncoding): EncodedEffort {
  const { traits, field = "auto", found } = encoding;
  const told = reasoning.effort === undefined ? "thinking" : "effort";
  switch (field) {
    case "none":
      return unsaid(reasoning, told, found);
    case "reasoning":
      return named(field, nearest(reasoning, fieldEfforts[field], told, found));
    case "reasoning_effort":
      if (!traits.reasoning) return named(field, nearest(reasoning, fieldEfforts[field], told, found));
      return named(field, modelEffort(reasoning, hasTools, traits, told, found));
    case "auto":
      if (!traits.reasoning) return unsaid(reasoning, told, found);
      return named("reasoning_effort", modelEffort(reasoning, hasTools, traits, told, found));
    case "thinking":
    case "enable_thinking":
      return switched(field, reasoning, found);
  }
}

function unsaid(reasoning: Reasoning, told: string, found: Notes): EncodedEffort {
  if ((wantedEffort(reasoning) ?? "none") !== "none") found.lose("dropped", told);
  return { effort: undefined, members: {} };
}

function named(field: "reasoning_effort" | "reasoning", effort: Effort | undefined): EncodedEffort {
  if (effort === undefined) return { effort, members: {} };
  return { effort, members: field === "reasoning" ? { reasoning: { effort } } : { reasoning_effort: effort } };
}

function modelEffort(
  reasoning: Reasoning,
  hasTools: boolean,
  traits: ModelTraits,
  told: string,
  found: Notes,
): Effort | undefined {
  if (!traits.toolsOnlyAtNone || !hasTools) return nearest(reasoning, traits.efforts, told, found);
  if ((wantedEffort(reasoning) ?? "none") !== "none") found.lose("clamped", told);
  return "none";
}

function nearest(reasoning: Reasoning, supported: readonly Effort[], told: string, found: Notes): Effort | undefined {
  const wanted = wantedEffort(reasoning);
  if (wanted === undefined) return undefined;
  const effort = nearestEffort(wanted, supported);
  if (effort !== wanted) found.lose("clamped", told);
  return effort;
}

/** A server that only knows on and off; it is left alone by clients that did not say either. */
function switched(field: "thinking" | "enable_thinking", reasoning: Reasoning, found: Notes): EncodedEffort {
  const wanted = wantedEffort(reasoning);
  const isAsked = reasoning.mode === "enabled" || reasoning.mode === "adaptive";
  if (wanted === undefined && !isAsked) return { effort: undefined, members: {} };
  const isOn = wanted !== "none";
  if (isOn && reasoning.effort !== undefined) found.lose("clamped", "effort");
  const members =
    field === "thinking" ? { thinking: { type: isOn ? "enabled" : "disabled" } } : { enable_thinking: isOn };
  return { effort: isOn ? undefined : "none", members };
}
