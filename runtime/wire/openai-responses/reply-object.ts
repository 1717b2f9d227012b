import type { JsonObject, Response, Usage } from "../canonical.ts";
import type { ReplyContext } from "../codec.ts";
import { arrayOf, filledString, objectOf } from "../json.ts";
import type { Ending } from "./stop.ts";
import { encodeUsage } from "./usage.ts";

/** How far a response is. `error` is the vendor's object for one that failed. */
export type ReplyState = Readonly<{
  status: "in_progress" | "completed" | "incomplete" | "failed";
  output: readonly JsonObject[];
  incompleteDetails?: Ending["incompleteDetails"];
  error?: JsonObject;
  /** Undefined while it is not over. */
  usage?: Usage | undefined;
  tier?: Response["serviceTier"];
}>;

/**
 * The whole response object (openai 7.55.0 `Response`): what was asked for is repeated as the client said it. The last
 * three members are wanted by OpenRouter's SDK.
 */
export function replyObject(context: ReplyContext, state: ReplyState): JsonObject {
  const { request, createdSeconds } = context;
  const isOver = state.status !== "in_progress";
  const said = (field: string) => request[field] ?? null;
  return {
    id: replyId(context),
    object: "response",
    access_programs: null,
    created_at: createdSeconds,
    status: state.status,
    background: false,
    error: state.error ?? null,
    incomplete_details: state.incompleteDetails ?? null,
    instructions: said("instructions"),
    max_output_tokens: said("max_output_tokens"),
    max_tool_calls: said("max_tool_calls"),
    model: context.model,
    output: state.output,
    parallel_tool_calls: request["parallel_tool_calls"] ?? true,
    previous_response_id: said("previous_response_id"),
    prompt_cache_key: said("prompt_cache_key"),
    prompt_cache_retention: said("prompt_cache_retention"),
    reasoning: { effort: null, summary: null, ...objectOf(request["reasoning"]) },
    safety_identifier: said("safety_identifier"),
    service_tier: state.tier === undefined ? requestedTier(request) : tiers[state.tier],
    store: request["store"] ?? true,
    temperature: request["temperature"] ?? 1,
    text: { format: { type: "text" }, ...objectOf(request["text"]) },
    tool_choice: request["tool_choice"] ?? "auto",
    tools: arrayOf(request["tools"]),
    top_logprobs: request["top_logprobs"] ?? 0,
    top_p: request["top_p"] ?? 1,
    truncation: "disabled",
    usage: isOver && state.status !== "failed" ? encodeUsage(state.usage) : null,
    user: said("user"),
    metadata: objectOf(request["metadata"]) ?? {},
    completed_at: state.status === "completed" ? createdSeconds : null,
    frequency_penalty: 0,
    presence_penalty: 0,
  };
}

export function replyId({ requestId }: Pick<ReplyContext, "requestId">): string {
  return `resp_${requestId}`;
}

/** What was asked for, where the upstream does not tell what it gave. */
function requestedTier(request: JsonObject): string {
  const tier = filledString(request["service_tier"]);
  return tier === undefined || tier === "auto" ? "default" : tier;
}

const tiers = {
  standard: "default",
  priority: "priority",
  flex: "flex",
  batch: "default",
} as const satisfies Record<NonNullable<Response["serviceTier"]>, string>;
