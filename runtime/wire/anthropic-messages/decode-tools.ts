import type { Json, JsonObject, Tool, ToolChoice } from "../canonical.ts";
import { arrayOf, booleanOf, filledString, isArray, isObject, numberOf, objectOf, stringOf } from "../json.ts";
import type { Notes } from "../notes.ts";
import { cacheOf, reject } from "./decode-blocks.ts";

export function decodeTools(value: Json | undefined, found: Notes): readonly Tool[] {
  if (value === undefined || value === null) return [];
  if (!isArray(value)) reject(found, "invalid_type", "tools", "must be a list");
  return arrayOf(value).flatMap((json, index) => {
    const path = `tools[${index}]`;
    if (!isObject(json)) reject(found, "invalid_type", path, "must be an object");
    const tool = isObject(json) ? decodeTool(json, path, found) : undefined;
    return tool === undefined ? [] : [found.at(path, tool)];
  });
}

function decodeTool(json: JsonObject, path: string, found: Notes): Tool | undefined {
  const type = stringOf(json["type"]) ?? "custom";
  const name = filledString(json["name"]);
  if (type.startsWith("web_search_")) return decodeWebSearch(json, name ?? "web_search");
  if (type !== "custom") return { kind: "hosted", from: "anthropic-messages", type, name: name ?? type, json };
  if (name === undefined) {
    reject(found, "invalid_value", `${path}.name`, "must be a string");
    return undefined;
  }
  const description = stringOf(json["description"]);
  const strict = booleanOf(json["strict"]);
  return {
    kind: "function",
    name,
    schema: objectOf(json["input_schema"]),
    ...(description === undefined ? {} : { description }),
    ...(strict === undefined ? {} : { strict }),
    ...cacheOf(json),
  };
}

function decodeWebSearch(json: JsonObject, name: string): Tool {
  const { type: _type, ...place } = objectOf(json["user_location"]) ?? {};
  return {
    kind: "web-search",
    name,
    allowedDomains: stringsOf(json["allowed_domains"]),
    blockedDomains: stringsOf(json["blocked_domains"]),
    userLocation: Object.keys(place).length === 0 ? undefined : place,
    maxUses: numberOf(json["max_uses"]),
  };
}

/** Undefined where it is no list, as for null. */
function stringsOf(value: Json | undefined): readonly string[] | undefined {
  return isArray(value) ? value.filter((each) => typeof each === "string") : undefined;
}

export function decodeToolChoice(value: Json | undefined, found: Notes): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  const choice = objectOf(value);
  const name = filledString(choice?.["name"]);
  switch (choice?.["type"]) {
    case "auto":
      return { kind: "auto" };
    case "none":
      return { kind: "none" };
    case "any":
      return { kind: "required" };
    case "tool":
      if (name !== undefined) return { kind: "named", name };
      break;
    default:
      break;
  }
  reject(found, "invalid_value", "tool_choice", 'must have the type "auto", "any", "none", or "tool" with a name');
  return undefined;
}
