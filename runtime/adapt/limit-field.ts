import type { Dialect } from "../contract.ts";
import { traitsOf } from "../wire/openai-chat/traits.ts";
import { editBody } from "./edit-body.ts";

/**
 * The output limit of a Chat client's own bytes under the one name its upstream takes: OpenAI's reasoning models refuse
 * `max_tokens` (openai 7.55.0, `ChatCompletionCreateParamsBase`), which agents send to every model.
 */
export function withLimitField(bytes: Uint8Array, model: string, dialect: Dialect): Uint8Array {
  const field = onlyField(model, dialect);
  if (field === undefined) return bytes;
  const other = field === "max_tokens" ? "max_completion_tokens" : "max_tokens";
  return editBody(bytes, "openai-chat", ({ rename }) => rename(other, field));
}

/** Undefined where the upstream takes both, or nobody knows. */
function onlyField(model: string, { maxTokensField }: Dialect) {
  if (maxTokensField !== "auto") return maxTokensField;
  const { reasoning, maxTokensField: known } = traitsOf(model);
  return reasoning ? known : undefined;
}
