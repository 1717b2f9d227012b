import type { Json, JsonObject, Tool, ToolChoice } from "../canonical.ts";
import { arrayOf, filledString, objectOf, stringOf } from "../json.ts";
import type { Notes } from "../notes.ts";
import { qualifiedName } from "./qualified-name.ts";

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
