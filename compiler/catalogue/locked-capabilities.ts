import type { LockedCapabilities } from "../../schemas/lock.ts";
import { defined } from "../defined.ts";
import type { ModelCapabilities } from "./model-capabilities.ts";

/** What a model can do, in the keys of the lock. */
export function lockedCapabilities(known: ModelCapabilities): Omit<LockedCapabilities, "source" | "date"> {
  return defined({
    family: known.family,
    thinking_family: known.thinkingFamily,
    answers: known.answers,
    embeddings: known.embeddings,
    context: known.contextTokens,
    max_output: known.maxOutputTokens,
    tools: known.tools,
    images: known.images,
    json_schema: known.jsonSchema,
    json_object: known.jsonObject,
    reasoning: known.reasoning,
    efforts: known.efforts === undefined ? undefined : [...known.efforts],
    rejects: known.rejects === undefined ? undefined : [...known.rejects],
    min_cache: known.minCacheTokens,
  });
}

/** And back. */
export function modelCapabilities(locked: Omit<LockedCapabilities, "source" | "date">): ModelCapabilities {
  return defined({
    family: locked.family,
    thinkingFamily: locked.thinking_family,
    answers: locked.answers,
    embeddings: locked.embeddings,
    contextTokens: locked.context,
    maxOutputTokens: locked.max_output,
    tools: locked.tools,
    images: locked.images,
    jsonSchema: locked.json_schema,
    jsonObject: locked.json_object,
    reasoning: locked.reasoning,
    efforts: locked.efforts,
    rejects: locked.rejects,
    minCacheTokens: locked.min_cache,
  });
}
