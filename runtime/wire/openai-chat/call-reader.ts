import type { JsonObject, Opaque, StreamEvent, ToolCall } from "../canonical.ts";
import type { AnswerMap } from "../codec.ts";
import { type CustomInputReader, customInputReader } from "../custom-tool.ts";
import { filledString, numberOf } from "../json.ts";
import { callBody, uniqueIds } from "./decode-answer.ts";
import { textOf } from "./decode-messages.ts";
import { callSignature } from "./decode-reasoning.ts";

/** Puts the fragments of a stream's tool calls together, whatever a server left out or said twice. */
export type CallReader = Readonly<{
  /** One entry of a delta's `tool_calls`; `choice` is the index of the choice it came in, `seed` what ids are made from. */
  push(entry: JsonObject, choice: number, seed: string): readonly StreamEvent[];
  /** Closes every call. One whose name never came is left out. */
  close(): readonly StreamEvent[];
  /** Calls that have a name, with the arguments so far. */
  calls(): readonly Pick<ToolCall, "tool" | "argumentsText">[];
}>;

type Call = {
  readonly key: number;
  sentId: string | undefined;
  name: string | undefined;
  custom: boolean;
  signature: Opaque | undefined;
  /** Takes the text out of a custom tool that was sent as a function. */
  wrapped: CustomInputReader | undefined;
  /** Arguments passed on, and those waiting for the name or for what follows a first `{}`. */
  passed: string;
  held: string;
  /** The arguments came as an object, all at once. */
  isWhole: boolean;
  isOpen: boolean;
};

/** Some servers open a call with this and then send the arguments proper. */
const placeholder = "{}";

export function callReader(answer: AnswerMap): CallReader {
  const all: Call[] = [];
  const bySlot = new Map<string, Call>();
  const byId = new Map<string, Call>();
  let uniqueId: ((id: string | undefined) => string) | undefined;

  function find(entry: JsonObject, choice: number, name: string | undefined): Call {
    const id = filledString(entry["id"]);
    const index = numberOf(entry["index"]);
    const slot = `${choice}:${index}`;
    const known = index !== undefined ? bySlot.get(slot) : id !== undefined ? byId.get(id) : all.at(-1);
    const call = known === undefined || (index !== undefined && isAnother(known, id, name)) ? create() : known;
    if (index !== undefined) bySlot.set(slot, call);
    if (id !== undefined && call.sentId === undefined) {
      call.sentId = id;
      byId.set(id, call);
    }
    return call;
  }

  function create(): Call {
    const call: Call = {
      key: all.length,
      sentId: undefined,
      name: undefined,
      custom: false,
      signature: undefined,
      wrapped: undefined,
      passed: "",
      held: "",
      isWhole: false,
      isOpen: false,
    };
    all.push(call);
    return call;
  }

  function open(call: Call, name: string, seed: string): StreamEvent {
    uniqueId ??= uniqueIds(seed);
    call.isOpen = true;
    if (answer.customTools.has(name)) call.wrapped = customInputReader();
    return {
      kind: "tool-open",
      key: call.key,
      id: uniqueId(call.sentId),
      name: answer.toolNames.get(name) ?? name,
      tool: call.custom || call.wrapped !== undefined ? "custom" : "function",
      ...(call.signature === undefined ? {} : { signature: call.signature }),
    };
  }

  return {
    push(entry, choice, seed) {
      const { custom, name, args } = callBody(entry);
      const call = find(entry, choice, name);
      call.custom ||= custom;
      call.name ??= name;
      call.signature ??= callSignature(entry, "upstream");
      if (!call.isWhole) receive(call, textOf(args));
      if (typeof args === "object" && args !== null) call.isWhole = true;
      const opened = call.isOpen || call.name === undefined ? [] : [open(call, call.name, seed)];
      const waits = !call.isOpen || (call.passed === "" && call.held === placeholder);
      return waits ? opened : [...opened, ...pass(call)];
    },
    close: () =>
      all
        .filter((call) => call.isOpen)
        .flatMap((call): StreamEvent[] => [...pass(call), ...rest(call), { kind: "tool-close", key: call.key }]),
    calls: () =>
      all
        .filter((call) => call.isOpen)
        .map(({ custom, passed, held }) => ({ tool: custom ? "custom" : "function", argumentsText: passed + held })),
  };
}

/** Servers that number all calls 0 tell them apart by id. */
function isAnother(call: Call, id: string | undefined, name: string | undefined): boolean {
  if (id === undefined || call.sentId === undefined || id === call.sentId) return false;
  return name !== undefined || call.passed + call.held !== "";
}

function receive(call: Call, fragment: string): void {
  const replaces = call.passed === "" && call.held === placeholder && fragment.trimStart().startsWith("{");
  call.held = replaces ? fragment : call.held + fragment;
}

function pass(call: Call): readonly StreamEvent[] {
  if (call.held === "") return [];
  const text = call.held;
  call.passed += text;
  call.held = "";
  return fragment(call, call.wrapped === undefined ? text : call.wrapped.push(text));
}

/** What a wrapped tool's input still holds at its end. */
function rest(call: Call): readonly StreamEvent[] {
  return fragment(call, call.wrapped?.end() ?? "");
}

function fragment({ key }: Call, text: string): readonly StreamEvent[] {
  return text === "" ? [] : [{ kind: "tool-arguments", key, text }];
}
