import type { Json, JsonObject } from "../canonical.ts";
import type { BodyFacts } from "../codec.ts";
import { arrayOf, filledString, isObject, numberOf, objectOf, stringOf } from "../json.ts";

/** What routing and validation ask of a Messages body. Reads any object; what has another shape counts as absent. */
export function facts(body: JsonObject): BodyFacts {
  const format = objectOf(objectOf(body["output_config"])?.["format"]) ?? objectOf(body["output_format"]);
  const tools = arrayOf(body["tools"]).filter(isObject);
  return {
    stream: body["stream"] === true,
    hasTools: tools.length > 0,
    get hasImage() {
      return arrayOf(body["messages"]).some((message) => holdsImage(objectOf(message)?.["content"]));
    },
    responseFormat: stringOf(format?.["type"]),
    maxTokens: numberOf(body["max_tokens"]),
    texts: () => [
      ...contentTexts(body["system"]),
      ...arrayOf(body["messages"]).flatMap((message) => contentTexts(objectOf(message)?.["content"])),
      ...tools.flatMap(toolTexts),
    ],
    outputSchema() {
      const schema = format?.["type"] === "json_schema" ? objectOf(format["schema"]) : undefined;
      if (schema !== undefined) return { schema, of: "text" };
      const forced = forcedTool(body, tools);
      return forced === undefined ? undefined : { schema: forced, of: "tool-input" };
    },
  };
}

/** Images also stand inside tool results and documents. */
function holdsImage(content: Json | undefined): boolean {
  return arrayOf(content).some((value) => {
    const block = objectOf(value);
    if (block?.["type"] === "image") return true;
    return holdsImage(block?.["content"]) || holdsImage(objectOf(block?.["source"])?.["content"]);
  });
}

/** The model reads everything but its own earlier thinking, which the API takes out of the prompt again. */
function contentTexts(content: Json | undefined): readonly string[] {
  if (typeof content === "string") return filled(content);
  return arrayOf(content).filter(isObject).flatMap(blockTexts);
}

function blockTexts(block: JsonObject): readonly string[] {
  switch (block["type"]) {
    case "text":
      return filled(block["text"]);
    case "tool_use":
      return [...filled(block["name"]), JSON.stringify(block["input"] ?? {})];
    case "document": {
      const source = objectOf(block["source"]);
      const text = source?.["type"] === "text" ? filled(source["data"]) : contentTexts(source?.["content"]);
      return [...filled(block["title"]), ...filled(block["context"]), ...text];
    }
    case "search_result":
      return [...filled(block["title"]), ...filled(block["source"]), ...contentTexts(block["content"])];
    case "thinking":
    case "redacted_thinking":
      return [];
    default:
      return contentTexts(block["content"]);
  }
}

function toolTexts(tool: JsonObject): readonly string[] {
  const schema = tool["input_schema"];
  return [
    ...filled(tool["name"]),
    ...filled(tool["description"]),
    ...(isObject(schema) ? [JSON.stringify(schema)] : []),
  ];
}

/** The schema of the one tool that the model must call. */
function forcedTool(body: JsonObject, tools: readonly JsonObject[]): JsonObject | undefined {
  const choice = objectOf(body["tool_choice"]);
  const [only, ...others] = tools;
  if (choice?.["type"] === "any") return others.length === 0 ? objectOf(only?.["input_schema"]) : undefined;
  if (choice?.["type"] !== "tool") return undefined;
  return objectOf(tools.find((tool) => tool["name"] === choice["name"])?.["input_schema"]);
}

function filled(value: Json | undefined): readonly string[] {
  const text = filledString(value);
  return text === undefined ? [] : [text];
}
