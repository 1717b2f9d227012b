import type { Json, JsonObject, OutputFormat, Reasoning, Rejection, Request } from "../canonical.ts";
import type { Decoded } from "../codec.ts";
import { arrayOf, filledString, isObject, lookup, numberOf, objectOf, parseJson, stringOf } from "../json.ts";
import { type Notes, notes } from "../notes.ts";
import { placesIn } from "../places.ts";
import { dotted, reject } from "./decode-blocks.ts";
import { decodeMessages, decodeSystem } from "./decode-messages.ts";
import { decodeToolChoice, decodeTools } from "./decode-tools.ts";
import { fieldPlaces } from "./field-places.ts";

/** A `POST /v1/messages` body (@anthropic-ai/sdk 1.11 and 0.137 types, beta fields included) in the neutral form. */
export function decodeRequest(body: JsonObject): Decoded<Request> | Rejection {
  const found = notes();
  const model = filledString(body["model"]);
  if (model === undefined) reject(found, "invalid_value", "model", "must be the name of a model");
  const value: Request = {
    model: model ?? "",
    system: decodeSystem(body["system"], found),
    turns: decodeMessages(body["messages"], found),
    tools: decodeTools(body["tools"], found),
    toolChoice: decodeToolChoice(body["tool_choice"], found),
    parallelToolCalls: objectOf(body["tool_choice"])?.["disable_parallel_tool_use"] === true ? false : undefined,
    maxTokens: number(body, "max_tokens", found),
    maxTokensCountsReasoning: true,
    stop: decodeStop(body["stop_sequences"], found),
    format: decodeFormat(body, found),
    sampling: {
      temperature: number(body, "temperature", found),
      topP: number(body, "top_p", found),
      topK: number(body, "top_k", found),
    },
    reasoning: decodeReasoning(body, found),
    ...decodeUser(body["metadata"]),
    serviceTier: body["service_tier"] === "standard_only" ? "default" : undefined,
    stream: body["stream"] === true,
  };
  for (const [field, setting] of Object.entries(body)) noteUncarried(field, setting, found);
  const places = placesIn(body, fieldPlaces, found.marks, dotted);
  return found.rejection() ?? { kind: "decoded", value, losses: found.losses(), places };
}

function number(body: JsonObject, field: string, found: Notes): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (numberOf(value) === undefined) reject(found, "invalid_type", field, "must be a number");
  return numberOf(value);
}

function decodeStop(value: Json | undefined, found: Notes): readonly string[] {
  const sequences = arrayOf(value).map(stringOf);
  const isList = value === undefined || value === null || Array.isArray(value);
  if (!isList || sequences.includes(undefined))
    reject(found, "invalid_type", "stop_sequences", "must be a list of strings");
  return sequences.filter((sequence) => sequence !== undefined);
}

/** `output_format` is the beta's name of `output_config.format`. */
function decodeFormat(body: JsonObject, found: Notes): OutputFormat | undefined {
  const nested = objectOf(body["output_config"])?.["format"] ?? undefined;
  const path = nested === undefined ? "output_format" : "output_config.format";
  const format = nested ?? body["output_format"] ?? undefined;
  if (format === undefined || format === null) return undefined;
  const schema = isObject(format) && format["type"] === "json_schema" ? objectOf(format["schema"]) : undefined;
  if (schema === undefined) {
    reject(found, "invalid_value", path, 'must have the type "json_schema" and a schema');
    return undefined;
  }
  return { kind: "json-schema", name: "response", schema, strict: undefined };
}

const efforts = { low: "low", medium: "medium", high: "high", xhigh: "xhigh", max: "max" } as const;
/** `auto` is no value of the API, but some clients send it. */
const modes = {
  disabled: "disabled",
  enabled: "enabled",
  adaptive: "adaptive",
  auto: "adaptive",
  between_tools: "between_tools",
} as const;

function decodeReasoning(body: JsonObject, found: Notes): Reasoning {
  const thinking = objectOf(body["thinking"]);
  const mode = lookup<Reasoning["mode"]>(modes, stringOf(thinking?.["type"]));
  const named = stringOf(objectOf(body["output_config"])?.["effort"]);
  const effort = lookup<Reasoning["effort"]>(efforts, named);
  if (thinking !== undefined && mode === undefined) {
    reject(found, "invalid_value", "thinking.type", `must be one of ${Object.keys(modes).join(", ")}`);
  }
  if (named !== undefined && effort === undefined) {
    reject(found, "invalid_value", "output_config.effort", `must be one of ${Object.keys(efforts).join(", ")}`);
  }
  return {
    effort,
    mode,
    budgetTokens: numberOf(thinking?.["budget_tokens"]),
    visible: showsThinking(mode, thinking?.["display"]) || undefined,
  };
}

/** Models that take a budget show what they think unless told otherwise; newer ones hide it unless asked. */
function showsThinking(mode: Reasoning["mode"], display: Json | undefined): boolean {
  return display === "summarized" || (mode === "enabled" && display !== "omitted");
}

/** Claude Code packs its session into `user_id`, as JSON or as `user_…_session_…`; prompts of one session share a prefix. */
function decodeUser(metadata: Json | undefined): Pick<Request, "userId" | "promptCacheKey"> {
  const userId = filledString(objectOf(metadata)?.["user_id"]);
  if (userId === undefined) return {};
  const session = filledString(objectOf(parseJson(userId))?.["session_id"]) ?? /_session_(.+)$/.exec(userId)?.[1];
  return { userId, ...(session === undefined ? {} : { promptCacheKey: session }) };
}

/** Fields read above, and those that only tune cost or cache of Anthropic's own service. */
const carried: ReadonlySet<string> = new Set([
  ...["model", "system", "messages", "tools", "tool_choice", "max_tokens", "stop_sequences", "output_config"],
  ...["output_format", "temperature", "top_p", "top_k", "thinking", "metadata", "service_tier", "stream"],
  ...["cache_control", "fallbacks", "fallback_credit_token"],
]);

type Note = (value: Json, found: Notes) => void;

function drop(field: string): Note {
  return (_value, found) => found.lose("dropped", field);
}

/** Without such a field the model would see or do something else, so the request is not sent at all. */
function refuse(field: string, isUsed: (value: Json) => boolean = () => true): Note {
  return (value, found) => {
    if (isUsed(value)) {
      reject(found, `${field}_unsupported`, field, "is not supported by the model's provider; remove it");
    }
  };
}

const uncarried = {
  context_management: drop("context_management"),
  inference_geo: drop("inference_geo"),
  diagnostics: drop("diagnostics"),
  billing_policy: drop("billing_policy"),
  safeguards: drop("safeguards"),
  user_profile_id: drop("user_profile_id"),
  container: refuse("container"),
  compaction: refuse("compaction"),
  mcp_servers: refuse("mcp_servers", (value) => arrayOf(value).length > 0),
  speed: (value, found) => {
    if (value === "fast") found.lose("dropped", "speed");
  },
  thread: noteThread,
} as const satisfies Record<string, Note>;

function noteUncarried(field: string, value: Json, found: Notes): void {
  if (value === null || carried.has(field)) return;
  const note = lookup<Note>(uncarried, field);
  if (note === undefined) found.lose("unknown_field", field);
  else note(value, found);
}

/**
 * A continued thread holds its history at Anthropic. The vendor's code for it makes the SDK's tool runner send the whole
 * conversation again; any other 400 ends it (@anthropic-ai/sdk 1.11, lib/threads).
 */
function noteThread(thread: Json, found: Notes): void {
  if (objectOf(thread)?.["type"] === "continue") {
    const rule = "this model's provider keeps no threads; send the whole conversation without thread";
    reject(found, "thread_unsupported_request", "thread", rule);
  } else found.lose("dropped", "thread");
}
