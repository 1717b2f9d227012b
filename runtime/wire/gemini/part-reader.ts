import type { Json, JsonObject, Opaque, StreamEvent } from "../canonical.ts";
import type { AnswerMap } from "../codec.ts";
import { unwrapCustomInput } from "../custom-tool.ts";
import { parseExactly } from "../exact-json.ts";
import { filledString, isObject, objectOf, stringOf } from "../json.ts";
import { sha256Hex } from "../names.ts";
import { type PartialArguments, partialArguments } from "./partial-arguments.ts";

const native = "gemini";

/** What is said of an answer around its parts. */
export type AnswerHead = Readonly<{
  /** What ids of calls without one are made of: two answers differ in it, the chunks of one do not. */
  seed: string;
  /** The upstream's name of the model. */
  model: string;
}>;

/** Reads the parts of one answer, whole or in chunks. */
export type PartReader = Readonly<{
  /** Undefined for a part of a kind that has no place in other APIs. */
  push(part: JsonObject): readonly StreamEvent[] | undefined;
  /** No part follows. A call that the limit cut off is not one to run. */
  end(isCut: boolean): readonly StreamEvent[];
  hasCalls(): boolean;
  /** All visible text so far. */
  text(): string;
}>;

type Signature = Opaque | undefined;
type PartialCall = Readonly<{ json: JsonObject; signature: Signature; args: PartialArguments }>;

/** `head` is known by the first part. */
export function partReader(answer: AnswerMap, head: () => AnswerHead): PartReader {
  let calls = 0;
  let text = "";
  /** Which block a signature without a text of its own belongs to. */
  let last: "thinking" | "text" | undefined;
  let partial: PartialCall | undefined;

  function signatureOf(part: JsonObject): Signature {
    const data = filledString(part["thoughtSignature"]);
    const { model } = head();
    if (data === undefined) return undefined;
    return model === "" ? { from: native, data } : { from: native, data, model };
  }

  function readText(said: string, thought: boolean, signature: Signature): readonly StreamEvent[] {
    // A signature behind the last text comes in an empty part, which need not say of what kind that was.
    const kind = thought ? "thinking" : said === "" ? (last ?? "text") : "text";
    if (said !== "") last = kind;
    if (kind === "text") text += said;
    return [...(said === "" ? [] : [{ kind, text: said } as const]), ...signed(kind, signature)];
  }

  function call(json: JsonObject, args: Json, signature: Signature): readonly StreamEvent[] {
    const name = filledString(json["name"]);
    if (name === undefined) return [];
    last = undefined;
    const key = calls;
    calls += 1;
    const id = filledString(json["id"]) ?? `call_${sha256Hex(`${head().seed}:${key}`).slice(0, 24)}`;
    const isCustom = answer.customTools.has(name);
    const tool = isCustom ? "custom" : "function";
    return [
      { kind: "tool-open", key, id, name: answer.toolNames.get(name) ?? name, tool, signature },
      { kind: "tool-arguments", key, text: isCustom ? unwrapCustomInput(args) : JSON.stringify(args) },
      { kind: "tool-close", key },
    ];
  }

  function endPartial(): readonly StreamEvent[] {
    if (partial === undefined) return [];
    const { json, args, signature } = partial;
    partial = undefined;
    return call(json, args.value(), signature);
  }

  /** Vertex AI sends long arguments in pieces; a call that is named begins another one. */
  function readCall(json: JsonObject, signature: Signature): readonly StreamEvent[] {
    const ended = filledString(json["name"]) === undefined ? [] : endPartial();
    const isPartial = json["partialArgs"] !== undefined || json["willContinue"] === true;
    if (!isPartial && partial === undefined) return [...ended, ...call(json, argumentsOf(json["args"]), signature)];
    partial ??= { json, signature, args: partialArguments() };
    partial.args.push(json["partialArgs"]);
    return json["willContinue"] === true || partial.args.isOpen() ? ended : [...ended, ...endPartial()];
  }

  return {
    push(part) {
      const signature = signatureOf(part);
      const json = objectOf(part["functionCall"]);
      if (json !== undefined) return readCall(json, signature);
      const said = stringOf(part["text"]) ?? codeText(part);
      if (said === undefined && !isBare(part)) return undefined;
      return readText(said ?? "", part["thought"] === true, signature);
    },
    end: (isCut) => (isCut ? [] : endPartial()),
    hasCalls: () => calls > 0,
    text: () => text,
  };
}

/** A part that is nothing but its signature. */
function isBare(part: JsonObject): boolean {
  return Object.keys(part).every((member) => member === "thoughtSignature" || member === "thought");
}

/** What was signed comes back as it was, so it ends its block. */
function signed(kind: "thinking" | "text", signature: Signature): readonly StreamEvent[] {
  return signature === undefined ? [] : [{ kind: `${kind}-signature`, signature }, { kind: "block-break" }];
}

function argumentsOf(args: Json | undefined): JsonObject {
  if (typeof args === "string") return objectOf(parseExactly(args)) ?? {};
  return isObject(args) ? args : {};
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
