import type { Json, JsonObject, Rejection, Request } from "../canonical.ts";
import type { Decoded } from "../codec.ts";
import { arrayOf, isArray, numberOf, objectOf, stringOf } from "../json.ts";
import { type Notes, notes } from "../notes.ts";
import { placesIn } from "../places.ts";
import { fieldPlaces } from "./field-places.ts";

/** What the API generates when it is not told (openai 7.55.0, `CompletionCreateParams.max_tokens`). */
const usualMaxTokens = 16;

/** What a conversation cannot be asked for, and when it is asked for. */
const legacyOnly: Readonly<Record<string, (value: Json) => boolean>> = {
  suffix: (value) => value !== "",
  echo: (value) => value === true,
  best_of: (value) => value !== 1,
  logprobs: () => true,
  n: (value) => value !== 1,
};

/** Members that are read below, or that only shape the answer. */
const known: ReadonlySet<string> = new Set([
  "model",
  "prompt",
  "max_tokens",
  "stop",
  "temperature",
  "top_p",
  "frequency_penalty",
  "presence_penalty",
  "seed",
  "logit_bias",
  "user",
  "stream",
  "stream_options",
  ...Object.keys(legacyOnly),
]);

/**
 * One prompt as one message of the user's (openai 7.55.0, `CompletionCreateParams`). What only the legacy API itself can
 * do is refused: an answer without it would be another answer.
 */
export function decodeRequest(body: JsonObject): Decoded<Request> | Rejection {
  const noted = notes();
  for (const [member, asks] of Object.entries(legacyOnly)) {
    const value = body[member];
    if (value !== undefined && value !== null && asks(value)) {
      noted.reject(
        "unsupported_parameter",
        member,
        `"${member}" needs a provider that has the legacy completions API.`,
      );
    }
  }
  const prompt = promptOf(body["prompt"], noted);
  for (const [member, value] of Object.entries(body)) {
    if (!known.has(member) && value !== null) noted.lose("unknown_field", member);
  }
  const rejection = noted.rejection();
  if (rejection !== undefined) return rejection;
  const places = placesIn(body, fieldPlaces, noted.marks);
  return { kind: "decoded", value: requestOf(body, prompt), losses: noted.losses(), places };
}

function requestOf(body: JsonObject, prompt: string): Request {
  const { stop } = body;
  return {
    model: stringOf(body["model"]) ?? "",
    system: [],
    turns: [{ role: "user", blocks: [{ kind: "text", text: prompt }] }],
    tools: [],
    maxTokens: numberOf(body["max_tokens"]) ?? usualMaxTokens,
    maxTokensCountsReasoning: false,
    stop: typeof stop === "string" ? [stop] : arrayOf(stop).filter((one) => typeof one === "string"),
    sampling: {
      temperature: numberOf(body["temperature"]),
      topP: numberOf(body["top_p"]),
      frequencyPenalty: numberOf(body["frequency_penalty"]),
      presencePenalty: numberOf(body["presence_penalty"]),
      seed: numberOf(body["seed"]),
      logitBias: objectOf(body["logit_bias"]),
    },
    reasoning: {},
    userId: stringOf(body["user"]),
    stream: body["stream"] === true,
  };
}

/** A text, or a list of one. */
function promptOf(prompt: Json | undefined, noted: Notes): string {
  const [only, ...others] = isArray(prompt) ? prompt : [prompt];
  if (typeof only === "string" && others.length === 0) return only;
  const isTokens = typeof only === "number" || isArray(only);
  const why = isTokens
    ? "holds tokens, which only a provider with the legacy completions API can read"
    : others.length > 0
      ? "holds several prompts; a provider without the legacy completions API takes one"
      : "must be a text";
  noted.reject(isTokens || others.length > 0 ? "unsupported_parameter" : "invalid_value", "prompt", `"prompt" ${why}.`);
  return "";
}
