import type { Json, JsonObject } from "../canonical.ts";
import type { BodyFacts } from "../codec.ts";
import { arrayOf, filledString, isArray, isObject, numberOf, objectOf, stringOf } from "../json.ts";
import { responseSchema } from "./decode-parameters.ts";
import { camelCase, field } from "./field.ts";

/** What routing and validation ask of a generateContent body. Reads any object; what has another shape counts as absent. */
export function facts(body: JsonObject): BodyFacts {
  const config = objectOf(field(body, "generationConfig")) ?? {};
  const tools = arrayOf(field(body, "tools")).filter(isObject);
  return {
    stream: body["stream"] === true,
    hasTools: tools.some((tool) => Object.values(tool).some((value) => !isArray(value) || value.length > 0)),
    get hasImage() {
      return contentsOf(body).flatMap(partsOf).some(holdsImage);
    },
    responseFormat: formatName(config),
    maxTokens: numberOf(field(config, "maxOutputTokens")),
    texts: () => [
      ...systemTexts(field(body, "systemInstruction")),
      ...contentsOf(body).flatMap(partsOf).flatMap(partTexts),
      ...tools.flatMap(toolTexts),
    ],
    outputSchema() {
      const schema = responseSchema(config);
      return schema === undefined ? undefined : { schema, of: "text" };
    },
  };
}

function contentsOf(body: JsonObject): readonly Json[] {
  return arrayOf(field(body, "contents"));
}

function partsOf(content: Json | undefined): readonly JsonObject[] {
  return arrayOf(field(objectOf(content), "parts")).filter(isObject);
}

/** In the words that the other formats have for it, so that one rule of a policy fits all. */
function formatName(config: JsonObject): string | undefined {
  if ((field(config, "responseJsonSchema") ?? field(config, "responseSchema")) !== undefined) return "json_schema";
  const mediaType = stringOf(field(config, "responseMimeType"));
  if (mediaType === "application/json") return "json_object";
  return mediaType === "text/plain" ? "text" : mediaType;
}

/** Images also stand inside function responses. */
function holdsImage(part: JsonObject): boolean {
  const media = [field(part, "inlineData"), field(part, "fileData")].map(objectOf);
  const isImage = media.some((data) => stringOf(field(data, "mimeType"))?.startsWith("image/") === true);
  return isImage || partsOf(field(part, "functionResponse")).some(holdsImage);
}

function systemTexts(instruction: Json | undefined): readonly string[] {
  if (typeof instruction === "string") return filled(instruction);
  const parts = isArray(instruction) ? instruction.filter(isObject) : partsOf(instruction);
  return parts.flatMap(partTexts);
}

/** The model's own earlier thoughts are taken out of the prompt again by the API. */
function partTexts(part: JsonObject): readonly string[] {
  if (field(part, "thought") === true) return [];
  const call = objectOf(field(part, "functionCall"));
  const response = objectOf(field(part, "functionResponse"));
  return [
    ...filled(field(part, "text")),
    ...(call === undefined ? [] : [...filled(field(call, "name")), JSON.stringify(field(call, "args") ?? {})]),
    ...(response === undefined ? [] : [...filled(field(response, "name")), ...json(field(response, "response"))]),
    ...filled(field(objectOf(field(part, "executableCode")), "code")),
    ...filled(field(objectOf(field(part, "codeExecutionResult")), "output")),
  ];
}

function toolTexts(tool: JsonObject): readonly string[] {
  return Object.entries(tool).flatMap(([key, value]) => {
    if (camelCase(key) !== "functionDeclarations") return [];
    return arrayOf(value)
      .filter(isObject)
      .flatMap((declaration) => [
        ...filled(field(declaration, "name")),
        ...filled(field(declaration, "description")),
        ...json(field(declaration, "parametersJsonSchema") ?? field(declaration, "parameters")),
      ]);
  });
}

function filled(value: Json | undefined): readonly string[] {
  const text = filledString(value);
  return text === undefined ? [] : [text];
}

function json(value: Json | undefined): readonly string[] {
  return isObject(value) ? [JSON.stringify(value)] : [];
}
