import { createHash } from "node:crypto";
import type { Json, JsonObject } from "../wire/canonical.ts";
import { arrayOf, isObject, stringOf } from "../wire/json.ts";

/** `input` of a request as a list (openai 7.55.0, `ResponseCreateParams.input`: a text or a list of items). */
export function inputItems(input: Json | undefined): readonly Json[] {
  if (typeof input !== "string") return arrayOf(input);
  return [{ type: "message", role: "user", content: [{ type: "input_text", text: input }] }];
}

/** Items as `GET /v1/responses/{id}/input_items` tells them: each with an id and the content of messages as a list. */
function toldItems(items: readonly Json[]): readonly (JsonObject & Readonly<{ id: string }>)[] {
  return items.filter(isObject).map((item, index) => {
    const type = stringOf(item["type"]) ?? "message";
    const { content } = item;
    const part = item["role"] === "assistant" ? "output_text" : "input_text";
    const told = typeof content === "string" ? { content: [{ type: part, text: content }] } : {};
    return { status: "completed", ...item, ...told, type, id: stringOf(item["id"]) ?? idOf(item, index) };
  });
}

/** The same for the same item at the same place, so that a page follows on the one before. */
function idOf(item: JsonObject, index: number): string {
  return `msg_${createHash("sha256")
    .update(`${index} ${JSON.stringify(item)}`)
    .digest("hex")
    .slice(0, 32)}`;
}

/** One page (openai 7.55.0, `InputItemListParams`): newest first unless `order` says `asc`; undefined for a wrong `limit`. */
export function itemPage(items: readonly Json[], query: URLSearchParams): JsonObject | undefined {
  const limit = Number(query.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) return undefined;
  const told = toldItems(items);
  const ordered = query.get("order") === "asc" ? told : told.toReversed();
  const after = query.get("after");
  const start = after === null ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  const page = ordered.slice(start, start + limit);
  return {
    object: "list",
    data: page,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
    has_more: start + limit < ordered.length,
  };
}
