import type { Json, JsonObject, StreamEvent } from "../canonical.ts";
import type { AnswerMap } from "../codec.ts";
import { filledString, isObject, lookup, numberOf, stringOf } from "../json.ts";
import { uniqueIds } from "../openai-chat/decode-answer.ts";
import { callReader } from "./call-reader.ts";
import { callsOfClientTools } from "./client-tool-items.ts";
import type { ItemReader, OutputState } from "./item-reader.ts";
import { messageReader } from "./message-reader.ts";
import { reasoningReader } from "./reasoning-reader.ts";
import type { Outcome } from "./stop.ts";
import { readSearch } from "./web-search.ts";

/** The output items of one answer, streamed or whole. */
export type OutputReader = Readonly<{
  /** Which response this is, as soon as it is known. */
  begin(response: Readonly<{ id: string; model: string }>): void;
  /** `response.output_item.added` and `.done`. */
  add(event: JsonObject, item: JsonObject): readonly StreamEvent[];
  done(event: JsonObject, item: JsonObject): readonly StreamEvent[];
  /** Any event inside an item. */
  read(type: string, event: JsonObject): readonly StreamEvent[];
  /** The output as it is in the end. Items that were never streamed stand there only. */
  finish(output: readonly Json[]): readonly StreamEvent[];
  outcome(): Outcome;
  searches(): number;
}>;

type Entry = { readonly type: string; readonly ids: Set<string>; readonly reader: ItemReader; isDone: boolean };

export function outputReader(answer: AnswerMap): OutputReader {
  const state: OutputState = {
    model: "",
    textLength: 0,
    refusal: "",
    gap: "",
    searches: 0,
    calls: [],
    uniqueId: uniqueIds(""),
  };
  const entries = new Map<number, Entry>();

  function entryFor(index: number, item: JsonObject): Entry {
    const entry: Entry = {
      type: stringOf(item["type"]) ?? "",
      ids: new Set(idsOf(item)),
      reader: itemReader(item, answer, state),
      isDone: false,
    };
    entries.set(index, entry);
    return entry;
  }

  /** Servers rotate ids within an item, so its place in the output comes first. */
  function find(event: JsonObject, ids: readonly string[]): Entry | undefined {
    const index = numberOf(event["output_index"]);
    if (index !== undefined) return entries.get(index);
    return [...entries.values()].findLast((entry) => ids.some((id) => entry.ids.has(id)));
  }

  function nextIndex(event: JsonObject): number {
    return numberOf(event["output_index"]) ?? Math.max(-1, ...entries.keys()) + 1;
  }

  function finishEntry(entry: Entry, item: JsonObject): readonly StreamEvent[] {
    if (entry.isDone) return [];
    entry.isDone = true;
    return entry.reader.finish(item);
  }

  return {
    begin({ id, model }) {
      state.model = model;
      state.uniqueId = uniqueIds(id);
    },
    add(event, item) {
      if (find(event, idsOf(item)) !== undefined) return [];
      return entryFor(nextIndex(event), item).reader.read("response.output_item.added", event);
    },
    done: (event, item) => finishEntry(find(event, idsOf(item)) ?? entryFor(nextIndex(event), item), item),
    read(type, event) {
      const id = filledString(event["item_id"]);
      const entry = find(event, id === undefined ? [] : [id]);
      return entry === undefined || entry.isDone ? [] : entry.reader.read(type, event);
    },
    finish(output) {
      const seen = [...entries].sort(([a], [b]) => a - b).map(([, entry]) => entry);
      const items = output.filter(isObject);
      const named = items.map((item) => seen.find(({ ids }) => idsOf(item).some((id) => ids.has(id))));
      const told = items.flatMap((item, position) => {
        const inPlace = seen[position];
        const isInPlace = inPlace?.type === item["type"] && !named.includes(inPlace);
        const entry = named[position] ?? (isInPlace ? inPlace : undefined) ?? entryFor(nextIndex({}), item);
        return finishEntry(entry, item);
      });
      return [...told, ...seen.flatMap((entry) => finishEntry(entry, {}))];
    },
    outcome() {
      const calls = state.calls.filter(({ isOpen }) => isOpen);
      return {
        hasCalls: calls.length > 0,
        unfinishedCalls: new Set(calls.filter(({ isWhole }) => !isWhole).map(({ id }) => id)),
        refusal: filledString(state.refusal),
      };
    },
    searches: () => state.searches,
  };
}

/** What an item can be told by. */
function idsOf(item: JsonObject): readonly string[] {
  return [item["id"], item["call_id"]].flatMap((id) => filledString(id) ?? []);
}

function itemReader(added: JsonObject, answer: AnswerMap, state: OutputState): ItemReader {
  const type = stringOf(added["type"]) ?? "";
  switch (type) {
    case "message":
      return messageReader(added, state);
    case "reasoning":
      return reasoningReader(state);
    case "web_search_call":
      return searchReader(state);
    default:
      return isCall(type) ? callReader(added, answer, state) : { read: () => [], finish: () => [] };
  }
}

/** Items that have a place in an answer of any API; what is left are those of OpenAI's other tools. */
export function isReadable(item: JsonObject): boolean {
  const type = stringOf(item["type"]) ?? "";
  return type === "message" || type === "reasoning" || type === "web_search_call" || isCall(type);
}

function isCall(type: string): boolean {
  return type === "function_call" || type === "custom_tool_call" || lookup(callsOfClientTools, type) !== undefined;
}

function searchReader(state: OutputState): ItemReader {
  return {
    read: () => [],
    finish(item) {
      const search = readSearch(item);
      if (search === undefined) return [];
      state.searches += 1;
      return [{ kind: "web-search", search }];
    },
  };
}
