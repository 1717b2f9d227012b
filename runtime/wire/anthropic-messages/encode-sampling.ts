import type { JsonObject, Request } from "../canonical.ts";
import type { Notes } from "../notes.ts";
import type { ReasoningPlan } from "./encode-reasoning.ts";
import type { Traits } from "./traits.ts";

/** Models refuse even default values they do not take, so what is not sent is either the default or a loss. */
export function encodeSampling(request: Request, traits: Traits, plan: ReasoningPlan, found: Notes): JsonObject {
  const { temperature, topP, topK } = request.sampling;
  loseForeign(request, found);
  const isFree = traits.sampling !== "none" && !plan.active;
  const sent = isFree ? temperature : undefined;
  if (temperature !== undefined && sent === undefined && temperature !== 1) found.lose("dropped", "temperature");
  if (sent !== undefined && sent > 1) found.lose("clamped", "temperature");
  const takesTopP = isFree && !(traits.sampling === "exclusive" && sent !== undefined);
  if (topP !== undefined && !takesTopP && topP !== 1) found.lose("dropped", "top_p");
  if (topK !== undefined && !isFree) found.lose("dropped", "top_k");
  return {
    ...(sent === undefined ? {} : { temperature: Math.min(sent, 1) }),
    ...(topP === undefined || !takesTopP ? {} : { top_p: topP }),
    ...(topK === undefined || !isFree ? {} : { top_k: topK }),
  };
}

/** OpenAI's knobs that the Messages API has no place for; their neutral values are no loss. */
function loseForeign({ sampling, verbosity }: Request, found: Notes): void {
  const isSet: Readonly<Record<string, boolean>> = {
    frequency_penalty: (sampling.frequencyPenalty ?? 0) !== 0,
    presence_penalty: (sampling.presencePenalty ?? 0) !== 0,
    seed: sampling.seed !== undefined,
    logit_bias: Object.keys(sampling.logitBias ?? {}).length > 0,
    logprobs: sampling.logprobs === true,
    top_logprobs: (sampling.topLogprobs ?? 0) > 0,
    verbosity: verbosity === "low" || verbosity === "high",
  };
  for (const [field, lost] of Object.entries(isSet)) if (lost) found.lose("dropped", field);
}
