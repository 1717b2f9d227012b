import type { Json, JsonObject, Tool, ToolChoice } from "../canonical.ts";
import { arrayOf, booleanOf, filledString, lookup, objectOf, stringOf } from "../json.ts";
import type { Notes } from "../notes.ts";
import { clientTools } from "./client-tool-items.ts";
import { qualifiedName } from "./qualified-name.ts";

/** One declared tool and where it stands in the client's body. */
export type DeclaredTool = Readonly<{ tool: Json; path: string }>;

/** Tools in the client's order; those of a namespace by their qualified names. Of two with one name the first stays. */
export function decodeTools(declared: readonly DeclaredTool[], found: Notes): readonly Tool[] {
  const byName = new Map<string, Tool>();
  for (const { tool, path } of declared) {
    for (const read of decodeTool(objectOf(tool) ?? {}, path, undefined, found)) {
      if (byName.has(read.name)) found.lose("duplicate_tool", path);
      else byName.set(read.name, read);
    }
  }
  return [...byName.values()];
}

function decodeTool(tool: JsonObject, path: string, namespace: string | undefined, found: Notes): readonly Tool[] {
  const type = stringOf(tool["type"]) ?? "function";
  switch (type) {
    case "function":
    case "custom": {
      const name = filledString(tool["name"]);
      if (name === undefined) {
        found.reject("invalid_value", `${path}.name`, `'${path}.name' must be a string.`);
        return [];
      }
      return [namedTool(tool, type, qualifiedName(namespace, name), path, found)];
    }
    case "namespace": {
      const name = filledString(tool["name"]);
      return arrayOf(tool["tools"]).flatMap((child, index) =>
        decodeTool(objectOf(child) ?? {}, `${path}.tools[${index}]`, name, found),
      );
    }
    case "web_search":
    case "web_search_2025_08_26":
    case "web_search_preview":
    case "web_search_preview_2025_03_11":
      return decodeWebSearch(tool, path, found);
    // All tools are sent in full, so there is nothing to search for.
    case "tool_search":
      found.lose("dropped", path);
      return [];
    default:
      return [
        clientTool(type, path, found) ?? { kind: "hosted", from: "openai-responses", type, name: type, json: tool },
      ];
  }
}

function namedTool(tool: JsonObject, type: "function" | "custom", name: string, path: string, found: Notes): Tool {
  const description = filledString(tool["description"]);
  if (type === "custom") {
    const format = objectOf(tool["format"]);
    const { syntax = "", definition = "" } = format ?? {};
    const grammar = format?.["type"] === "grammar" ? { syntax, definition } : undefined;
    return { kind: "custom", name, description, grammar };
  }
  if (tool["async"] === true) found.lose("dropped", `${path}.async`);
  return {
    kind: "function",
    name,
    description,
    schema: objectOf(tool["parameters"]),
    strict: booleanOf(tool["strict"]),
  };
}

function decodeWebSearch(tool: JsonObject, path: string, found: Notes): readonly Tool[] {
  // The vendor's cache of the web, which nobody else has.
  if (tool["external_web_access"] === false) {
    found.lose("dropped", path);
    return [];
  }
  const { type: _type, ...place } = objectOf(tool["user_location"]) ?? {};
  const domains = arrayOf(objectOf(tool["filters"])?.["allowed_domains"]).flatMap((domain) => stringOf(domain) ?? []);
  return [
    {
      kind: "web-search",
      name: "web_search",
      allowedDomains: domains.length === 0 ? undefined : domains,
      userLocation: Object.keys(place).length === 0 ? undefined : place,
      contextSize: (["low", "medium", "high"] as const).find((size) => size === tool["search_context_size"]),
    },
  ];
}

function clientTool(type: string, path: string, found: Notes): Tool | undefined {
  const known = lookup<(typeof clientTools)[keyof typeof clientTools]>(clientTools, type);
  if (known === undefined) return undefined;
  found.lose("tool_as_function", path);
  return { kind: "function", name: type, description: known.description, schema: known.parameters };
}

/** Without tools `auto` and `none` mean nothing and are left out; a choice of a tool which is not there is rejected. */
export function decodeToolChoice(
  value: Json | undefined,
  tools: readonly Tool[],
  found: Notes,
): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  const choice = typeof value === "string" ? choiceByWord(value) : choiceByName(objectOf(value) ?? {});
  if (choice === undefined) {
    found.reject(
      "invalid_value",
      "tool_choice",
      "'tool_choice' must be auto, none, required or name one of the tools.",
    );
    return undefined;
  }
  const wanted = choice.kind === "named" ? [choice.name] : choice.kind === "allowed" ? choice.names : [];
  const missing = wanted.find((name) => !tools.some((tool) => tool.name === name));
  if (missing !== undefined || (choice.kind === "required" && tools.length === 0)) {
    const what = missing === undefined ? "a tool" : `the tool '${missing}'`;
    found.reject("tool_choice_unknown", "tool_choice", `'tool_choice' asks for ${what}, which 'tools' does not hold.`);
  }
  return tools.length === 0 ? undefined : choice;
}

function choiceByWord(word: string): ToolChoice | undefined {
  return word === "auto" || word === "none" || word === "required" ? { kind: word } : undefined;
}

function choiceByName(choice: JsonObject): ToolChoice | undefined {
  if (choice["type"] === "allowed_tools") {
    const names = arrayOf(choice["tools"]).flatMap((tool) => chosenName(objectOf(tool) ?? {}) ?? []);
    return { kind: "allowed", mode: choice["mode"] === "required" ? "required" : "auto", names };
  }
  const name = chosenName(choice);
  return name === undefined ? undefined : { kind: "named", name };
}

/** A function or custom tool by its name, one of the vendor's own by its type. */
function chosenName(choice: JsonObject): string | undefined {
  const name = filledString(choice["name"]);
  if (name !== undefined) return qualifiedName(stringOf(choice["namespace"]), name);
  const type = filledString(choice["type"]);
  return type?.startsWith("web_search") ? "web_search" : type;
}
