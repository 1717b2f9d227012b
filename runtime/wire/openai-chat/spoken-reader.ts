import type { Block, JsonObject, StreamEvent } from "../canonical.ts";
import type { AnswerMap } from "../codec.ts";
import { arrayOf, filledString, objectOf } from "../json.ts";
import { contentText, contentThinking, decodeCitations } from "./decode-answer.ts";
import { decodeDetail, plainReasoning } from "./decode-reasoning.ts";
import { type Split, thinkTagReader } from "./think-tags.ts";

/** Reasoning, text and refusal of one stream, from its deltas. */
export type SpokenReader = Readonly<{
  read(delta: JsonObject): readonly StreamEvent[];
  /** What was held back, once nothing more is said. */
  flush(): readonly StreamEvent[];
  /** Calls came: reasoning may begin anew. */
  breakOff(): void;
  /** Whether neither text nor a refusal came. */
  isEmpty(): boolean;
  refusal(): string | undefined;
}>;

export function spokenReader(answer: AnswerMap): SpokenReader {
  const tags = answer.thinkTags === true ? thinkTagReader() : undefined;
  let refusal: string | undefined;
  /** Visible text was the last thing to come; some servers go on with reasoning between its words. */
  let isTextOpen = false;
  let hasText = false;

  function readReasoning(delta: JsonObject): readonly StreamEvent[] {
    const details = arrayOf(delta["reasoning_details"]).flatMap((detail) => decodeDetail(objectOf(detail), "upstream"));
    const told = details.map((block) => (block.kind === "thinking" ? block.text : "")).join("");
    const text = plainReasoning(delta) ?? (contentThinking(delta["content"]) || told);
    if (isTextOpen) return [];
    return [...(text === "" ? [] : [{ kind: "thinking", text } as const]), ...details.flatMap(opaqueEvents)];
  }

  /** Text, and the reasoning that stood between tags before it. */
  function splitEvents({ thinking, text }: Split): readonly StreamEvent[] {
    isTextOpen ||= text !== "";
    hasText ||= text !== "";
    return [
      ...(thinking === "" ? [] : [{ kind: "thinking", text: thinking } as const]),
      ...(text === "" ? [] : [{ kind: "text", text } as const]),
    ];
  }

  function readText(delta: JsonObject): readonly StreamEvent[] {
    const text = contentText(delta["content"]);
    const declined = filledString(delta["refusal"]);
    if (declined !== undefined) refusal = (refusal ?? "") + declined;
    return [
      ...splitEvents(tags === undefined ? { thinking: "", text } : tags.push(text)),
      ...(declined === undefined ? [] : [{ kind: "refusal", text: declined } as const]),
      ...decodeCitations(delta["annotations"]).map((citation) => ({ kind: "citation", citation }) as const),
    ];
  }

  return {
    read: (delta) => [...readReasoning(delta), ...readText(delta)],
    flush: () => (tags === undefined ? [] : splitEvents(tags.end())),
    breakOff() {
      isTextOpen = false;
    },
    isEmpty: () => !hasText && refusal === undefined,
    refusal: () => refusal,
  };
}

/** State that must come back with the history ends a thinking block. */
function opaqueEvents(block: Block): readonly StreamEvent[] {
  if (block.kind === "redacted-thinking") return [block];
  if (block.kind !== "thinking" || block.signature === undefined) return [];
  return [{ kind: "thinking-signature", signature: block.signature }, { kind: "block-break" }];
}
