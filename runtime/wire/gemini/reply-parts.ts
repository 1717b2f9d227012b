import { callArguments } from "../call-arguments.ts";
import type { JsonObject, Opaque, ToolCall } from "../canonical.ts";
import { parseJson } from "../json.ts";
import { notes } from "../notes.ts";
import { writeSignature } from "./signature.ts";

/** One part of a reply's content (@google/genai 3.1.0 `Part`). */
export function textPart(text: string): JsonObject {
  return { text };
}

/** `text` is all of a thought that was signed; what was shown of it before is not repeated. */
export function thoughtPart(text: string, signature?: Readonly<{ state: Opaque; of: string }>): JsonObject {
  if (signature === undefined) return { text, thought: true };
  return { text, thought: true, thoughtSignature: writeSignature(signature.state, signature.of) };
}

export function redactedPart(data: Opaque): JsonObject {
  return { text: "", thought: true, thoughtSignature: writeSignature(data) };
}

export function signedTextPart(text: string, signature: Opaque): JsonObject {
  return { text, thoughtSignature: writeSignature(signature) };
}

/** Arguments that are no object, which is all the API has, are told as text. */
export function callPart(call: ToolCall): JsonObject {
  const { id, name, signature } = call;
  return {
    functionCall: { id, name, args: callArguments(call, notes()) },
    ...(signature === undefined ? {} : { thoughtSignature: writeSignature(signature) }),
  };
}

/** How much of a call's arguments there is. The limit cuts JSON off anywhere, also before its first character. */
export function argumentsOf({ tool, argumentsText }: ToolCall): "whole" | "none" | "broken" {
  if (tool === "custom" || parseJson(argumentsText) !== undefined) return "whole";
  return argumentsText.trim() === "" ? "none" : "broken";
}
