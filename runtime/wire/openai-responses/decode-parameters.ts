import type { Effort, Json, JsonObject, OutputFormat, Reasoning, Request } from "../canonical.ts";
import { arrayOf, booleanOf, filledString, lookup, numberOf, objectOf, stringOf } from "../json.ts";
import type { Notes } from "../notes.ts";

/** Everything of a request that is neither conversation nor tools. */
type Parameters = Omit<Request, "model" | "system" | "turns" | "tools" | "toolChoice">;

export function decodeParameters(body: JsonObject, found: Notes): Parameters {
  const text = objectOf(body["text"]);
  const include = arrayOf(body["include"]);
  const topLogprobs = numberField(body, "top_logprobs", found);
  const caching = objectOf(body["prompt_cache_options"]);
  const prewarm = caching?.["prewarm"] === true;
  return {
    parallelToolCalls: booleanOf(body["parallel_tool_calls"]),
    maxTokens: numberField(body, "max_output_tokens", found),
    ...(prewarm ? { prewarm } : {}),
    maxTokensCountsReasoning: true,
    stop: [],
    format: decodeFormat(text?.["format"], found),
    verbosity: oneOf(text?.["verbosity"], "text.verbosity", verbosities, found),
    sampling: {
      temperature: numberField(body, "temperature", found),
      topP: numberField(body, "top_p", found),
      logprobs: include.includes("message.output_text.logprobs") || (topLogprobs ?? 0) > 0 ? true : undefined,
      topLogprobs,
    },
    reasoning: decodeReasoning(objectOf(body["reasoning"]), found),
    userId: filledString(body["safety_identifier"]) ?? filledString(body["user"]),
    serviceTier: decodeTier(body["service_tier"], found),
    promptCacheKey: filledString(body["prompt_cache_key"]),
    ...(caching?.["mode"] === "explicit" ? { caching: "explicit" } : {}),
    stream: body["stream"] === true,
  };
}

function numberField(body: JsonObject, field: string, found: Notes): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  const number = numberOf(value);
  if (number === undefined) found.reject("invalid_type", field, `'${field}' must be a number.`);
  return number;
}

function oneOf<T>(
  word: Json | undefined,
  field: string,
  table: Readonly<Record<string, T>>,
  found: Notes,
): T | undefined {
  if (word === undefined || word === null) return undefined;
  const value = lookup(table, stringOf(word));
  if (value === undefined) {
    found.reject("invalid_value", field, `'${field}' must be one of: ${Object.keys(table).join(", ")}.`);
  }
  return value;
}

const verbosities = { low: "low", medium: "medium", high: "high" } as const;

const tiers = {
  auto: "auto",
  default: "default",
  flex: "flex",
  priority: "priority",
  fast: "priority",
  scale: "scale",
  ultrafast: "priority",
} as const satisfies Record<string, NonNullable<Request["serviceTier"]>>;

function decodeTier(value: Json | undefined, found: Notes): Request["serviceTier"] {
  if (value === "ultrafast") found.lose("clamped", "service_tier");
  return oneOf<NonNullable<Request["serviceTier"]>>(value, "service_tier", tiers, found);
}

const efforts: Readonly<Record<string, Effort>> = {
  none: "none",
  minimal: "minimal",
  low: "low",
  medium: "medium",
  high: "high",
  xhigh: "xhigh",
  max: "max",
};

function decodeReasoning(reasoning: JsonObject | undefined, found: Notes): Reasoning {
  if (reasoning === undefined) return {};
  const summary = reasoning["summary"] ?? reasoning["generate_summary"];
  const isPro = reasoning["mode"] === "pro";
  if (isPro) found.lose("downgraded", "reasoning.mode");
  const effort = oneOf(reasoning["effort"], "reasoning.effort", efforts, found);
  const visible = summary !== undefined && summary !== null;
  return { effort: isPro ? "max" : effort, visible: visible || undefined };
}

function decodeFormat(value: Json | undefined, found: Notes): OutputFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const format = objectOf(value);
  switch (format?.["type"]) {
    case "text":
      return { kind: "text" };
    case "json_object":
      return { kind: "json-object" };
    case "json_schema":
      return {
        kind: "json-schema",
        name: filledString(format["name"]) ?? "response",
        description: filledString(format["description"]),
        schema: objectOf(format["schema"]) ?? {},
        strict: booleanOf(format["strict"]),
      };
    default:
      found.reject(
        "text_format_unsupported",
        "text.format.type",
        "'text.format.type' must be text, json_object or json_schema.",
      );
      return undefined;
  }
}
