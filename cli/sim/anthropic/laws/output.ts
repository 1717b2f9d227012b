import { isObject } from "../../json.ts";
import { textOf } from "../../prompt.ts";
import { countTokens } from "../../tokens.ts";
import { messagesOf } from "../blocks.ts";
import { invalid } from "../invalid.ts";
import { outputSchemaFault } from "../output-schema.ts";
import type { Law } from "./law.ts";

const contextTokens = 200_000;

/** What the model is asked to write: no more than it can, after no more than it can read, in a form it knows. */
export const output: Law = (body, model) => {
  const asked = body["max_tokens"];
  if (typeof asked === "number" && asked > model.maxOutputTokens) {
    return invalid(
      `max_tokens: ${asked} > ${model.maxOutputTokens}, which is the maximum allowed number of output tokens for ${body["model"]}`,
    );
  }
  const tokens = messagesOf(body).reduce((sum, message) => sum + countTokens(textOf(message["content"])), 0);
  if (tokens > contextTokens) return invalid(`prompt is too long: ${tokens} tokens > ${contextTokens} maximum`);
  const config = isObject(body["output_config"]) ? body["output_config"] : {};
  const effort = config["effort"];
  if (typeof effort === "string" && !model.efforts.includes(effort)) {
    return model.efforts.length === 0
      ? invalid("This model does not support the effort parameter.")
      : invalid(
          `output_config.effort: effort '${effort}' is not supported on this model. Supported values: ${model.efforts.join(", ")}`,
        );
  }
  const format = config["format"];
  if (!isObject(format) || !isObject(format["schema"])) return undefined;
  if (!model.structured) return invalid("output_config.format: structured outputs are not supported on this model");
  const fault = outputSchemaFault(format["schema"]);
  return fault === undefined ? undefined : invalid(`output_config.format.schema: ${fault}`);
};
