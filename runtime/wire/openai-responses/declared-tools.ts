import type { Json, JsonObject } from "../canonical.ts";
import { arrayOf, filledString, lookup, objectOf } from "../json.ts";
import { type ClientTool, clientTools } from "./client-tool-items.ts";
import { qualifiedName } from "./qualified-name.ts";

/** What the client calls a tool that the gateway knows by one name. */
export type DeclaredName = Readonly<{
  name: string;
  namespace: string | undefined;
  clientTool: ClientTool | undefined;
}>;

/** The client's own names of the tools it declared, also of those inside its input, by their qualified names. */
export function declaredNames(request: JsonObject): ReadonlyMap<string, DeclaredName> {
  const names = new Map<string, DeclaredName>();
  const note = (value: Json, namespace: string | undefined): void => {
    const tool = objectOf(value);
    const name = filledString(tool?.["name"]);
    const type = filledString(tool?.["type"]);
    if (type === "namespace") for (const child of arrayOf(tool?.["tools"])) note(child, name);
    else if (name !== undefined) names.set(qualifiedName(namespace, name), { name, namespace, clientTool: undefined });
    else if (type !== undefined && lookup(clientTools, type) !== undefined) {
      names.set(type, { name: type, namespace: undefined, clientTool: isClientTool(type) ? type : undefined });
    }
  };
  for (const tool of arrayOf(request["tools"])) note(tool, undefined);
  for (const item of arrayOf(request["input"]))
    for (const tool of arrayOf(objectOf(item)?.["tools"])) note(tool, undefined);
  return names;
}

function isClientTool(type: string): type is ClientTool {
  return Object.hasOwn(clientTools, type);
}
