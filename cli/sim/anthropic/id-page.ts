import type { JsonObject } from "../json.ts";

const defaultLimit = 20;

/** A page of a list (Anthropic SDK 1.11, `Page`): `limit` entries, after the id `after_id` or before `before_id`. */
export function idPage(all: readonly JsonObject[], query: URLSearchParams): JsonObject {
  const ids = all.map((entry) => entry["id"]);
  const limit = Number(query.get("limit") ?? defaultLimit);
  const after = query.get("after_id");
  const before = query.get("before_id");
  const start = after === null ? 0 : ids.indexOf(after) + 1;
  const end = before === null ? all.length : Math.max(0, ids.indexOf(before));
  const from = before === null ? start : Math.max(0, end - limit);
  const data = all.slice(from, Math.min(end, from + limit));
  return {
    data,
    has_more: before === null ? from + data.length < all.length : from > 0,
    first_id: data[0]?.["id"] ?? null,
    last_id: data.at(-1)?.["id"] ?? null,
  };
}
