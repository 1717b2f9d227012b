import { sha256Hex } from "../names.ts";

/** Names of functions (@google/genai 3.1 `FunctionDeclaration.name`). */
const accepted = /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/;
const maxReadableChars = 114;
const hashChars = 12;

/** The name under which the API knows a tool: its own, or a readable one with a hash of it, the same on every turn. */
export function wireName(name: string): string {
  if (accepted.test(name)) return name;
  const readable = name.slice(0, maxReadableChars).replaceAll(/[^a-zA-Z0-9_.:-]/g, "_");
  const begun = /^[a-zA-Z_]/.test(readable) ? readable : `_${readable}`;
  return `${begun}_${sha256Hex(name).slice(0, hashChars)}`;
}
