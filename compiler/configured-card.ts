import type { ModelCard } from "../runtime/contract.ts";
import type { MetadataConfig } from "../schemas/model-config.ts";
import { defined } from "./defined.ts";

/** What `metadata` of a model says. */
export function configuredCard(written: MetadataConfig): ModelCard {
  const { max_prompt_tokens: promptTokens, max_completion_tokens: completionTokens } = written;
  const requestLimits = defined({ promptTokens, completionTokens });
  return defined({
    name: written.name,
    description: written.description,
    slug: written.canonical_slug,
    created: written.created,
    maxOutputTokens: written.max_output,
    inputModalities: written.input_modalities,
    outputModalities: written.output_modalities,
    tokenizer: written.tokenizer,
    instructType: written.instruct_type,
    defaultParameters: written.default_parameters,
    requestLimits: Object.keys(requestLimits).length === 0 ? undefined : requestLimits,
    moderated: written.moderated,
    expires: written.expires,
  });
}
