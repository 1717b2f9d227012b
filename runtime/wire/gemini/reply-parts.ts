import type { JsonObject, Opaque, ToolCall } from "../canonical.ts";
import { packThinking } from "../carried-thinking.ts";
import { wrapCustomInput } from "../custom-tool.ts";
import { isObject, parseJson } from "../json.ts";

const native = "gemini";

/** One part of a reply's content (@google/genai 3.1.0 `Part`). */
export function textPart(text: string): JsonObject {
  return { text };
}

/** `text` is all of a thought that was signed; what was shown of it before is not repeated. */
export function thoughtPart(text: string, signature?: Readonly<{ state: Opaque; of: string }>): JsonObject {
  if (signature === undefined) return { text, thought: true };
  return { text, thought: true, thoughtSignature: packThinking(signature.state, signature.of, native) };
}

export function redactedPart(data: Opaque): JsonObject {
  return { text: "", thought: true, thoughtSignature: packThinking(data, undefined, native) };
}

export function signedTextPart(text: string, signature: Opaque): JsonObject {
  return { text, thoughtSignature: packThinking(signature, undefined, native) };
}

/** Undefined for arguments that are no JSON: the API has objects only. */
export function callPart(
  call: Pick<ToolCall, "id" | "name" | "tool" | "argumentsText" | "signature">,
): JsonObject | undefined {
  const { id, name, tool, argumentsText, signature } = call;
  const args = tool === "custom" ? wrapCustomInput(argumentsText) : argumentsOf(argumentsText);
  if (args === undefined) return undefined;
  return {
    functionCall: { id, name, args },
    ...(signature === undefined ? {} : { thoughtSignature: packThinking(signature, undefined, native) }),
  };
}

function argumentsOf(text: string): JsonObject | undefined {
  if (text.trim() === "") return {};
  const value = parseJson(text);
  if (isObject(value)) return value;
  return value === undefined ? undefined : { _raw: text };
}
