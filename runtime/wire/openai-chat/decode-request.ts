import type { Json, JsonObject, Rejection, Request } from "../canonical.ts";
import type { Decoded } from "../codec.ts";
import { arrayOf, filledString, isArray, lookup, objectOf } from "../json.ts";
import { type Notes, notes } from "../notes.ts";
import { placesIn } from "../places.ts";
import { decodeMessages } from "./decode-messages.ts";
import { decodeParameters } from "./decode-parameters.ts";
import { decodeToolChoice, decodeTools } from "./decode-tools.ts";
import { fieldPlaces } from "./field-places.ts";

/** A Chat Completions request body (openai 7.55.0 `ChatCompletionCreateParams`) in the neutral form. */
export function decodeRequest(body: JsonObject): Decoded<Request> | Rejection {
  const found = notes();
  checkRequired(body, found);
  const tools = decodeTools(body, found);
  const value: Request = {
    model: filledString(body["model"]) ?? "",
    ...decodeMessages(arrayOf(body["messages"]), found),
    tools,
    toolChoice: decodeToolChoice(body, tools, found),
    ...decodeParameters(body, found),
  };
  for (const [field, setting] of Object.entries(body)) noteUncarried(field, setting, found);
  const places = placesIn(body, fieldPlaces, found.marks);
  return found.rejection() ?? { kind: "decoded", value, losses: found.losses(), places };
}

function checkRequired(body: JsonObject, found: Notes): void {
  if (filledString(body["model"]) === undefined) {
    found.reject("missing_required_parameter", "model", "'model' must be the name of a model.");
  }
  const messages = body["messages"];
  if (messages === undefined) {
    found.reject("missing_required_parameter", "messages", "'messages' is missing: send a list of messages.");
  } else if (!isArray(messages)) {
    found.reject("invalid_type", "messages", "'messages' must be a list of messages.");
  } else if (messages.length === 0) {
    found.reject("empty_array", "messages", "'messages' is empty: send at least one message.");
  }
}

/** Fields the other decoders read, and fields that tune OpenAI's own service or this gateway and change no answer. */
const carried: ReadonlySet<string> = new Set([
  ...["model", "messages", "tools", "functions", "tool_choice", "function_call", "parallel_tool_calls"],
  ...["max_tokens", "max_completion_tokens", "stop", "response_format", "verbosity", "reasoning_effort", "reasoning"],
  ...["include_reasoning", "temperature", "top_p", "top_k", "frequency_penalty", "presence_penalty", "seed"],
  ...[
    "logit_bias",
    "logprobs",
    "top_logprobs",
    "user",
    "safety_identifier",
    "service_tier",
    "prompt_cache_key",
    "stream",
  ],
  ...["stream_options", "metadata", "prompt_cache_options", "prompt_cache_retention", "web_search_options"],
]);

/** Known fields with no place in the neutral form: what sets one apart from doing nothing. */
const uncarried = {
  n: (value, found) => {
    if (value === 1) return;
    found.reject("n_unsupported", "n", "Only one choice can be made here: remove 'n', or send several requests.");
  },
  audio: (_value, found) => rejectAudio("audio", found),
  modalities: (value, found) => {
    if (!isArray(value) || value.some((modality) => modality !== "text")) rejectAudio("modalities", found);
  },
  moderation: (value, found) => {
    const policy = objectOf(objectOf(value)?.["policy"]);
    const blocks = [policy?.["input"], policy?.["output"]].some((stage) => objectOf(stage)?.["mode"] === "block");
    if (!blocks) return found.lose("dropped", "moderation");
    const hint = "Only OpenAI can block by moderation: remove 'moderation.policy', or use an OpenAI model.";
    found.reject("moderation_unsupported", "moderation", hint);
  },
  store: (value, found) => {
    if (value !== false) found.lose("dropped", "store");
  },
  prediction: (_value, found) => found.lose("dropped", "prediction"),
} as const satisfies Record<string, (value: Json, found: Notes) => void>;

function rejectAudio(field: string, found: Notes): void {
  found.reject("audio_unsupported", field, `Spoken answers cannot be made here: remove '${field}' and ask for text.`);
}

function noteUncarried(field: string, value: Json, found: Notes): void {
  if (value === null || carried.has(field)) return;
  const note = lookup<(value: Json, found: Notes) => void>(uncarried, field);
  if (note === undefined) found.lose("unknown_field", field);
  else note(value, found);
}
