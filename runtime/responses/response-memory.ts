import { failure } from "../errors.ts";
import type { Recalled, RequestMemory } from "../request/request-memory.ts";
import { pickSurface } from "../upstream/pick-surface.ts";
import type { Json, JsonObject, WireError } from "../wire/canonical.ts";
import { arrayOf, filledString, isObject, objectOf, parseJson } from "../wire/json.ts";
import { spliceMembers } from "../wire/splice.ts";
import { inputItems } from "./response-items.ts";
import type { ResponseStore } from "./response-store.ts";
import { watchEvents } from "./watch-events.ts";

/**
 * `previous_response_id`, `item_reference` and `store` of one tenant's requests. An earlier answer that the gateway has is
 * put before the new input, with all that led to it, and its items take the place of references to them; what an upstream
 * has can only be gone on with there. `store: false` leaves
 * nothing behind. Instructions of earlier requests do not carry over (openai 7.55.0, `ResponseCreateParams`).
 */
export function responseMemory(store: ResponseStore, tenant: string): RequestMemory {
  function note(response: JsonObject, { json }: Recalled, isNative: boolean, account: Account): void {
    const id = filledString(response["id"]);
    if (id === undefined || response["object"] !== "response") return;
    if (isNative) store.put(tenant, id, { kind: "upstream", account });
    else store.put(tenant, id, { kind: "kept", response, input: inputItems(json["input"]) });
  }

  return {
    recall: (request) => recall(withItems(request, store, tenant), store, tenant),
    keep: (reply, request, { candidate, outcome }) => {
      if (request.json["store"] === false) return reply;
      const { provider, offer, lease } = candidate;
      const isNative = pickSurface(provider, "openai-responses").format === "openai-responses";
      const account = { provider: offer.provider, key: lease?.key.id };
      if (outcome.body.kind === "whole") {
        const response = parseJson(new TextDecoder().decode(outcome.body.bytes));
        if (isObject(response)) note(response, request, isNative, account);
        return reply;
      }
      return watchEvents(reply, isNative ? begun : ended, (event) => {
        const response = objectOf(event["response"]);
        if (response !== undefined) note(response, request, isNative, account);
      });
    },
  };
}

type Account = NonNullable<Recalled["account"]>;

/** An upstream keeps an answer from its first event on; what the gateway keeps has to be whole. */
const begun = ["response.created"];
const ended = ["response.completed", "response.incomplete"];

function recall(request: Recalled, store: ResponseStore, tenant: string): Recalled | WireError {
  const { json, bytes } = request;
  const previous = json["previous_response_id"];
  if (previous === undefined || previous === null) return request;
  const known = typeof previous === "string" ? store.get(tenant, previous) : undefined;
  if (known === undefined) return unknownResponse(previous);
  if (known.kind === "upstream") return { ...request, account: known.account };
  const input = [...known.input, ...arrayOf(known.response["output"]), ...inputItems(json["input"])];
  const { previous_response_id: _, ...rest } = json;
  const whole = { ...rest, input };
  const changes = { previous_response_id: undefined, input: JSON.stringify(input) };
  return {
    bytes: spliceMembers(bytes, changes) ?? new TextEncoder().encode(JSON.stringify(whole)),
    json: whole,
    asked: json,
  };
}

/** The AI SDK refers to items of answers that are stored instead of sending them. */
function withItems(request: Recalled, store: ResponseStore, tenant: string): Recalled {
  const items = arrayOf(request.json["input"]);
  const resolved = items.map((item) => referredItem(item, store, tenant) ?? item);
  if (resolved.every((item, index) => item === items[index])) return request;
  const json = { ...request.json, input: resolved };
  const bytes = spliceMembers(request.bytes, { input: JSON.stringify(resolved) });
  return { ...request, json, bytes: bytes ?? new TextEncoder().encode(JSON.stringify(json)) };
}

function referredItem(value: Json, store: ResponseStore, tenant: string): JsonObject | undefined {
  const item = objectOf(value);
  const id = filledString(item?.["id"]);
  // `type` may be left out of a reference (openai 7.55.0, `ResponseInputItem.ItemReference`).
  const type = item?.["type"] ?? (item?.["role"] === undefined ? "item_reference" : "message");
  return type === "item_reference" && id !== undefined ? store.item(tenant, id) : undefined;
}

function unknownResponse(id: Json): WireError {
  const shown = typeof id === "string" ? id.slice(0, 100) : "";
  return failure("invalid-request", `Previous response with id '${shown}' not found.`, {
    code: "previous_response_not_found",
    param: "previous_response_id",
  });
}
