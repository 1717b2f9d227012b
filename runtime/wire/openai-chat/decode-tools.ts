import type { Json, JsonObject, Tool, ToolChoice } from "../canonical.ts";
import { arrayOf, booleanOf, filledString, isArray, isObject, objectOf } from "../json.ts";
import type { Notes } from "../notes.ts";

/** `tools`, the older `functions` and `web_search_options`, in the client's order. Of two tools with one name the first stays. */
export function decodeTools(body: JsonObject, found: Notes): readonly Tool[] {
  const tools = listOf(body, "tools", found).map((entry, index) => ({ entry, path: `tools[${index}]` }));
  const functions = listOf(body, "functions", found).map((entry, index) => ({ entry, path: `functions[${index}]` }));
  const declared = [
    ...tools.map(({ entry, path }) => [path, decodeTool(entry, path, found)] as const),
    ...functions.map(({ entry, path }) => [path, decodeFunction(entry, path, found)] as const),
    ["web_search_options", webSearch(body["web_search_options"])] as const,
  ];
  const byName = new Map<string, Tool>();
  for (const [path, tool] of declared) {
    if (tool === undefined) continue;
    if (byName.has(tool.name)) found.lose("duplicate_tool", path);
    else byName.set(tool.name, found.at(path, tool));
  }
  return [...byName.values()];
}

function listOf(body: JsonObject, field: string, found: Notes): readonly Json[] {
  const value = body[field];
  if (value !== undefined && value !== null && !isArray(value)) {
    found.reject("invalid_type", field, `'${field}' must be a list.`);
  }
  return arrayOf(value);
}

function decodeTool(entry: Json, path: string, found: Notes): Tool | undefined {
  const tool = objectOf(entry);
  const type = tool?.["type"] ?? "function";
  if (tool !== undefined && type === "function") return decodeFunction(tool["function"], `${path}.function`, found);
  if (tool !== undefined && type === "custom") return decodeCustom(tool["custom"], `${path}.custom`, found);
  found.reject(
    "tool_type_unsupported",
    `${path}.type`,
    `Tools of type '${String(type)}' run at OpenAI and exist nowhere else. Remove it, or send 'function' or 'custom' tools.`,
  );
  return undefined;
}

function decodeFunction(entry: Json | undefined, path: string, found: Notes): Tool | undefined {
  const body = objectOf(entry);
  const name = nameOf(body, path, found);
  if (body === undefined || name === undefined) return undefined;
  const schema = objectOf(body["parameters"]);
  const strict = booleanOf(body["strict"]);
  return { kind: "function", name, description: filledString(body["description"]), schema, strict };
}

function decodeCustom(entry: Json | undefined, path: string, found: Notes): Tool | undefined {
  const body = objectOf(entry);
  const name = nameOf(body, path, found);
  if (body === undefined || name === undefined) return undefined;
  const format = objectOf(body["format"]);
  const grammar = format?.["type"] === "grammar" ? (format["grammar"] ?? undefined) : undefined;
  return { kind: "custom", name, description: filledString(body["description"]), grammar };
}

function nameOf(body: JsonObject | undefined, path: string, found: Notes): string | undefined {
  const name = filledString(body?.["name"]);
  if (name === undefined) found.reject("invalid_value", `${path}.name`, `'${path}.name' must be a string.`);
  return name;
}

function webSearch(options: Json | undefined): Tool | undefined {
  if (!isObject(options)) return undefined;
  const location = objectOf(options["user_location"]);
  return {
    kind: "web-search",
    name: "web_search",
    contextSize: (["low", "medium", "high"] as const).find((size) => size === options["search_context_size"]),
    userLocation: objectOf(location?.["approximate"]) ?? location,
  };
}

/**
 * `tool_choice` and the older `function_call`. Without tools `auto` and `none` mean nothing and are left out;
 * a choice that demands a tool which is not there is rejected.
 */
export function decodeToolChoice(body: JsonObject, tools: readonly Tool[], found: Notes): ToolChoice | undefined {
  const [field, value] =
    body["tool_choice"] === undefined || body["tool_choice"] === null
      ? ["function_call", body["function_call"]]
      : ["tool_choice", body["tool_choice"]];
  if (value === undefined || value === null) return undefined;
  const choice = typeof value === "string" ? choiceByWord(value) : choiceByName(objectOf(value));
  if (choice === undefined) {
    found.reject("invalid_value", field ?? null, `'${field}' must be auto, none, required or name one of the tools.`);
    return undefined;
  }
  const missing = demanded(choice).find((name) => !tools.some((tool) => tool.name === name));
  if (missing !== undefined || (choice.kind === "required" && tools.length === 0)) {
    const wanted = missing === undefined ? "a tool" : `the tool '${missing}'`;
    found.reject("tool_choice_unknown", field ?? null, `'${field}' asks for ${wanted}, which 'tools' does not hold.`);
  }
  return tools.length === 0 ? undefined : choice;
}

function choiceByWord(word: string): ToolChoice | undefined {
  if (word === "any") return { kind: "required" };
  return word === "auto" || word === "none" || word === "required" ? { kind: word } : undefined;
}

function choiceByName(choice: JsonObject | undefined): ToolChoice | undefined {
  const allowed = objectOf(choice?.["allowed_tools"]);
  if (allowed !== undefined) {
    const names = arrayOf(allowed["tools"]).map(chosenName);
    const mode = allowed["mode"] === "required" ? "required" : "auto";
    return { kind: "allowed", mode, names: names.filter((name) => name !== undefined) };
  }
  const name = chosenName(choice);
  return name === undefined ? undefined : { kind: "named", name };
}

/** `{type, function: {name}}`, `{type, custom: {name}}`, or `{name}` of the older API. */
function chosenName(choice: Json | undefined): string | undefined {
  const entry = objectOf(choice);
  const body = objectOf(entry?.["function"]) ?? objectOf(entry?.["custom"]) ?? entry;
  return filledString(body?.["name"]);
}

function demanded(choice: ToolChoice): readonly string[] {
  if (choice.kind === "named") return [choice.name];
  return choice.kind === "allowed" ? choice.names : [];
}
