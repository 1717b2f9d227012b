import type { Json, JsonObject, Rejection, Request } from "../canonical.ts";
import type { Decoded } from "../codec.ts";
import { arrayOf, filledString, isArray, isObject, lookup, objectOf } from "../json.ts";
import { type Notes, notes } from "../notes.ts";
import { decodeItems } from "./decode-items.ts";
import { decodeParameters } from "./decode-parameters.ts";
import { decodeToolChoice, decodeTools } from "./decode-tools.ts";

/**
 * A Responses request body (openai 7.55.0 `ResponseCreateParams`) in the neutral form. What it goes on from
 * (`previous_response_id`) has been put before its input by then, where the gateway has it.
 */
export function decodeRequest(body: JsonObject): Decoded<Request> | Rejection {
  const found = notes();
  checkRequired(body, found);
  const input = arrayOf(body["input"]);
  const added = input.flatMap((item, index) =>
    objectOf(item)?.["type"] === "additional_tools"
      ? arrayOf(objectOf(item)?.["tools"]).map((tool, at) => ({ tool, path: `input[${index}].tools[${at}]` }))
      : [],
  );
  const declared = arrayOf(body["tools"]).map((tool, index) => ({ tool, path: `tools[${index}]` }));
  const tools = decodeTools([...declared, ...added], found);
  const instructions = filledString(body["instructions"]);
  const conversation = decodeItems(
    typeof body["input"] === "string" ? [{ role: "user", content: body["input"] }] : input,
    found,
  );
  const value: Request = {
    model: filledString(body["model"]) ?? "",
    system: [
      ...(instructions === undefined ? [] : [{ kind: "text", text: instructions } as const]),
      ...conversation.system,
    ],
    turns: conversation.turns,
    tools,
    toolChoice: decodeToolChoice(body["tool_choice"], tools, found),
    ...decodeParameters(withUpdates(body, input, found), found),
  };
  for (const [field, setting] of Object.entries(body)) noteUncarried(field, setting, found);
  return found.rejection() ?? { kind: "decoded", value, losses: found.losses() };
}

function checkRequired(body: JsonObject, found: Notes): void {
  if (filledString(body["model"]) === undefined) {
    found.reject("missing_required_parameter", "model", "'model' must be the name of a model.");
  }
  const { input, instructions } = body;
  if (typeof input === "string" || (isArray(input) && input.length > 0)) return;
  if (input !== undefined && input !== null && !isArray(input)) {
    found.reject("invalid_type", "input", "'input' must be a string or a list of items.");
  } else if (filledString(instructions) === undefined) {
    found.reject("missing_required_parameter", "input", "'input' is missing: send a string or a list of items.");
  }
}

/** Settings that items change from their place on hold for the whole answer; the last one counts. */
function withUpdates(body: JsonObject, input: readonly Json[], found: Notes): JsonObject {
  let merged = body;
  for (const [index, item] of input.entries()) {
    if (!isObject(item) || item["type"] !== "configuration_update") continue;
    found.lose("configuration_moved", `input[${index}]`);
    const { type: _type, id: _id, configuration, ...rest } = item;
    merged = { ...merged, ...(objectOf(configuration) ?? rest) };
  }
  return merged;
}

/** Fields the other decoders read, and fields that tune OpenAI's own service or this gateway and change no answer. */
const carried: ReadonlySet<string> = new Set([
  ...["model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "max_output_tokens"],
  ...["temperature", "top_p", "top_logprobs", "text", "reasoning", "user", "safety_identifier", "service_tier"],
  ...["prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "stream", "stream_options", "metadata"],
  ...["include", "store", "previous_response_id", "client_metadata"],
]);

type Note = (value: Json, found: Notes) => void;

/** Known fields with no place in the neutral form: what sets one apart from doing nothing. */
const uncarried = {
  background: (value, found) => {
    if (value !== true) return;
    found.reject("background_unsupported", "background", "Only OpenAI answers in the background: remove 'background'.");
  },
  conversation: (_value, found) =>
    found.reject(
      "conversation_unsupported",
      "conversation",
      "Only OpenAI keeps conversations: send the items in 'input', or 'previous_response_id'.",
    ),
  prompt: (_value, found) =>
    found.reject("prompt_unsupported", "prompt", "Prompt templates are kept at OpenAI: send their text as 'input'."),
  access_programs: (_value, found) =>
    found.reject("access_programs_unsupported", "access_programs", "Remove 'access_programs': only OpenAI has them."),
  max_tool_calls: (_value, found) => found.lose("dropped", "max_tool_calls"),
  truncation: (value, found) => {
    if (value !== "disabled") found.lose("dropped", "truncation");
  },
  context_management: (value, found) => {
    if (arrayOf(value).length > 0) found.lose("dropped", "context_management");
  },
  moderation: (_value, found) => found.lose("dropped", "moderation"),
} as const satisfies Record<string, Note>;

function noteUncarried(field: string, value: Json, found: Notes): void {
  if (value === null || carried.has(field)) return;
  const note = lookup<Note>(uncarried, field);
  if (note === undefined) found.lose("unknown_field", field);
  else note(value, found);
}
