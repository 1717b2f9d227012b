import type { Json, JsonObject, Usage } from "./canonical.ts";
import { lookup, numberOf, objectOf, stringOf } from "./json.ts";

/** What an answer tells of its bill besides tokens. */
export type Billing = Pick<Usage, "serviceTier" | "reportedNanos">;

/** Words of all vendors for services that are not the standard one; OpenAI calls priority processing `fast`, too. */
const services: Readonly<Record<string, NonNullable<Usage["serviceTier"]>>> = {
  batch: "batch",
  flex: "flex",
  priority: "priority",
  fast: "priority",
  ultrafast: "priority",
};

/** `usage` is the vendor's own object, `tier` its word for the service; what is not told is absent. */
export function billingOf(usage: JsonObject, tier: Json | undefined): Billing {
  const serviceTier = lookup(services, stringOf(tier)?.toLowerCase());
  const reportedNanos = reportedCost(usage);
  return {
    ...(serviceTier === undefined ? {} : { serviceTier }),
    ...(reportedNanos === undefined ? {} : { reportedNanos }),
  };
}

const nanosPerUsd = 1e9;
const nanosPerTick = 0.1;

/**
 * What the vendor says it takes for the answer. xAI: `cost_in_usd_ticks`, 1e10 to the dollar
 * (docs.x.ai/developers/cost-tracking). OpenRouter: `cost` in credits, which are dollars, and of requests under a key of the
 * user's own (`is_byok`) only its fee, beside `cost_details.upstream_inference_cost` (openrouter.ai/docs, usage accounting).
 * Perplexity: `cost.total_cost` in dollars (docs.perplexity.ai, chat completions). Checked 2026-11-21.
 */
function reportedCost(usage: JsonObject): number | undefined {
  const ticks = numberOf(usage["cost_in_usd_ticks"]);
  if (ticks !== undefined) return amount(ticks * nanosPerTick);
  const total = numberOf(usage["cost"]) ?? numberOf(objectOf(usage["cost"])?.["total_cost"]);
  if (total === undefined) return undefined;
  const own = usage["is_byok"] === true ? numberOf(objectOf(usage["cost_details"])?.["upstream_inference_cost"]) : 0;
  return amount((total + (own ?? 0)) * nanosPerUsd);
}

/** A bill below zero is none. */
function amount(nanos: number): number | undefined {
  return nanos >= 0 && nanos <= Number.MAX_SAFE_INTEGER ? Math.round(nanos) : undefined;
}
