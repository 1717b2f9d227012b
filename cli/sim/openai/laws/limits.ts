import { textOf } from "../../prompt.ts";
import { countTokens } from "../../tokens.ts";
import { invalid } from "../invalid.ts";
import { messagesOf } from "../messages-of.ts";
import type { Law } from "./law.ts";

/** One output limit at a time, within what the model can write; a prompt within what it can read. */
export const limits: Law = (body, model) => {
  const { max_tokens, max_completion_tokens } = body;
  if (typeof max_tokens === "number" && typeof max_completion_tokens === "number") {
    const message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.";
    return invalid(message, "max_tokens", "invalid_parameter_combination");
  }
  for (const param of ["max_tokens", "max_completion_tokens"]) {
    const asked = body[param];
    if (typeof asked !== "number" || asked <= model.maxOutputTokens) continue;
    const message = `${param} is too large: ${asked}. This model supports at most ${model.maxOutputTokens} completion tokens, whereas you provided ${asked}.`;
    return invalid(message, param, "invalid_value");
  }
  const tokens = messagesOf(body).reduce((sum, message) => sum + countTokens(textOf(message["content"])), 0);
  if (tokens <= model.contextTokens) return undefined;
  const message = `This model's maximum context length is ${model.contextTokens} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`;
  return invalid(message, "messages", "context_length_exceeded");
};
