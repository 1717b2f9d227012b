import { isObject } from "../../json.ts";
import { invalid } from "../../openai/invalid.ts";
import type { Law } from "./law.ts";

/** Options that mean something only when another one is on, and limits of the model. */
export const switches: Law = ({ body }, model) => {
  if (isObject(body["stream_options"]) && body["stream"] !== true)
    return invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options");
  const asked = body["max_output_tokens"];
  if (typeof asked !== "number" || asked <= model.maxOutputTokens) return undefined;
  const message = `Invalid 'max_output_tokens': integer above maximum value. Expected a value <= ${model.maxOutputTokens}, but got ${asked} instead.`;
  return invalid(message, "max_output_tokens", "integer_above_max_value");
};
