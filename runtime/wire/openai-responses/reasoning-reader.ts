import type { JsonObject, Opaque, StreamEvent } from "../canonical.ts";
import { arrayOf, filledString, numberOf, objectOf, stringOf } from "../json.ts";
import type { ItemReader, OutputState } from "./item-reader.ts";

const native = "openai-responses";
/** Parts of a summary are paragraphs of one thought. */
const gap = "\n\n";

/** Deltas, by where their text stands in the item. Open models show their reasoning itself, others a summary of it. */
const members: Readonly<Record<string, Readonly<{ member: "summary" | "content"; index: string }>>> = {
  "response.reasoning_summary_text.delta": { member: "summary", index: "summary_index" },
  "response.reasoning_text.delta": { member: "content", index: "content_index" },
};

/** One reasoning item is one thinking block, however many parts it has. Its state is only true at its end. */
export function reasoningReader(state: OutputState): ItemReader {
  let passed = "";
  let member: "summary" | "content" | undefined;
  let lastPart: number | undefined;

  function pass(text: string, part: number): readonly StreamEvent[] {
    if (text === "") return [];
    const said = lastPart === undefined || lastPart === part ? text : gap + text;
    lastPart = part;
    passed += said;
    return [{ kind: "thinking", text: said }];
  }

  return {
    read(type, event) {
      const place = members[type];
      member ??= place?.member;
      if (place === undefined || place.member !== member) return [];
      return pass(stringOf(event["delta"]) ?? "", numberOf(event[place.index]) ?? 0);
    },
    finish(item) {
      const said = passed === "" ? pass(reasoningText(item), 0) : [];
      const signature = reasoningState(item, state.model);
      if (passed === "" && signature === undefined) return [];
      const signed = signature === undefined ? [] : [{ kind: "thinking-signature", signature } as const];
      return [...said, ...signed, { kind: "block-break" }];
    },
  };
}

function reasoningText(item: JsonObject): string {
  const texts = [item["summary"], item["content"]].map((parts) =>
    arrayOf(parts)
      .flatMap((part) => filledString(objectOf(part)?.["text"]) ?? [])
      .join(gap),
  );
  return texts.find((text) => text !== "") ?? "";
}

function reasoningState(item: JsonObject, model: string): Opaque | undefined {
  const data = filledString(item["encrypted_content"]);
  if (data === undefined) return undefined;
  return model === "" ? { from: native, data } : { from: native, data, model };
}
