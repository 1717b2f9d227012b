import type { Citation, JsonObject } from "../canonical.ts";
import { codePoints } from "../code-points.ts";
import type { ItemQueue, ItemStatus } from "./item-queue.ts";

/** A message of the reply while it is said: text that follows text is one part, a refusal is one of its own. */
export type MessageItem = Readonly<{
  text(text: string): void;
  /** Of text that was said; a refusal is not cited. */
  cite(citation: Citation): void;
  refuse(text: string): void;
  finish(status: ItemStatus): void;
  /** Code points of all its text. */
  length(): number;
}>;

type Part = { kind: "text" | "refusal"; text: string; annotations: JsonObject[] };

/** `offset`: code points of the answer's text before this message, as citations count from the answer's beginning. */
export function messageItem(queue: ItemQueue, offset: number): MessageItem {
  const base = { type: "message", role: "assistant" };
  const item = queue.open("msg", { ...base, status: "in_progress", content: [] });
  const parts: Part[] = [];
  let length = 0;
  /** Where the text part that is open begins in the answer. */
  let partStart = offset;

  const indexed = (): JsonObject => ({ content_index: parts.length - 1 });
  function closePart(): void {
    const last = parts.at(-1);
    if (last === undefined) return;
    if (last.kind === "text")
      item.push({ type: "response.output_text.done", ...indexed(), text: last.text, logprobs: [] });
    else item.push({ type: "response.refusal.done", ...indexed(), refusal: last.text });
    item.push({ type: "response.content_part.done", ...indexed(), part: partObject(last) });
  }

  function enter(kind: Part["kind"]): Part {
    const last = parts.at(-1);
    if (last?.kind === kind) return last;
    closePart();
    const part: Part = { kind, text: "", annotations: [] };
    parts.push(part);
    partStart = offset + length;
    item.push({ type: "response.content_part.added", ...indexed(), part: partObject(part) });
    return part;
  }

  return {
    text(text) {
      const part = enter("text");
      part.text += text;
      length += codePoints(text);
      item.push({ type: "response.output_text.delta", ...indexed(), delta: text, logprobs: [] });
    },
    cite({ url, title, start, end }) {
      const part = parts.at(-1);
      if (part?.kind !== "text") return;
      const annotation = {
        type: "url_citation",
        url,
        title,
        start_index: Math.max(0, start - partStart),
        end_index: Math.max(0, end - partStart),
      };
      const annotation_index = part.annotations.push(annotation) - 1;
      item.push({ type: "response.output_text.annotation.added", ...indexed(), annotation_index, annotation });
    },
    refuse(text) {
      enter("refusal").text += text;
      item.push({ type: "response.refusal.delta", ...indexed(), delta: text });
    },
    finish(status) {
      closePart();
      item.finish({ ...base, status, content: parts.map(partObject) });
    },
    length: () => length,
  };
}

function partObject({ kind, text, annotations }: Part): JsonObject {
  if (kind === "refusal") return { type: "refusal", refusal: text };
  return { type: "output_text", text, annotations: [...annotations], logprobs: [] };
}
