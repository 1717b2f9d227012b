import type { Json, JsonObject } from "../canonical.ts";
import type { BodyFacts } from "../codec.ts";
import { arrayOf, isObject, numberOf, objectOf, stringOf } from "../json.ts";

/** What routing and validation ask of a Chat Completions body. Reads any object; what has another shape counts as absent. */
export function facts(body: JsonObject): BodyFacts {
  const messages = arrayOf(body["messages"]).filter(isObject);
  const format = objectOf(body["response_format"]);
  return {
    stream: body["stream"] === true,
    hasTools: arrayOf(body["tools"]).length > 0 || arrayOf(body["functions"]).length > 0,
    get hasImage() {
      return messages.some((message) => arrayOf(message["content"]).some(isImage));
    },
    responseFormat: stringOf(format?.["type"]),
    maxTokens: numberOf(body["max_completion_tokens"]) ?? numberOf(body["max_tokens"]),
    texts: () => [...messages.flatMap(messageTexts), ...toolTexts(body)],
    outputSchema() {
      const schema = objectOf(objectOf(format?.["json_schema"])?.["schema"]);
      return format?.["type"] === "json_schema" && schema !== undefined ? { schema, of: "text" } : undefined;
    },
  };
}

function isImage(part: Json): boolean {
  return objectOf(part)?.["type"] === "image_url";
}

function messageTexts(message: JsonObject): readonly string[] {
  const calls = arrayOf(message["tool_calls"]).map(objectOf);
  const called = calls.flatMap((call) => [call?.["function"], call?.["custom"]]);
  return [
    ...contentTexts(message["content"]),
    ...texts(message["refusal"]),
    ...[...called, message["function_call"]].flatMap(callTexts),
  ];
}

function contentTexts(content: Json | undefined): readonly string[] {
  if (typeof content === "string") return [content];
  return arrayOf(content).flatMap((part) => [
    ...texts(part),
    ...texts(objectOf(part)?.["text"]),
    ...texts(objectOf(part)?.["refusal"]),
  ]);
}

function callTexts(call: Json | undefined): readonly string[] {
  const body = objectOf(call);
  return [...texts(body?.["name"]), ...texts(body?.["arguments"]), ...texts(body?.["input"])];
}

function toolTexts(body: JsonObject): readonly string[] {
  const tools = arrayOf(body["tools"]).map((tool) => objectOf(tool)?.["function"] ?? objectOf(tool)?.["custom"]);
  return [...tools, ...arrayOf(body["functions"])].flatMap((entry) => {
    const tool = objectOf(entry);
    const schema = tool?.["parameters"] ?? tool?.["format"];
    return [
      ...texts(tool?.["name"]),
      ...texts(tool?.["description"]),
      ...(isObject(schema) ? [JSON.stringify(schema)] : []),
    ];
  });
}

function texts(value: Json | undefined): readonly string[] {
  return typeof value === "string" && value !== "" ? [value] : [];
}
