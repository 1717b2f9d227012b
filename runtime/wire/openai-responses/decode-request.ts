import type { Json, JsonObject, Rejection, Request } from "../canonical.ts";
import type { Decoded } from "../codec.ts";
import { arrayOf, filledString, isArray, isObject, lookup, objectOf } from "../json.ts";
import { type Notes, notes } from "../notes.ts";
import { placesIn } from "../places.ts";
import { decodeItems } from "./decode-items.ts";
import { decodeParameters } from "./decode-parameters.ts";
import { decodeToolChoice } from "./decode-tool-choice.ts";
import { type DeclaredTool, decodeTools } from "./decode-tools.ts";
import { fieldPlaces } from "./field-places.ts";
import { limitSearches } from "./limit-searches.ts";

/**
 * A Responses request body (openai 7.55.0 `ResponseCreateParams`) in the neutral form. What it goes on from
 * (`previous_response_id`) has been put before its input by then, where the gateway has it.
 */
export function decodeRequest(body: JsonObject): Decoded<Request> | Rejection {
  const found = notes();
  checkRequired(body, found);
  const input = arrayOf(body["input"]);
  const added = input.flatMap((item, index) => addedTools(item, `input[${index}]`));
  const declared = arrayOf(body["tools"]).map((tool, index) => ({ tool, path: `tools[${index}]` }));
  const tools = limitSearches(decodeTools([...declared, ...added], found), body["max_tool_calls"], found);
  const instructions = filledString(body["instructions"]);
  const conversation = decodeItems(
    typeof body["input"] === "string" ? [{ role: "user", content: body["input"] }] : input,
    found,
  );
  const value: Request = {
    model: filledString(body["model"]) ?? "",
    system: [
      ...(instructions === undefined ? [] : [found.at("instructions", { kind: "text", text: instructions })]),
      ...conversation.system,
    ],
    turns: conversation.turns,
    tools,
    toolChoice: decodeToolChoice(body["tool_choice"], tools, found),
    ...decodeParameters(withUpdates(body, input, found), found),
  };
  for (const [field, setting] of Object.entries(body)) noteUncarried(field, setting, found);
  const places = placesIn(body, fieldPlaces, found.marks);
  return found.rejection() ?? { kind: "decoded", value, losses: found.losses(), places };
}

/** Tools that items bring along: those a client adds on the way, and those that a search among its tools has found. */
function addedTools(item: Json, path: string): readonly DeclaredTool[] {
  const { type, tools } = objectOf(item) ?? {};
  if (type !== "additional_tools" && type !== "tool_search_output") return [];
  return arrayOf(tools).map((tool, index) => ({ tool, path: `${path}.tools[${index}]` }));
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
  let { reasoning, text } = body;
  for (const [index, item] of input.entries()) {
    if (!isObject(item) || item["type"] !== "configuration_update") continue;
    found.lose("configuration_moved", `input[${index}]`);
    reasoning = merged(reasoning, item["reasoning"]);
    text = merged(text, item["text"]);
  }
  return { ...body, ...(reasoning === undefined ? {} : { reasoning }), ...(text === undefined ? {} : { text }) };
}

function merged(settings: Json | undefined, update: Json | undefined): Json | undefined {
  return isObject(update) ? { ...objectOf(settings), ...update } : settings;
}

/** Fields the other decoders read, and fields that tune OpenAI's own service or this gateway and change no answer. */
const carried: ReadonlySet<string> = new Set([
  ...["model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "max_output_tokens"],
  ...["temperature", "top_p", "top_logprobs", "text", "reasoning", "user", "safety_identifier", "service_tier"],
  ...["prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "stream", "stream_options", "metadata"],
  ...["include", "store", "max_tool_calls", "image", "client_metadata"],
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
  previous_response_id: (_value, found) =>
    found.reject(
      "previous_response_not_found",
      "previous_response_id",
      "The earlier response is not kept here: send its items in 'input' instead of 'previous_response_id'.",
    ),
  prompt: (_value, found) =>
    found.reject("prompt_unsupported", "prompt", "Prompt templates are kept at OpenAI: send their text as 'input'."),
  access_programs: (_value, found) =>
    found.reject("access_programs_unsupported", "access_programs", "Remove 'access_programs': only OpenAI has them."),
  truncation: (value, found) => {
    if (value !== "disabled") found.lose("dropped", "truncation");
  },
  context_management: (value, found) => {
    if (arrayOf(value).length > 0) found.lose("dropped", "context_management");
  },
  moderation: (value, found) => {
    const policy = objectOf(objectOf(value)?.["policy"]);
    const isBlocking = Object.values(policy ?? {}).some((side) => objectOf(side)?.["mode"] === "block");
    if (!isBlocking) found.lose("dropped", "moderation");
    else {
      found.reject(
        "moderation_unsupported",
        "moderation.policy",
        "Only OpenAI blocks what its moderation finds: use the mode 'score', or a model of OpenAI's.",
      );
    }
  },
} as const satisfies Record<string, Note>;

function noteUncarried(field: string, value: Json, found: Notes): void {
  if (value === null || carried.has(field)) return;
  const note = lookup<Note>(uncarried, field);
  if (note === undefined) found.lose("unknown_field", field);
  else note(value, found);
}
