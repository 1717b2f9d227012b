import type { Json, JsonObject, StreamEvent } from "../canonical.ts";
import { codePoints } from "../code-points.ts";
import { arrayOf, filledString, numberOf, objectOf, stringOf } from "../json.ts";
import { decodeAnnotations } from "./decode-parts.ts";
import type { ItemReader, OutputState } from "./item-reader.ts";

/** What was passed on of one content part, and where its text begins in the answer, in code points. */
type Part = { passed: string; start: number; cited: number };

/** A message while it is said. Each of its parts is a block of its own. */
export function messageReader(added: JsonObject, state: OutputState): ItemReader {
  const parts = new Map<number, Part>();
  let lastPart: number | undefined;
  let phase = stringOf(added["phase"]);

  function partAt(index: number): Part {
    const part = parts.get(index) ?? { passed: "", start: state.textLength, cited: 0 };
    parts.set(index, part);
    return part;
  }

  function pass(index: number, kind: "text" | "refusal", text: string): readonly StreamEvent[] {
    if (text === "") return [];
    const isNext = lastPart !== undefined && lastPart !== index;
    const gap = lastPart === undefined && kind === "text" ? state.gap : "";
    lastPart = index;
    state.gap = "";
    const part = partAt(index);
    if (part.passed === "") part.start = state.textLength + gap.length;
    part.passed += text;
    if (kind === "text") state.textLength += gap.length + codePoints(text);
    else state.refusal += text;
    return [...(isNext ? [{ kind: "block-break" } as const] : []), { kind, text: gap + text }];
  }

  /** A whole part, for what its deltas left out. What they did say is not said again. */
  function complete(index: number, part: JsonObject): readonly StreamEvent[] {
    const refusal = filledString(part["refusal"]);
    const whole = refusal ?? stringOf(part["text"]) ?? "";
    const known = partAt(index);
    const said = known.passed === "" ? pass(index, refusal === undefined ? "text" : "refusal", whole) : [];
    return [...said, ...cite(index, arrayOf(part["annotations"]).slice(known.cited))];
  }

  function cite(index: number, annotations: readonly Json[]): readonly StreamEvent[] {
    const part = partAt(index);
    part.cited += annotations.length;
    return decodeAnnotations(annotations, part.start).map((citation) => ({ kind: "citation", citation }));
  }

  return {
    read(type, event) {
      const index = numberOf(event["content_index"]) ?? 0;
      switch (type) {
        case "response.output_text.delta":
          return pass(index, "text", stringOf(event["delta"]) ?? "");
        case "response.refusal.delta":
          return pass(index, "refusal", stringOf(event["delta"]) ?? "");
        case "response.output_text.annotation.added":
          return cite(index, [event["annotation"] ?? null]);
        case "response.output_text.done":
        case "response.refusal.done":
          return complete(index, event);
        case "response.content_part.done":
          return complete(index, objectOf(event["part"]) ?? {});
        default:
          return [];
      }
    },
    finish(item) {
      phase = stringOf(item["phase"]) ?? phase;
      const content = arrayOf(item["content"]).map(objectOf);
      const rest = content.flatMap((part, index) => (part === undefined ? [] : complete(index, part)));
      if (lastPart === undefined) return rest;
      // Clients that join all text would else run what the model said on the way into its answer.
      state.gap = phase === "commentary" ? "\n\n" : "";
      return [...rest, { kind: "block-break" }];
    },
  };
}
