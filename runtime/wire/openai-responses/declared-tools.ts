import type { Json, JsonObject } from "../canonical.ts";
import { arrayOf, filledString, objectOf, stringOf } from "../json.ts";
import { type ClientTool, clientTools } from "./client-tool-items.ts";
import { qualifiedName } from "./qualified-name.ts";

/** What the client calls a tool that the gateway knows by one name. */
export type DeclaredName = Readonly<{
  name: string;
  namespace: string | undefined;
  clientTool: ClientTool | undefined;
}>;

/** The client's own names of its tools, by their qualified names. Of two with one name the first counts. */
export function declaredNames(request: JsonObject): ReadonlyMap<string, DeclaredName> {
  const names = new Map<string, DeclaredName>();
  for (const tool of declaredTools(request)) {
    for (const [qualified, name] of namesOf(tool, undefined)) if (!names.has(qualified)) names.set(qualified, name);
  }
  return names;
}

/** Whether the client asked for searches of the web, and so knows what to make of their items. */
export function asksForSearch(request: JsonObject): boolean {
  return declaredTools(request).some((tool) => stringOf(objectOf(tool)?.["type"])?.startsWith("web_search"));
}

/** Tools stand in the request, and in items of its input. */
function declaredTools(request: JsonObject): readonly Json[] {
  const added = arrayOf(request["input"]).map(objectOf);
  return [request, ...added].flatMap((holder) => arrayOf(holder?.["tools"]));
}

function namesOf(value: Json, namespace: string | undefined): readonly (readonly [string, DeclaredName])[] {
  const tool = objectOf(value);
  const name = filledString(tool?.["name"]);
  const type = stringOf(tool?.["type"]) ?? "function";
  if (type === "namespace") return arrayOf(tool?.["tools"]).flatMap((child) => namesOf(child, name));
  if (isClientTool(type)) return [[type, { name: type, namespace: undefined, clientTool: type }]];
  return name === undefined ? [] : [[qualifiedName(namespace, name), { name, namespace, clientTool: undefined }]];
}

function isClientTool(type: string): type is ClientTool {
  return Object.hasOwn(clientTools, type);
}
