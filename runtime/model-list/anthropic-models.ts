import type { JsonObject } from "../wire/canonical.ts";
import type { ListDialect } from "./list-dialect.ts";
import { createdSeconds, invalid, json, type ListAnswer, type Model, pageSize } from "./model.ts";

/** Anthropic SDK 1.11, resources/models. */
export const anthropicModels: ListDialect = { list, model: anthropicModel };

const maxPage = 1000;

/** `ModelInfo`; null where it says that a value may be unknown. */
function anthropicModel({ id, card }: Model): JsonObject {
  return {
    type: "model",
    id,
    display_name: card.name ?? id,
    created_at: timeOf((card.created ?? createdSeconds) * 1000),
    capabilities: null,
    deprecated_at: null,
    lifecycle: "active",
    line: null,
    max_input_tokens: card.contextTokens ?? null,
    max_tokens: card.maxOutputTokens ?? null,
    retires_at: card.expires === undefined ? null : timeOf(Date.parse(card.expires)),
  };
}

/** RFC 3339; null for a day that is none. */
function timeOf(epochMs: number): string | null {
  return Number.isNaN(epochMs) ? null : new Date(epochMs).toISOString().replace(".000Z", "Z");
}

/** Anthropic API reference, "List models": the page after `after_id` or just before `before_id`, 20 unless `limit` says. */
function list(models: readonly Model[], query: URLSearchParams): ListAnswer {
  const limit = pageSize(query.get("limit"), 20, maxPage);
  if (limit === undefined) return invalid("limit", `must be a whole number from 1 to ${maxPage}`);
  const after = query.get("after_id");
  const before = query.get("before_id");
  const backwards = after === null && before !== null;
  const cursor = models.findIndex(({ id }) => id === (after ?? before));
  if (cursor === -1 && (after ?? before) !== null) {
    return invalid(backwards ? "before_id" : "after_id", "is no id of this list");
  }
  // Without a cursor it is -1, and the page starts at 0.
  const start = backwards ? Math.max(0, cursor - limit) : cursor + 1;
  const end = backwards ? cursor : Math.min(models.length, start + limit);
  const page = models.slice(start, end);
  return json({
    data: page.map(anthropicModel),
    has_more: backwards ? start > 0 : end < models.length,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  });
}
