import { isObject, type Json, type JsonObject } from "../../json.ts";
import { invalid } from "../../openai/invalid.ts";
import { schemaFault } from "../../openai/laws/schemas.ts";
import { toolsOf } from "../../openai/messages-of.ts";
import { textOf } from "../../prompt.ts";
import type { Law } from "./law.ts";

/** Schemas are objects, and keep to the strict subset where `strict` is asked for; JSON mode has to be spoken of. */
export const schemas: Law = ({ body, items }, model) => {
  const format = isObject(body["text"]) ? body["text"]["format"] : undefined;
  if (isObject(format) && format["type"] === "json_schema") {
    if (!model.structured)
      return invalid(
        "Invalid parameter: 'text.format' of type 'json_schema' is not supported with this model.",
        "text.format",
      );
    const fault = schemaFault(format["schema"], format["strict"] === true);
    const what = `response_format '${format["name"]}'`;
    if (fault !== undefined)
      return invalid(`Invalid schema for ${what}: ${fault}`, "text.format.schema", "invalid_json_schema");
  }
  if (isObject(format) && format["type"] === "json_object" && !mentionsJson(items, body["instructions"])) {
    const message =
      "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.";
    return invalid(message, "input");
  }
  for (const [index, tool] of toolsOf(body).entries()) {
    const fault = schemaFault(tool["parameters"], tool["strict"] === true);
    if (fault === undefined) continue;
    const message = `Invalid schema for function '${tool["name"]}': ${fault}`;
    return invalid(message, `tools[${index}].parameters`, "invalid_function_parameters");
  }
  return undefined;
};

function mentionsJson(items: readonly JsonObject[], instructions: Json | undefined): boolean {
  return /json/i.test([textOf(instructions), ...items.map((item) => textOf(item["content"]))].join("\n"));
}
