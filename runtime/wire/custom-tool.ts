import type { Json, JsonObject, Tool } from "./canonical.ts";
import { objectOf, parseJson, stringOf } from "./json.ts";

/**
 * OpenAI's `custom` tools take raw text; other APIs only know JSON objects. Such a tool becomes one with a single string
 * property, and the text is taken out of it again on the way back.
 */
const property = "input";

export const customInputSchema: JsonObject = {
  type: "object",
  properties: { [property]: { type: "string", description: "The complete raw text for this tool." } },
  required: [property],
  additionalProperties: false,
};

/** The grammar cannot be enforced, so the model is at least told. */
export function describeCustomTool(tool: Extract<Tool, { kind: "custom" }>): string | undefined {
  if (tool.grammar === undefined) return tool.description;
  const grammar = `The text must follow this grammar:\n${stringOf(tool.grammar) ?? JSON.stringify(tool.grammar)}`;
  return tool.description === undefined ? grammar : `${tool.description}\n\n${grammar}`;
}

export function wrapCustomInput(text: string): JsonObject {
  return { [property]: text };
}

/** The raw text inside a tool's input; JSON text when a model ignored the schema. */
export function unwrapCustomInput(input: Json | undefined): string {
  return stringOf(objectOf(input)?.[property]) ?? JSON.stringify(input ?? {});
}

/** Takes the text out of `{"input":"…"}` while its JSON arrives in fragments cut anywhere, also inside an escape. */
export type CustomInputReader = Readonly<{
  /** The raw text that this fragment completes. */
  push(fragment: string): string;
  /** What is left at the end: everything when the JSON was not of the expected form. */
  end(): string;
}>;

const opening = /^\s*\{\s*"input"\s*:\s*"/;
/** A backslash, or `\u` with fewer than four digits, at the end: the rest of the escape is in the next fragment. */
const openEscape = /\\(?:u[0-9a-fA-F]{0,3})?$/;

export function customInputReader(): CustomInputReader {
  let state: "head" | "string" | "done" = "head";
  let held = "";
  return {
    push(fragment) {
      if (state === "done") return "";
      held += fragment;
      if (state === "head") {
        const head = opening.exec(held);
        if (head === null) return "";
        held = held.slice(head[0].length);
        state = "string";
      }
      const closing = closingQuote(held);
      const ready = closing === -1 ? held.slice(0, held.length - openEscapeChars(held)) : held.slice(0, closing);
      if (closing === -1) held = held.slice(ready.length);
      else state = "done";
      return unescapeJson(ready);
    },
    end: () => (state === "head" && held !== "" ? unwrapCustomText(held) : ""),
  };
}

/** The same JSON written in fragments while the raw text arrives. */
export type CustomInputWriter = Readonly<{ push(text: string): string; end(): string }>;

export function customInputWriter(): CustomInputWriter {
  let head = `{"${property}":"`;
  const takeHead = () => {
    const text = head;
    head = "";
    return text;
  };
  return {
    push: (text) => takeHead() + JSON.stringify(text).slice(1, -1),
    end: () => `${takeHead()}"}`,
  };
}

function closingQuote(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
  }
  return -1;
}

function openEscapeChars(text: string): number {
  const tail = openEscape.exec(text.slice(-6))?.[0] ?? "";
  if (tail === "") return 0;
  const before = /\\*$/.exec(text.slice(0, text.length - tail.length))?.[0].length ?? 0;
  return before % 2 === 0 ? tail.length : 0;
}

function unescapeJson(escaped: string): string {
  return stringOf(parseJson(`"${escaped}"`)) ?? escaped;
}

/** The same of JSON text; text that is none stands for itself. */
export function unwrapCustomText(json: string): string {
  const value = parseJson(json);
  return value === undefined ? json : unwrapCustomInput(value);
}
