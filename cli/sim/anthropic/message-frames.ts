import { deltasOf } from "../deltas.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Frame } from "../reply.ts";
import type { SaidPart } from "../said.ts";
import { citations, messageHead, searchCall, searchResult, stopFields } from "./message.ts";
import type { MessageAnswer } from "./message-answer.ts";

/**
 * The streamed answer in the vendor's order (Anthropic SDK 1.11, `RawMessageStreamEvent`): message_start, then per block
 * start, deltas and stop with a ping after the first start, then message_delta, message_stop.
 */
export function messageFrames(answer: MessageAnswer): readonly Frame[] {
  const blocks = answer.said.parts
    .flatMap((part) => streamedBlocks(part, answer.deltaChars))
    .map(([start, deltas], index) => blockFrames(start, deltas, index));
  const [[firstStart, ...firstRest] = [], ...rest] = blocks;
  return [
    messageStart(answer),
    ...(firstStart === undefined ? [] : [firstStart]),
    frame("ping", {}),
    ...firstRest,
    ...rest.flat(),
    frame("message_delta", {
      delta: { ...stopFields(answer.said.stop), container: null },
      ...(answer.usage === undefined ? {} : { usage: deltaUsage(answer.usage) }),
    }),
    { ...frame("message_stop", {}), terminator: true },
  ];
}

/** One event; its name is also the `type` of its data. */
function frame(event: string, fields: JsonObject): Frame {
  return { event, data: JSON.stringify({ type: event, ...fields }) };
}

function messageStart(answer: MessageAnswer): Frame {
  const usage =
    answer.usage === undefined ? {} : { usage: { ...answer.usage, output_tokens: 1, output_tokens_details: null } };
  const empty = { content: [], stop_reason: null, stop_sequence: null, stop_details: null };
  return frame("message_start", { message: { ...messageHead(answer), ...empty, ...usage } });
}

function deltaUsage(usage: JsonObject): JsonObject {
  const names = [
    "input_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "output_tokens",
    "output_tokens_details",
    "server_tool_use",
  ];
  return Object.fromEntries(
    names.flatMap((name): [string, Json][] => {
      const value = usage[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** A block as it starts, and what is added to it. */
type StreamedBlock = readonly [start: JsonObject, deltas: readonly JsonObject[]];

function blockFrames(start: JsonObject, deltas: readonly JsonObject[], index: number): readonly Frame[] {
  return [
    frame("content_block_start", { index, content_block: start }),
    ...deltas.map((delta) => frame("content_block_delta", { index, delta })),
    frame("content_block_stop", { index }),
  ];
}

function streamedBlocks(part: SaidPart, chars: number | undefined): readonly StreamedBlock[] {
  switch (part.kind) {
    case "text": {
      const deltas = deltasOf(part.text, chars).map((text) => ({ type: "text_delta", text }));
      const cited = (citations(part) ?? []).map((citation) => ({ type: "citations_delta", citation }));
      return [[{ type: "text", text: "", citations: null }, [...deltas, ...cited]]];
    }
    case "thinking": {
      const deltas = deltasOf(part.text, chars).map((thinking) => ({ type: "thinking_delta", thinking }));
      const start = { type: "thinking", thinking: "", signature: "" };
      return [[start, [...deltas, { type: "signature_delta", signature: part.signature }]]];
    }
    case "redacted-thinking":
      return [[{ type: "redacted_thinking", data: part.data }, []]];
    case "tool-call": {
      const start = { type: "tool_use", id: part.id, name: part.name, input: {}, caller: { type: "direct" } };
      return [[start, inputDeltas(part.argumentsText, chars)]];
    }
    case "web-search":
      return [
        [searchCall(part), inputDeltas(JSON.stringify({ query: part.query }), chars)],
        [searchResult(part), []],
      ];
    case "refusal":
      return [];
  }
}

function inputDeltas(json: string, chars: number | undefined): readonly JsonObject[] {
  return ["", ...deltasOf(json, chars)].map((partial_json) => ({ type: "input_json_delta", partial_json }));
}
