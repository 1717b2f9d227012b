import type { Json, JsonObject, StreamEvent } from "../canonical.ts";
import { codePoints } from "../code-points.ts";
import type { AnswerMap } from "../codec.ts";
import { type CustomInputReader, customInputReader } from "../custom-tool.ts";
import { arrayOf, objectOf, stringOf } from "../json.ts";
import { readCitation } from "./citation.ts";
import { upstreamOpaque } from "./signature.ts";
import { type OpenSearch, searchReader } from "./web-search.ts";

/** The content blocks of one upstream stream, by their index. */
export type BlockReader = Readonly<{
  start(index: number, block: JsonObject): readonly StreamEvent[];
  delta(index: number, delta: JsonObject): readonly StreamEvent[];
  stop(index: number): readonly StreamEvent[];
  /** Closes what a stream left open. */
  stopAll(): readonly StreamEvent[];
  /** Whether a call for the client was seen. */
  hasCalls(): boolean;
}>;

/** What has arrived of a tool's input: nothing, all of it at the block's start, or fragments. */
type Input = { initial: string; hasDeltas: boolean };
type OpenBlock =
  | { kind: "text"; start: number; citations: Json[] }
  | ({ kind: "answer" } & Input)
  | ({ kind: "call"; key: number; custom: CustomInputReader | undefined } & Input)
  | { kind: "search"; search: OpenSearch }
  | { kind: "other" };

/** `model` is the upstream's name of the model that answers, once it is known. */
export function blockReader(answer: AnswerMap, model: () => string): BlockReader {
  const open = new Map<number, OpenBlock>();
  let calls = 0;
  /** Code points of text so far, as citations count over the whole answer. */
  let position = 0;
  const openSearch = searchReader();

  function text(value: Json | undefined): readonly StreamEvent[] {
    const fragment = stringOf(value) ?? "";
    position += codePoints(fragment);
    return fragment === "" ? [] : [{ kind: "text", text: fragment }];
  }

  function signature(value: Json | undefined): readonly StreamEvent[] {
    const opaque = upstreamOpaque(value, model());
    return opaque === undefined ? [] : [{ kind: "thinking-signature", signature: opaque }];
  }

  function redacted(value: Json | undefined): readonly StreamEvent[] {
    const data = upstreamOpaque(value, model());
    return data === undefined ? [] : [{ kind: "redacted-thinking", data }];
  }

  function startTool(block: JsonObject): readonly [OpenBlock, readonly StreamEvent[]] {
    const name = stringOf(block["name"]) ?? "";
    const input = objectOf(block["input"]) ?? {};
    const state: Input = { initial: JSON.stringify(input), hasDeltas: false };
    if (name === answer.outputTool) return [{ kind: "answer", ...state }, []];
    const isCustom = answer.customTools.has(name);
    const key = calls++;
    const opened: StreamEvent = {
      kind: "tool-open",
      key,
      id: stringOf(block["id"]) ?? "",
      name: answer.toolNames.get(name) ?? name,
      tool: isCustom ? "custom" : "function",
    };
    return [{ kind: "call", key, custom: isCustom ? customInputReader() : undefined, ...state }, [opened]];
  }

  function startBlock(block: JsonObject): readonly [OpenBlock, readonly StreamEvent[]] {
    switch (block["type"]) {
      case "text":
        return [{ kind: "text", start: position, citations: [...arrayOf(block["citations"])] }, text(block["text"])];
      case "thinking":
        return [{ kind: "other" }, [...thinking(block["thinking"]), ...signature(block["signature"])]];
      case "redacted_thinking":
        return [{ kind: "other" }, redacted(block["data"])];
      case "tool_use":
        return startTool(block);
      default: {
        const search = openSearch(block);
        return [search === undefined ? { kind: "other" } : { kind: "search", search }, []];
      }
    }
  }

  function input(block: OpenBlock | undefined, fragment: string): readonly StreamEvent[] {
    if (block?.kind === "search") block.search.push(fragment);
    if (fragment === "" || (block?.kind !== "call" && block?.kind !== "answer")) return [];
    block.hasDeltas = true;
    if (block.kind === "answer") return text(fragment);
    return toolArguments(block.key, block.custom === undefined ? fragment : block.custom.push(fragment));
  }

  function stop(index: number): readonly StreamEvent[] {
    const block = open.get(index);
    open.delete(index);
    switch (block?.kind) {
      case "text":
        return [...citationEvents(block, position), { kind: "block-break" }];
      case "answer":
        return [...(block.hasDeltas ? [] : input(block, block.initial)), { kind: "block-break" }];
      case "call": {
        const whole = block.hasDeltas ? [] : input(block, block.initial);
        const rest = toolArguments(block.key, block.custom?.end() ?? "");
        return [...whole, ...rest, { kind: "tool-close", key: block.key }];
      }
      case "search":
        return [...block.search.stop(), { kind: "block-break" }];
      case "other":
        return [{ kind: "block-break" }];
      case undefined:
        return [];
    }
  }

  return {
    start(index, block) {
      const closed = stop(index);
      const [opened, events] = startBlock(block);
      open.set(index, opened);
      return [...closed, ...events];
    },
    delta(index, delta) {
      const block = open.get(index);
      switch (delta["type"]) {
        case "text_delta":
          return text(delta["text"]);
        case "thinking_delta":
          return thinking(delta["thinking"]);
        case "signature_delta":
          return signature(delta["signature"]);
        case "input_json_delta":
          return input(block, stringOf(delta["partial_json"]) ?? "");
        case "citations_delta":
          if (block?.kind === "text") block.citations.push(delta["citation"] ?? null);
          return [];
        default:
          return [];
      }
    },
    stop,
    stopAll: () => [...open.keys()].flatMap(stop),
    hasCalls: () => calls > 0,
  };
}

function citationEvents(block: Extract<OpenBlock, { kind: "text" }>, end: number): readonly StreamEvent[] {
  return block.citations.flatMap((json): readonly StreamEvent[] => {
    const citation = readCitation(json, block.start, end);
    return citation === undefined ? [] : [{ kind: "citation", citation }];
  });
}

function thinking(value: Json | undefined): readonly StreamEvent[] {
  const fragment = stringOf(value) ?? "";
  return fragment === "" ? [] : [{ kind: "thinking", text: fragment }];
}

function toolArguments(key: number, text: string): readonly StreamEvent[] {
  return text === "" ? [] : [{ kind: "tool-arguments", key, text }];
}
