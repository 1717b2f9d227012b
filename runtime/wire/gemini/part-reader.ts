import type { Json, JsonObject, Opaque, StreamEvent } from "../canonical.ts";
import type { AnswerMap } from "../codec.ts";
import { unwrapCustomInput } from "../custom-tool.ts";
import { filledString, isObject, objectOf, stringOf } from "../json.ts";
import { sha256Hex } from "../names.ts";
import { partialArguments } from "./partial-arguments.ts";

const native = "gemini";

/** Reads the parts of one answer, whole or in chunks. */
export type PartReader = Readonly<{
  push(part: JsonObject): readonly StreamEvent[];
  /** Calls that were begun and never ended. */
  end(): readonly StreamEvent[];
  hasCalls(): boolean;
  hasText(): boolean;
  /** All visible text so far. */
  text(): string;
}>;

/** `responseId` and `model` of the answer are told before its first part. */
export function partReader(answer: AnswerMap, head: () => Readonly<{ responseId: string; model: string }>): PartReader {
  let calls = 0;
  let text = "";
  /** Which block a signature without a text of its own belongs to. */
  let last: "thinking" | "text" | undefined;
  let partial:
    | Readonly<{ json: JsonObject; signature: Opaque | undefined; args: ReturnType<typeof partialArguments> }>
    | undefined;

  function signatureOf(part: JsonObject): Opaque | undefined {
    const data = filledString(part["thoughtSignature"]);
    const { model } = head();
    if (data === undefined) return undefined;
    return model === "" ? { from: native, data } : { from: native, data, model };
  }

  function readText(said: string, thought: boolean, signature: Opaque | undefined): readonly StreamEvent[] {
    // A signature behind the last text comes in an empty part.
    const kind = said === "" && last !== undefined ? last : thought ? "thinking" : "text";
    if (said !== "") last = kind;
    if (kind === "text") text += said;
    return [
      ...(said === "" ? [] : [{ kind, text: said } as const]),
      ...(signature === undefined
        ? []
        : [{ kind: `${kind}-signature`, signature } as const, { kind: "block-break" } as const]),
    ];
  }

  function call(json: JsonObject, args: Json, signature: Opaque | undefined): readonly StreamEvent[] {
    const name = filledString(json["name"]);
    if (name === undefined) return [];
    last = undefined;
    const key = calls;
    calls += 1;
    const id = filledString(json["id"]) ?? `call_${sha256Hex(`${head().responseId}:${key}`).slice(0, 24)}`;
    const custom = answer.customTools.has(name);
    const argumentsText = custom ? unwrapCustomInput(args) : JSON.stringify(isObject(args) ? args : {});
    const tool = custom ? "custom" : "function";
    return [
      { kind: "tool-open", key, id, name: answer.toolNames.get(name) ?? name, tool, signature },
      { kind: "tool-arguments", key, text: argumentsText },
      { kind: "tool-close", key },
    ];
  }

  function endPartial(): readonly StreamEvent[] {
    if (partial === undefined) return [];
    const { json, args, signature } = partial;
    partial = undefined;
    return call(json, args.value(), signature);
  }

  /** Vertex sends long arguments in pieces, each at its place. */
  function readCall(json: JsonObject, signature: Opaque | undefined): readonly StreamEvent[] {
    if (json["partialArgs"] === undefined && json["willContinue"] !== true && partial === undefined) {
      return call(json, json["args"] ?? {}, signature);
    }
    const begun = filledString(json["name"]) !== undefined && partial !== undefined ? endPartial() : [];
    partial ??= { json, signature, args: partialArguments() };
    partial.args.push(json["partialArgs"]);
    return json["willContinue"] === true ? begun : [...begun, ...endPartial()];
  }

  return {
    push(part) {
      const signature = signatureOf(part);
      const json = objectOf(part["functionCall"]);
      if (json !== undefined) return readCall(json, signature);
      const said = stringOf(part["text"]) ?? codeText(part);
      return said === undefined && signature === undefined
        ? []
        : readText(said ?? "", part["thought"] === true, signature);
    },
    end: endPartial,
    hasCalls: () => calls > 0 || partial !== undefined,
    hasText: () => text !== "",
    text: () => text,
  };
}

/** Code that Google ran for the model, and what it printed, as Markdown. */
function codeText(part: JsonObject): string | undefined {
  const code = objectOf(part["executableCode"]);
  if (code !== undefined) {
    const language = (stringOf(code["language"]) ?? "").toLowerCase();
    return `\n\`\`\`${language}\n${stringOf(code["code"]) ?? ""}\n\`\`\`\n`;
  }
  const result = objectOf(part["codeExecutionResult"]);
  return result === undefined ? undefined : `\n\`\`\`\n${stringOf(result["output"]) ?? ""}\n\`\`\`\n`;
}
