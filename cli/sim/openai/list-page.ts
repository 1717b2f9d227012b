import type { JsonObject } from "../json.ts";

const defaultLimit = 20;

/** A page of a list, newest first unless `order=asc`: `limit` entries behind the id `after` (OpenAI SDK 7.55, `CursorPage`). */
export function listPage(oldestFirst: readonly JsonObject[], query: URLSearchParams): JsonObject {
  const all = query.get("order") === "asc" ? oldestFirst : oldestFirst.toReversed();
  const start = all.findIndex((entry) => entry["id"] === query.get("after")) + 1;
  const data = all.slice(start, start + Number(query.get("limit") ?? defaultLimit));
  return {
    object: "list",
    data,
    first_id: data[0]?.["id"] ?? null,
    last_id: data.at(-1)?.["id"] ?? null,
    has_more: start + data.length < all.length,
  };
}
