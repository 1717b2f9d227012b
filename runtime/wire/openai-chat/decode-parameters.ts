import type { Effort, Json, JsonObject, OutputFormat, Reasoning, Request, Sampling } from "../canonical.ts";
import { booleanOf, filledString, isArray, lookup, numberOf, objectOf, stringOf } from "../json.ts";
import type { Notes } from "../notes.ts";

/** Everything of a request that is neither conversation nor tools. */
type Parameters = Omit<Request, "model" | "system" | "turns" | "tools" | "toolChoice">;

export function decodeParameters(body: JsonObject, found: Notes): Parameters {
  const fields = typedFields(body, found);
  const completion = fields.number("max_completion_tokens");
  const legacy = fields.number("max_tokens");
  const caching = objectOf(body["prompt_cache_options"]);
  const prewarm = caching?.["prewarm"] === true;
  return {
    parallelToolCalls: fields.boolean("parallel_tool_calls"),
    maxTokens: completion ?? legacy,
    prewarm,
    maxTokensCountsReasoning: prewarm || completion !== undefined || legacy === undefined,
    stop: decodeStop(body["stop"], found),
    format: decodeFormat(body["response_format"], found),
    verbosity: oneOf(body, "verbosity", verbosities, found),
    sampling: { ...decodeSampling(fields), logitBias: objectOf(body["logit_bias"]) },
    reasoning: decodeReasoningOptions(body, found),
    userId: fields.string("safety_identifier") ?? fields.string("user"),
    serviceTier: oneOf(body, "service_tier", serviceTiers, found),
    promptCacheKey: fields.string("prompt_cache_key"),
    ...(caching?.["mode"] === "explicit" ? { caching: "explicit" } : {}),
    stream: fields.boolean("stream") ?? false,
  };
}

type TypedFields = Readonly<{
  number(field: string): number | undefined;
  string(field: string): string | undefined;
  boolean(field: string): boolean | undefined;
}>;

/** Reads top-level fields; null counts as absent, another type is a rejection. */
function typedFields(body: JsonObject, found: Notes): TypedFields {
  function read<T>(field: string, of: (value: Json | undefined) => T | undefined, type: string): T | undefined {
    const value = body[field];
    if (value === undefined || value === null) return undefined;
    const typed = of(value);
    if (typed === undefined) found.reject("invalid_type", field, `'${field}' must be ${type}.`);
    return typed;
  }
  return {
    number: (field) => read(field, numberOf, "a number"),
    string: (field) => read(field, stringOf, "a string"),
    boolean: (field) => read(field, booleanOf, "true or false"),
  };
}

const verbosities = { low: "low", medium: "medium", high: "high" } as const;

const serviceTiers = {
  auto: "auto",
  default: "default",
  flex: "flex",
  priority: "priority",
  fast: "priority",
  scale: "scale",
} as const satisfies Record<string, Request["serviceTier"]>;

const efforts: Readonly<Record<string, Effort>> = {
  none: "none",
  minimal: "minimal",
  low: "low",
  medium: "medium",
  high: "high",
  xhigh: "xhigh",
  max: "max",
};

function oneOf<T>(body: JsonObject, field: string, table: Readonly<Record<string, T>>, found: Notes): T | undefined {
  const word = body[field];
  if (word === undefined || word === null) return undefined;
  const value = lookup(table, stringOf(word));
  if (value === undefined) {
    found.reject("invalid_value", field, `'${field}' must be one of: ${Object.keys(table).join(", ")}.`);
  }
  return value;
}

function decodeSampling(fields: TypedFields): Sampling {
  return {
    temperature: fields.number("temperature"),
    topP: fields.number("top_p"),
    topK: fields.number("top_k"),
    frequencyPenalty: fields.number("frequency_penalty"),
    presencePenalty: fields.number("presence_penalty"),
    seed: fields.number("seed"),
    logprobs: fields.boolean("logprobs"),
    topLogprobs: fields.number("top_logprobs"),
  };
}

/** One string or a list; empty sequences match nothing and are dropped. */
function decodeStop(stop: Json | undefined, found: Notes): readonly string[] {
  if (stop === undefined || stop === null) return [];
  const list = isArray(stop) ? stop : [stop];
  const sequences = list.map(stringOf).filter((sequence) => sequence !== undefined);
  if (sequences.length < list.length) {
    found.reject("invalid_type", "stop", "'stop' must be a string or a list of strings.");
  }
  return sequences.filter((sequence) => sequence !== "");
}

function decodeFormat(value: Json | undefined, found: Notes): OutputFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const format = objectOf(value);
  const spec = objectOf(format?.["json_schema"]);
  switch (format?.["type"]) {
    case "text":
      return { kind: "text" };
    case "json_object":
      return jsonObjectFormat(objectOf(format["schema"]));
    case "json_schema":
      return {
        kind: "json-schema",
        name: filledString(spec?.["name"]) ?? "response",
        description: filledString(spec?.["description"]),
        schema: objectOf(spec?.["schema"]) ?? {},
        strict: booleanOf(spec?.["strict"]),
      };
    default:
      found.reject(
        "response_format_unsupported",
        "response_format.type",
        "'response_format.type' must be text, json_object or json_schema.",
      );
      return undefined;
  }
}

/** Some servers and their SDKs put a schema beside `json_object`. */
function jsonObjectFormat(schema: JsonObject | undefined): OutputFormat {
  if (schema === undefined) return { kind: "json-object" };
  return { kind: "json-schema", name: "response", schema, strict: false };
}

/** `reasoning_effort`, and OpenRouter's `reasoning` and `include_reasoning`, which many clients send. */
function decodeReasoningOptions(body: JsonObject, found: Notes): Reasoning {
  const options = objectOf(body["reasoning"]);
  const effort = oneOf(body, "reasoning_effort", efforts, found) ?? lookup(efforts, stringOf(options?.["effort"]));
  const visible = body["include_reasoning"] === true || filledString(options?.["summary"]) !== undefined;
  return {
    effort: effort ?? (options?.["enabled"] === false ? "none" : undefined),
    budgetTokens: numberOf(options?.["max_tokens"]),
    visible: visible || undefined,
  };
}
