import type { Dialect } from "../../contract.ts";
import type { Effort, Json, JsonObject, OutputFormat, Request, Sampling } from "../canonical.ts";
import type { UpstreamTarget } from "../codec.ts";
import { lacks } from "../lacks.ts";
import { shorten } from "../names.ts";
import type { Notes } from "../notes.ts";
import { encodeEffort } from "../openai-chat/encode-effort.ts";
import { encodeTier, encodeUser } from "../openai-chat/encode-parameters.ts";
import { fitsStrict } from "../openai-chat/strict-schema.ts";
import type { ModelTraits } from "../openai-chat/traits.ts";

export type ParameterEncoding = Readonly<{ target: UpstreamTarget; traits: ModelTraits; found: Notes }>;

/** The API takes no smaller limit. */
const minOutputTokens = 16;
const maxFormatNameChars = 64;

/** Everything of a request body that is neither conversation nor tools. */
export function encodeParameters(request: Request, encoding: ParameterEncoding): JsonObject {
  const { target, traits, found } = encoding;
  const { effort } = encodeEffort(request.reasoning, false, { traits, field: effortField(target.dialect), found });
  const summary = traits.reasoning && showsReasoning(request) ? "auto" : undefined;
  const sampling = encodeSampling(request.sampling, effort, encoding);
  const include = [
    ...(traits.reasoning ? ["reasoning.encrypted_content"] : []),
    ...(sampling["top_logprobs"] === undefined ? [] : ["message.output_text.logprobs"]),
    ...(request.tools.some(({ kind }) => kind === "web-search") ? ["web_search_call.action.sources"] : []),
  ];
  return defined({
    max_output_tokens: encodeLimit(request, found),
    ...sampling,
    text: textOptions(request, traits, found),
    reasoning: effort === undefined && summary === undefined ? undefined : defined({ effort, summary }),
    ...encodeUser(request, target.dialect.vendor),
    service_tier: encodeTier(request.serviceTier, encoding),
    prompt_cache_options: request.prewarm === true ? { prewarm: true } : undefined,
    include: include.length === 0 ? undefined : include,
    store: false,
    stream: request.stream || undefined,
  });
}

/** The API has one place for the effort; of the words for those of Chat Completions some say whether it is known at all. */
function effortField({ effortField: field }: Dialect): Dialect["effortField"] {
  return field === "thinking" || field === "enable_thinking" ? "auto" : field;
}

/** Without the members that are undefined. */
function defined(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(members)) if (value !== undefined) kept[name] = value;
  return kept;
}

/** Clients that set a budget for thinking show what is thought, unless they say otherwise. */
function showsReasoning({ reasoning }: Request): boolean {
  return reasoning.visible ?? reasoning.mode === "enabled";
}

function encodeLimit({ maxTokens, prewarm }: Request, found: Notes): number | undefined {
  if (maxTokens === undefined || prewarm === true) return undefined;
  if (maxTokens < 1) {
    found.reject(
      "max_tokens_unsupported",
      "max_tokens",
      "This upstream cannot answer with no tokens: set 'max_tokens' to 1 or more.",
    );
  }
  if (maxTokens < minOutputTokens) found.lose("clamped", "max_tokens");
  return Math.max(minOutputTokens, maxTokens);
}

/** Reasoning models refuse what steers sampling; the value that changes nothing is dropped without a word. */
function encodeSampling(
  sampling: Sampling,
  effort: Effort | undefined,
  { traits, target, found }: ParameterEncoding,
): Readonly<Record<string, Json | undefined>> {
  const takesAny = !lacks(target.dialect, "sampling");
  const free = takesAny && (!traits.reasoning || (traits.samplingAtNone && effort === "none"));
  const keep = (value: number | undefined, field: string): number | undefined => {
    if (value === undefined || free) return value;
    if (value !== 1) found.lose("dropped", field);
    return undefined;
  };
  const uncarried = {
    top_k: sampling.topK,
    frequency_penalty: sampling.frequencyPenalty || undefined,
    presence_penalty: sampling.presencePenalty || undefined,
    seed: sampling.seed,
    logit_bias: sampling.logitBias,
    logprobs: (sampling.logprobs === true && !free) || undefined,
  };
  for (const [field, value] of Object.entries(uncarried)) if (value !== undefined) found.lose("dropped", field);
  return {
    temperature: keep(sampling.temperature, "temperature"),
    top_p: keep(sampling.topP, "top_p"),
    top_logprobs: sampling.logprobs === true && free ? (sampling.topLogprobs ?? 0) : undefined,
  };
}

function textOptions(request: Request, traits: ModelTraits, found: Notes): JsonObject | undefined {
  if (request.verbosity !== undefined && !traits.verbosity) found.lose("dropped", "verbosity");
  const verbosity = traits.verbosity ? request.verbosity : undefined;
  const format = request.format === undefined ? undefined : encodeFormat(request.format);
  return format === undefined && verbosity === undefined ? undefined : defined({ format, verbosity });
}

/** A format that did not say is strict where its schema allows it. */
function encodeFormat(format: OutputFormat): JsonObject | undefined {
  switch (format.kind) {
    case "text":
      return undefined;
    case "json-object":
      return { type: "json_object" };
    case "json-schema":
      return {
        type: "json_schema",
        name: shorten(format.name, maxFormatNameChars),
        ...(format.description === undefined ? {} : { description: format.description }),
        schema: format.schema,
        strict: format.strict ?? fitsStrict(format.schema),
      };
  }
}
