import type { Json, JsonObject, Tool } from "../canonical.ts";
import { arrayOf, booleanOf, filledString, lookup, objectOf, stringOf } from "../json.ts";
import type { Notes } from "../notes.ts";
import { clientTools } from "./client-tool-items.ts";
import { qualifiedName } from "./qualified-name.ts";

/** One declared tool and where it stands in the client's body. */
export type DeclaredTool = Readonly<{ tool: Json; path: string }>;

/** Tools in the client's order; those of a namespace by their qualified names. Of two with one name the first stays. */
export function decodeTools(declared: readonly DeclaredTool[], found: Notes): readonly Tool[] {
  const byName = new Map<string, Tool>();
  for (const { tool, path, namespace } of declared.flatMap((entry) => outOfNamespace(entry, found))) {
    const read = decodeTool(objectOf(tool) ?? {}, path, namespace, found);
    if (read === undefined) continue;
    if (byName.has(read.name)) found.lose("duplicate_tool", path);
    else byName.set(read.name, found.at(path, read));
  }
  return [...byName.values()];
}

type Placed = DeclaredTool & Readonly<{ namespace?: string | undefined }>;

/** No other API has a word for what the tools of a namespace have in common. */
function outOfNamespace({ tool, path }: DeclaredTool, found: Notes): readonly Placed[] {
  const { type, name, description, tools } = objectOf(tool) ?? {};
  if (type !== "namespace") return [{ tool, path }];
  if (filledString(description) !== undefined) found.lose("dropped", `${path}.description`);
  const namespace = filledString(name);
  return arrayOf(tools).map((child, index) => ({ tool: child, path: `${path}.tools[${index}]`, namespace }));
}

function decodeTool(tool: JsonObject, path: string, namespace: string | undefined, found: Notes): Tool | undefined {
  const type = stringOf(tool["type"]) ?? "function";
  switch (type) {
    case "function":
    case "custom": {
      const name = filledString(tool["name"]);
      if (name !== undefined) return namedTool(tool, type, qualifiedName(namespace, name), path, found);
      found.reject("invalid_value", `${path}.name`, `'${path}.name' must be a string.`);
      return undefined;
    }
    case "web_search":
    case "web_search_2025_08_26":
    case "web_search_preview":
    case "web_search_preview_2025_03_11":
      return decodeWebSearch(tool, path, found);
    // All tools are sent in full, so there is nothing to search for.
    case "tool_search":
      found.lose("dropped", path);
      return undefined;
    default:
      return (
        clientTool(type, path, found) ?? { kind: "hosted", from: "openai-responses", type, name: type, json: tool }
      );
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

function decodeWebSearch(tool: JsonObject, path: string, found: Notes): Tool | undefined {
  // The vendor's cache of the web, which nobody else has.
  if (tool["external_web_access"] === false) {
    found.lose("dropped", path);
    return undefined;
  }
  if (arrayOf(tool["search_content_types"]).some((type) => type !== "text"))
    found.lose("dropped", `${path}.search_content_types`);
  const place = decodePlace(objectOf(tool["user_location"]) ?? {});
  const domains = arrayOf(objectOf(tool["filters"])?.["allowed_domains"]).flatMap((domain) => stringOf(domain) ?? []);
  return {
    kind: "web-search",
    name: "web_search",
    allowedDomains: domains.length === 0 ? undefined : domains,
    userLocation: Object.keys(place).length === 0 ? undefined : place,
    contextSize: (["low", "medium", "high"] as const).find((size) => size === tool["search_context_size"]),
  };
}

/** Members that are null say nothing. */
function decodePlace(location: JsonObject): JsonObject {
  return Object.fromEntries(
    ["city", "region", "country", "timezone"].flatMap((member) => {
      const value = filledString(location[member]);
      return value === undefined ? [] : [[member, value] as const];
    }),
  );
}

function clientTool(type: string, path: string, found: Notes): Tool | undefined {
  const known = lookup<(typeof clientTools)[keyof typeof clientTools]>(clientTools, type);
  if (known === undefined) return undefined;
  found.lose("tool_as_function", path);
  return { kind: "function", name: type, description: known.description, schema: known.parameters };
}
