import type { Json, JsonObject, Tool, ToolChoice } from "../canonical.ts";
import { arrayOf, filledString, isArray, isObject, objectOf, stringOf } from "../json.ts";
import type { Notes } from "../notes.ts";
import { fromGeminiSchema } from "./decode-schema.ts";
import { camelCase, field } from "./field.ts";

export type DecodedTools = Readonly<{ tools: readonly Tool[]; toolChoice: ToolChoice | undefined }>;

/** `tools` and `toolConfig`. The entries of `tools` are one list; of two tools with one name the first stays. */
export function decodeTools(body: JsonObject, found: Notes): DecodedTools {
  const value = field(body, "tools");
  if (value !== undefined && !isArray(value)) found.reject("invalid_type", "tools", "tools: must be a list");
  const config = objectOf(field(objectOf(field(body, "toolConfig")), "functionCallingConfig"));
  const mode = stringOf(field(config, "mode"))?.toUpperCase();
  const declared = arrayOf(value).flatMap((entry, index) => decodeEntry(entry, `tools[${index}]`, found));
  const byName = new Map<string, Tool>();
  for (const tool of declared) {
    if (byName.has(tool.name)) found.lose("duplicate_tool", "tools");
    else byName.set(tool.name, tool);
  }
  const tools = [...byName.values()].map((tool) =>
    tool.kind === "function" && mode === "VALIDATED" ? found.as(tool, { ...tool, strict: true }) : tool,
  );
  return { tools, toolChoice: decodeChoice(mode, config, tools, found) };
}

/** One entry of `tools` may hold several kinds of tools. */
function decodeEntry(value: Json, path: string, found: Notes): readonly Tool[] {
  if (!isObject(value)) {
    found.reject("invalid_type", path, `${path}: must be an object`);
    return [];
  }
  return Object.entries(value).flatMap(([key, json]): readonly Tool[] => {
    const kind = camelCase(key);
    const place = `${path}.${kind}`;
    if (json === null) return [];
    if (kind === "functionDeclarations") {
      return arrayOf(json).flatMap((each, index) => decodeFunction(each, `${place}[${index}]`, found));
    }
    if (kind === "googleSearch" || kind === "googleSearchRetrieval")
      return [found.at(place, decodeSearch(json, place, found))];
    return [found.at(place, { kind: "hosted", from: "gemini", type: kind, name: kind, json: { [kind]: json } })];
  });
}

function decodeFunction(value: Json, path: string, found: Notes): readonly Tool[] {
  const declaration = objectOf(value);
  const name = filledString(field(declaration, "name"));
  if (name === undefined) {
    found.reject("invalid_value", `${path}.name`, `${path}.name: must be the name of a function`);
    return [];
  }
  const schema = objectOf(field(declaration, "parametersJsonSchema")) ?? objectOf(field(declaration, "parameters"));
  const description = filledString(field(declaration, "description"));
  return [
    found.at(path, {
      kind: "function",
      name,
      ...(description === undefined ? {} : { description }),
      schema: schema === undefined ? undefined : fromGeminiSchema(schema),
    }),
  ];
}

function decodeSearch(value: Json, path: string, found: Notes): Tool {
  const search = objectOf(value);
  for (const name of ["timeRangeFilter", "searchTypes", "blockingConfidence", "dynamicRetrievalConfig"]) {
    if (field(search, name) !== undefined) found.lose("dropped", `${path}.${name}`);
  }
  const excluded = arrayOf(field(search, "excludeDomains")).filter((domain) => typeof domain === "string");
  return { kind: "web-search", name: "web_search", ...(excluded.length === 0 ? {} : { blockedDomains: excluded }) };
}

const modePath = "toolConfig.functionCallingConfig.mode";

/** Without a tool no mode means anything. `VALIDATED` is a free choice of calls that fit their schemas. */
function decodeChoice(
  mode: string | undefined,
  config: JsonObject | undefined,
  tools: readonly Tool[],
  found: Notes,
): ToolChoice | undefined {
  const names = arrayOf(field(config, "allowedFunctionNames")).filter((name) => typeof name === "string");
  const unknown = names.find((name) => !tools.some((tool) => tool.name === name));
  if (unknown !== undefined) {
    const path = "toolConfig.functionCallingConfig.allowedFunctionNames";
    found.reject("invalid_value", path, `${path}: ${unknown} is not in tools; use one of their names`);
  }
  switch (mode) {
    case undefined:
    case "MODE_UNSPECIFIED":
      return undefined;
    case "AUTO":
      return tools.length === 0 ? undefined : { kind: "auto" };
    case "VALIDATED":
      if (tools.length === 0) return undefined;
      return names.length === 0 ? { kind: "auto" } : { kind: "allowed", mode: "auto", names };
    case "NONE":
      return tools.length === 0 ? undefined : { kind: "none" };
    case "ANY":
      return demanded(names, tools, found);
    default:
      found.reject("invalid_value", modePath, `${modePath}: must be AUTO, ANY, NONE or VALIDATED`);
      return undefined;
  }
}

function demanded(names: readonly string[], tools: readonly Tool[], found: Notes): ToolChoice {
  if (tools.length === 0) {
    found.reject(
      "invalid_value",
      modePath,
      `${modePath}: ANY demands a function call, but tools is empty; send the tools too`,
    );
  }
  const [only, ...others] = names;
  if (only === undefined) return { kind: "required" };
  return others.length === 0 ? { kind: "named", name: only } : { kind: "allowed", mode: "required", names };
}
