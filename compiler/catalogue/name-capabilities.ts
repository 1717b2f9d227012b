import type { ModelCard } from "../../runtime/contract.ts";
import { familyCard } from "../../runtime/model-list/model-families.ts";
import { knownTraitsOf as claudeTraitsOf, familyOf } from "../../runtime/wire/anthropic-messages/traits.ts";
import { knownTraitsOf as geminiTraitsOf } from "../../runtime/wire/gemini/traits.ts";
import { knownTraitsOf as chatTraitsOf } from "../../runtime/wire/openai-chat/traits.ts";
import { traitsOf as responsesTraitsOf } from "../../runtime/wire/openai-responses/traits.ts";
import { defined } from "../defined.ts";
import type { ModelCapabilities } from "./model-capabilities.ts";
import { modelFacts } from "./model-facts.ts";

/** What a model's name tells, whoever serves it: the tables by which requests are translated and models are listed. */
export function nameCapabilities(model: string): ModelCapabilities {
  const card = ofCard(familyCard(model) ?? {});
  return { ...card, ...(card.answers === false ? {} : ofTraits(model)), ...modelFacts(model) };
}

/**
 * What a card tells. A family's parameters are those that all its models and hosts take, so that one that is not there
 * says nothing; modalities are all there are.
 */
function ofCard({ tokenizer, inputModalities, outputModalities, parameters = [] }: ModelCard): ModelCapabilities {
  const answers = outputModalities?.includes("text");
  const has = (parameter: string) => (parameters.includes(parameter) ? true : undefined);
  return defined({
    family: tokenizer,
    answers,
    embeddings: outputModalities?.includes("embeddings"),
    images: inputModalities?.includes("image"),
    tools: answers === false ? false : has("tools"),
    // The Messages API has no JSON without a schema.
    jsonObject: tokenizer === "Claude" ? undefined : has("response_format"),
    jsonSchema: has("structured_outputs"),
    reasoning: has("reasoning"),
  });
}

function ofTraits(model: string): ModelCapabilities {
  return ofClaude(model) ?? ofGemini(model) ?? ofOpenAI(model) ?? {};
}

function ofClaude(model: string): ModelCapabilities | undefined {
  const traits = claudeTraitsOf(model);
  const thinkingFamily = familyOf(model);
  if (traits === undefined) return thinkingFamily === undefined ? undefined : { thinkingFamily };
  return defined({
    thinkingFamily,
    maxOutputTokens: traits.maxOutputTokens,
    reasoning: traits.thinking.length > 0,
    efforts: traits.efforts,
    jsonSchema: traits.structured,
    rejects: traits.sampling === "none" ? ["temperature", "top_k", "top_p"] : [],
  });
}

function ofGemini(model: string): ModelCapabilities | undefined {
  const traits = geminiTraitsOf(model);
  // Gemma has other limits elsewhere.
  if (traits === undefined || !model.toLowerCase().includes("gemini")) return undefined;
  return {
    maxOutputTokens: traits.maxOutputTokens,
    reasoning: traits.thinking.kind !== "none",
    efforts: traits.thinking.kind === "levels" ? traits.thinking.levels : [],
    rejects: traits.penalties ? [] : ["frequency_penalty", "presence_penalty"],
  };
}

/** `max` exists on the Responses API alone. */
function ofOpenAI(model: string): ModelCapabilities | undefined {
  const traits = chatTraitsOf(model);
  if (traits === undefined) return undefined;
  const always = traits.reasoning ? ["frequency_penalty", "logit_bias", "presence_penalty"] : [];
  const unlessOff = traits.reasoning && !traits.efforts.includes("none") ? ["logprobs", "temperature", "top_p"] : [];
  return {
    reasoning: traits.reasoning,
    efforts: responsesTraitsOf(model).efforts,
    rejects: [...always, ...unlessOff, ...(traits.stop ? [] : ["stop"])].sort(),
  };
}
