import type { Call } from "../api.ts";
import { isArray, isObject, type Json, type JsonObject } from "../json.ts";
import type { StoredResponse } from "../state.ts";

/** A body that fits the shape, with what the vendor has kept that it refers to. */
export type ResponsesRequest = Readonly<{
  body: JsonObject;
  /** The items of the body itself, references replaced by what they stand for. */
  items: readonly JsonObject[];
  /** Items of the responses before `previous_response_id`, it included. */
  earlier: readonly JsonObject[];
  /** Whether `previous_response_id` names a response that is there. */
  previousFound: boolean;
  /** Ids of every item the vendor keeps for the caller. */
  storedIds: ReadonlySet<string>;
  /** Of those items, the reasoning directly before each, by the item's id. */
  reasoningOf: ReadonlyMap<string, string>;
}>;

/** Reads a body together with the responses kept for its caller. */
export function readRequest(body: JsonObject, { state, key }: Pick<Call, "state" | "key">): ResponsesRequest {
  const { responses } = state.keeps;
  const outputs = responses.list(key).map(outputOf);
  const stored = new Map(outputs.flat().map((item) => [String(item["id"]), item]));
  const id = body["previous_response_id"];
  const previous = typeof id === "string" ? responses.get(key, id) : undefined;
  return {
    body,
    items: itemsOf(body["input"]).map((item) => (isReference(item) ? (stored.get(String(item["id"])) ?? item) : item)),
    earlier: previous === undefined ? [] : [...previous.input, ...outputOf(previous)],
    previousFound: typeof id !== "string" || previous !== undefined,
    storedIds: new Set(stored.keys()),
    reasoningOf: new Map(outputs.flatMap(companions)),
  };
}

/** Each item of an output that follows a reasoning item, with that one's id. */
function companions(output: readonly JsonObject[]): readonly (readonly [string, string])[] {
  return output.flatMap((item, index) => {
    const before = output[index - 1];
    const led = before !== undefined && itemType(before) === "reasoning" && itemType(item) !== "reasoning";
    return led ? [[String(item["id"]), String(before["id"])] as const] : [];
  });
}

/** Whether an item stands for a stored one. */
export function isReference(item: JsonObject): boolean {
  return item["type"] === "item_reference";
}

/** `input` as items: a string is one user message. */
function itemsOf(input: Json | undefined): readonly JsonObject[] {
  if (typeof input === "string") return [{ type: "message", role: "user", content: input }];
  return isArray(input) ? input.filter(isObject) : [];
}

/** The type of an item; a message need not say it. */
export function itemType(item: JsonObject): string {
  return typeof item["type"] === "string" ? item["type"] : "message";
}

function outputOf({ response }: StoredResponse): readonly JsonObject[] {
  return isArray(response["output"]) ? response["output"].filter(isObject) : [];
}
