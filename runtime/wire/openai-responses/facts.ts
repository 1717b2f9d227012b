import type { Json, JsonObject } from "../canonical.ts";
import type { BodyFacts } from "../codec.ts";
import { arrayOf, isObject, numberOf, objectOf, stringOf } from "../json.ts";

/** What routing and validation ask of a Responses body. Reads any object; what has another shape counts as absent. */
export function facts(body: JsonObject): BodyFacts {
  const items = arrayOf(body["input"]).filter(isObject);
  const format = objectOf(objectOf(body["text"])?.["format"]);
  return {
    stream: body["stream"] === true,
    hasTools: arrayOf(body["tools"]).length > 0 || items.some((item) => arrayOf(item["tools"]).length > 0),
    get hasImage() {
      return items.some((item) => [item["content"], item["output"]].flatMap(arrayOf).some(isImage));
    },
    responseFormat: stringOf(format?.["type"]),
    maxTokens: numberOf(body["max_output_tokens"]),
    texts: () => [
      ...textsIn(body["instructions"]),
      ...textsIn(body["input"]),
      ...arrayOf(body["tools"]).flatMap(toolTexts),
    ],
    outputSchema() {
      const schema = objectOf(format?.["schema"]);
      return format?.["type"] === "json_schema" && schema !== undefined ? { schema, of: "text" } : undefined;
    },
  };
}

function isImage(part: Json): boolean {
  return objectOf(part)?.["type"] === "input_image";
}

/** Members of items and parts whose text a model reads. */
const spoken = ["text", "refusal", "summary", "content", "name", "arguments", "input", "output", "stdout", "stderr"];
/** Members of calls of OpenAI's client tools, which are objects. */
const asked = ["action", "operation"];

function textsIn(value: Json | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  return arrayOf(value).flatMap((item) => {
    if (!isObject(item)) return textsIn(item);
    return [
      ...spoken.flatMap((member) => textsIn(item[member])),
      ...asked.flatMap((member) => (isObject(item[member]) ? [JSON.stringify(item[member])] : [])),
      ...arrayOf(item["tools"]).flatMap(toolTexts),
    ];
  });
}

function toolTexts(tool: Json): readonly string[] {
  if (!isObject(tool)) return [];
  const { name, description, parameters, format } = tool;
  const schema = parameters ?? format;
  return [
    ...textsIn(name),
    ...textsIn(description),
    ...(isObject(schema) ? [JSON.stringify(schema)] : []),
    ...arrayOf(tool["tools"]).flatMap(toolTexts),
  ];
}
