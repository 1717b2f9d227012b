import type { JsonObject } from "./canonical.ts";

/** Asks for JSON in words, of models that cannot be made to answer with it. */
export const anyJsonInstruction = "Respond with a single valid JSON object and nothing else: no prose, no code fence.";

export function schemaInstruction(schema: JsonObject): string {
  return `${anyJsonInstruction} It must be valid against this JSON Schema:\n${JSON.stringify(schema)}`;
}
