import type { Effort, Json, JsonObject, OutputFormat, Request, Sampling } from "../canonical.ts";
import type { UpstreamTarget } from "../codec.ts";
import { lacks } from "../lacks.ts";
import { sha256Hex, shorten } from "../names.ts";
import type { Notes } from "../notes.ts";
import { encodeEffort } from "./encode-effort.ts";
import { planFormat } from "./plan-format.ts";
import { fitsStrict } from "./strict-schema.ts";
import type { ModelTraits } from "./traits.ts";

export type ParameterEncoding = Readonly<{ target: UpstreamTarget; traits: ModelTraits; found: Notes }>;

const maxStopSequences = 4;
const maxUserIdChars = 128;
const maxFormatNameChars = 64;

/** Everything of a request body that is neither conversation nor tools. `hasTools`: function tools are being sent. */
export function encodeParameters(request: Request, hasTools: boolean, encoding: ParameterEncoding): JsonObject {
  const { traits, found, target } = encoding;
  const { effort, members } = encodeEffort(request.reasoning, hasTools, {
    traits,
    field: target.dialect.effortField,
    found,
  });
  return defined({
    ...encodeLimit(request.maxTokens, encoding),
    ...encodeSampling(request.sampling, effort, encoding),
    stop: encodeStop(request.stop, encoding),
    ...members,
    verbosity: ifSupported(request.verbosity, traits.verbosity, "verbosity", found),
    response_format: encodeFormat(planFormat(request.format, target.dialect).sent),
    ...encodeUser(request, target.dialect.vendor),
    service_tier: encodeTier(request.serviceTier, encoding),
    stream: request.stream || undefined,
    stream_options: request.stream && target.dialect.streamOptions ? { include_usage: true } : undefined,
  });
}

/** Without the members that are undefined. */
function defined(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(members)) if (value !== undefined) kept[name] = value;
  return kept;
}

function encodeLimit(maxTokens: number | undefined, { target, traits, found }: ParameterEncoding): JsonObject {
  if (maxTokens === undefined) return {};
  if (maxTokens < 1) {
    found.reject(
      "max_tokens_unsupported",
      "max_tokens",
      "This upstream cannot answer with no tokens: set 'max_tokens' to 1 or more.",
    );
  }
  const configured = target.dialect.maxTokensField;
  const known = target.dialect.vendor || traits.reasoning ? traits.maxTokensField : "max_tokens";
  return { [configured === "auto" ? known : configured]: maxTokens };
}

/** Reasoning models refuse what steers sampling; the value that changes nothing is dropped without a word. */
function encodeSampling(
  sampling: Sampling,
  effort: Effort | undefined,
  { traits, target, found }: ParameterEncoding,
): Readonly<Record<string, Json | undefined>> {
  const takesAny = !lacks(target.dialect, "sampling");
  const free = takesAny && (!traits.reasoning || (traits.samplingAtNone && effort === "none"));
  const steerable = takesAny && !traits.reasoning;
  const keep = <T extends Json>(value: T | undefined, allowed: boolean, field: string, neutral: T): T | undefined =>
    value === neutral ? (allowed ? value : undefined) : ifSupported(value, allowed, field, found);
  const logprobs = keep(sampling.logprobs, free, "logprobs", false);
  return {
    temperature: keep(sampling.temperature, free, "temperature", 1),
    top_p: keep(sampling.topP, free, "top_p", 1),
    top_k: ifSupported(sampling.topK, false, "top_k", found),
    frequency_penalty: keep(sampling.frequencyPenalty, steerable, "frequency_penalty", 0),
    presence_penalty: keep(sampling.presencePenalty, steerable, "presence_penalty", 0),
    seed: ifSupported(sampling.seed, takesAny, "seed", found),
    logit_bias: ifSupported(sampling.logitBias, steerable, "logit_bias", found),
    logprobs,
    top_logprobs: logprobs === true ? sampling.topLogprobs : undefined,
  };
}

function ifSupported<T>(value: T | undefined, supported: boolean, field: string, found: Notes): T | undefined {
  if (value === undefined || supported) return value;
  found.lose("dropped", field);
  return undefined;
}

function encodeStop(stop: readonly string[], encoding: ParameterEncoding): readonly string[] | undefined {
  const { found } = encoding;
  if (stop.length === 0 || localStop(stop, encoding) !== undefined) return undefined;
  if (stop.length > maxStopSequences) found.lose("clamped", "stop_sequences");
  return stop.slice(0, maxStopSequences);
}

/** Stop sequences that the upstream has no field for; undefined where it has one, or none are asked for. */
export function localStop(
  stop: readonly string[],
  { traits, target }: ParameterEncoding,
): readonly string[] | undefined {
  const takesStop = traits.stop && !lacks(target.dialect, "stop");
  return takesStop || stop.length === 0 ? undefined : stop;
}

/** A format that did not say is strict where its schema allows it. */
function encodeFormat(format: OutputFormat | undefined): JsonObject | undefined {
  switch (format?.kind) {
    case undefined:
    case "text":
      return undefined;
    case "json-object":
      return { type: "json_object" };
    case "json-schema":
      return {
        type: "json_schema",
        json_schema: {
          name: shorten(format.name, maxFormatNameChars),
          ...(format.description === undefined ? {} : { description: format.description }),
          schema: format.schema,
          strict: format.strict ?? fitsStrict(format.schema),
        },
      };
  }
}

/** OpenAI's own host tells users and caches apart by two fields, other servers by `user` at most. */
export function encodeUser(request: Request, vendor: boolean): Readonly<Record<string, Json | undefined>> {
  const { userId } = request;
  const opaqueId = userId !== undefined && userId.length > maxUserIdChars ? sha256Hex(userId) : userId;
  if (!vendor) return { user: opaqueId };
  return { safety_identifier: opaqueId, prompt_cache_key: request.promptCacheKey };
}

export function encodeTier(
  tier: Request["serviceTier"],
  { target, found }: Pick<ParameterEncoding, "target" | "found">,
): string | undefined {
  if (tier === undefined || tier === "auto") return undefined;
  if (target.dialect.vendor) return tier;
  if (tier !== "default") found.lose("dropped", "service_tier");
  return undefined;
}
