import { canonicalJson, hash } from "../hash.ts";
import { isArray, isObject, type Json, type JsonObject } from "../json.ts";
import { type Prompt, type PromptTool, textOf } from "../prompt.ts";
import type { PromptCache } from "../prompt-cache.ts";
import { plainModel } from "../script/directive.ts";
import { contentsOf, dataOf, declarationsOf, fieldOf, isModel, toolsOf } from "./contents.ts";
import { inputUsage } from "./input-usage.ts";
import { geminiModel } from "./models.ts";
import { openapiToJsonSchema } from "./openapi-schema.ts";

/** The parts of a request for content that decide the answer. The body has passed the checks. */
export function readPrompt(body: JsonObject, model: string, cache: PromptCache, scope: string): Omit<Prompt, "stream"> {
  const contents = contentsOf(body);
  const config = fieldOf(body, "generationConfig");
  const calling = fieldOf(fieldOf(body, "toolConfig"), "functionCallingConfig");
  const allowed = isArray(calling["allowedFunctionNames"]) ? calling["allowedFunctionNames"] : [];
  const tools = declarationsOf(body).map(promptTool);
  return {
    model,
    lastUserText: textOf(
      contents.findLast((content) => !isModel(content) && textOf(content["parts"]) !== "")?.["parts"],
    ),
    toolResults: dataOf(contents.at(-1), "functionResponse").map((response) => resultText(response["response"])),
    tools: allowed.length === 0 ? tools : tools.filter((tool) => allowed.includes(tool.name)),
    toolChoice: toolChoice(calling["mode"], allowed),
    parallelTools: true,
    webSearch: toolsOf(body).some((tool) => tool["googleSearch"] !== undefined),
    schema: schema(config),
    maxTokens: typeof config["maxOutputTokens"] === "number" ? config["maxOutputTokens"] : undefined,
    stopSequences: isArray(config["stopSequences"]) ? config["stopSequences"].map(String) : [],
    thinking: thinking(fieldOf(config, "thinkingConfig"), model),
    usage: inputUsage(body, model, cache, scope),
    seed: hash(canonicalJson({ model, body })),
    prefix: hash(canonicalJson(contents)),
  };
}

/** The words of a function's response: those under the one key SDKs put them, else all of it. */
function resultText(response: Json | undefined): string {
  if (!isObject(response)) return "";
  const [only, ...more] = Object.values(response);
  return typeof only === "string" && more.length === 0 ? only : JSON.stringify(response);
}

function promptTool(declaration: JsonObject): PromptTool {
  const schema = declaration["parametersJsonSchema"] ?? openapiToJsonSchema(declaration["parameters"] ?? {});
  return { name: String(declaration["name"]), kind: "json", schema: isObject(schema) ? schema : {} };
}

function toolChoice(mode: Json | undefined, allowed: readonly Json[]): Prompt["toolChoice"] {
  if (mode === "NONE") return { kind: "none" };
  if (mode !== "ANY") return { kind: "auto" };
  return allowed.length === 1 ? { kind: "tool", name: String(allowed[0]) } : { kind: "any" };
}

function schema(config: JsonObject): JsonObject | undefined {
  if (config["responseMimeType"] !== "application/json") return undefined;
  const given = config["responseJsonSchema"] ?? openapiToJsonSchema(config["responseSchema"] ?? {});
  return isObject(given) ? given : {};
}

function thinking(config: JsonObject, name: string): Prompt["thinking"] {
  const model = geminiModel(plainModel(name));
  const { thinkingBudget: budget, includeThoughts } = config;
  const asked = typeof budget === "number" ? budget !== 0 : model.thinksByDefault;
  if (model.budget === undefined || !(asked || config["thinkingLevel"] !== undefined)) return "off";
  return includeThoughts === true ? "shown" : "hidden";
}
