import type { Json, JsonObject, StreamEvent } from "../canonical.ts";
import { codePoints } from "../code-points.ts";
import type { AnswerMap } from "../codec.ts";
import { unwrapCustomText } from "../custom-tool.ts";
import { arrayOf, filledString, isObject, numberOf, objectOf, stringOf } from "../json.ts";
import { callText, decodeSearch, reasoningState, reasoningText } from "./decode-output.ts";
import { decodeAnnotations } from "./decode-parts.ts";

/** One output item while it is streamed. Servers leave out deltas or send them twice, so what was passed on is counted. */
export type OutputItemReader = Readonly<{
  /** An event of this item, but for `output_item.added` and `.done`. */
  read(type: string, event: JsonObject): readonly StreamEvent[];
  /** The item as it is in the end. Twice is once. */
  finish(item: JsonObject): readonly StreamEvent[];
  /** Arguments so far of a call that has begun. */
  call(): Readonly<{ custom: boolean; text: string }> | undefined;
}>;

/** What the items of one answer share. */
export type ReadingState = { model: string; textLength: number; refusal: string };

export function outputItemReader(
  key: number,
  added: JsonObject,
  answer: AnswerMap,
  state: ReadingState,
): OutputItemReader {
  switch (added["type"]) {
    case "message":
      return messageReader(state);
    case "reasoning":
      return reasoningReader(state);
    case "function_call":
    case "custom_tool_call":
      return callReader(key, added, answer);
    default:
      return { read: () => [], finish: once(searchEvents), call: () => undefined };
  }
}

function once(read: (item: JsonObject) => readonly StreamEvent[]): OutputItemReader["finish"] {
  let isDone = false;
  return (item) => {
    if (isDone) return [];
    isDone = true;
    return read(item);
  };
}

function searchEvents(item: JsonObject): readonly StreamEvent[] {
  const search = item["type"] === "web_search_call" ? decodeSearch(item) : undefined;
  return search === undefined ? [] : [{ kind: "web-search", search }];
}

function messageReader(state: ReadingState): OutputItemReader {
  /** Parts by their index: what was passed on of each, and where its text began in the answer. */
  const parts = new Map<number, { passed: string; start: number; cited: number }>();

  function partAt(index: number): { passed: string; start: number; cited: number } {
    const part = parts.get(index) ?? { passed: "", start: state.textLength, cited: 0 };
    parts.set(index, part);
    return part;
  }

  function pass(index: number, kind: "text" | "refusal", text: string): readonly StreamEvent[] {
    if (text === "") return [];
    partAt(index).passed += text;
    if (kind === "text") state.textLength += codePoints(text);
    else state.refusal += text;
    return [{ kind, text }];
  }

  /** The whole part, for what its deltas did not say. */
  function complete(index: number, part: JsonObject): readonly StreamEvent[] {
    const known = partAt(index);
    const refusal = filledString(part["refusal"]);
    const whole = refusal ?? stringOf(part["text"]) ?? "";
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
    finish: once((item) =>
      arrayOf(item["content"])
        .map(objectOf)
        .flatMap((part, index) => (part === undefined ? [] : complete(index, part))),
    ),
    call: () => undefined,
  };
}

function reasoningReader(state: ReadingState): OutputItemReader {
  let passed = "";
  function pass(text: string): readonly StreamEvent[] {
    passed += text;
    return text === "" ? [] : [{ kind: "thinking", text }];
  }
  return {
    read(type, event) {
      switch (type) {
        case "response.reasoning_summary_part.added":
          // Parts of a summary are paragraphs of one thought.
          return passed === "" ? [] : pass("\n\n");
        case "response.reasoning_summary_text.delta":
        case "response.reasoning_text.delta":
          return pass(stringOf(event["delta"]) ?? "");
        default:
          return [];
      }
    },
    finish: once((item) => {
      const said = passed === "" ? pass(reasoningText(item)) : [];
      const signature = reasoningState(item, state.model);
      const signed = signature === undefined ? [] : [{ kind: "thinking-signature", signature } as const];
      return passed === "" && signature === undefined ? [] : [...said, ...signed, { kind: "block-break" }];
    }),
    call: () => undefined,
  };
}

function callReader(key: number, added: JsonObject, answer: AnswerMap): OutputItemReader {
  const name = stringOf(added["name"]) ?? "";
  const isWrapped = answer.customTools.has(name);
  const custom = added["type"] === "custom_tool_call" || isWrapped;
  let passed = "";
  let isOpen = false;

  function open(item: JsonObject): readonly StreamEvent[] {
    const called = filledString(item["name"]);
    if (isOpen || called === undefined) return [];
    isOpen = true;
    const id = filledString(item["call_id"]) ?? filledString(item["id"]) ?? `call_${key}`;
    const tool = custom ? "custom" : "function";
    return [{ kind: "tool-open", key, id, name: answer.toolNames.get(called) ?? called, tool }];
  }

  function pass(text: string): readonly StreamEvent[] {
    passed += text;
    // The wrapper around raw text is only read once it is whole.
    return text === "" || isWrapped ? [] : [{ kind: "tool-arguments", key, text }];
  }

  /** What the deltas left out; a whole text that says something else than they did is not believed. */
  function complete(whole: string): readonly StreamEvent[] {
    return whole.startsWith(passed) ? pass(whole.slice(passed.length)) : [];
  }

  return {
    read(type, event) {
      switch (type) {
        // The item as it begins.
        case "response.output_item.added":
          return [...open(added), ...pass(callText(added))];
        case "response.function_call_arguments.delta":
        case "response.custom_tool_call_input.delta":
          return [...open(added), ...pass(stringOf(event["delta"]) ?? "")];
        case "response.function_call_arguments.done":
          return complete(stringOf(event["arguments"]) ?? "");
        case "response.custom_tool_call_input.done":
          return complete(stringOf(event["input"]) ?? "");
        default:
          return [];
      }
    },
    finish: once((item) => {
      const opened = open(isObject(item) ? item : added);
      const rest = complete(callText(item));
      if (!isOpen) return [];
      const unwrapped = isWrapped ? [{ kind: "tool-arguments", key, text: unwrapCustomText(passed) } as const] : [];
      return [...opened, ...rest, ...unwrapped, { kind: "tool-close", key }];
    }),
    call: () => (isOpen ? { custom, text: passed } : undefined),
  };
}
