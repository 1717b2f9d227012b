import type { Json, JsonObject, OutputFormat, Request, Sampling } from "../canonical.ts";
import { lacks } from "../lacks.ts";
import type { Notes } from "../notes.ts";
import { planReasoning } from "./encode-reasoning.ts";
import { toResponseSchema } from "./encode-schema.ts";
import type { ToolEncoding } from "./encode-tools.ts";

const maxStopSequences = 5;
const maxSeed = 2 ** 31 - 1;

/** `generationConfig`; `format` is what of the wanted form of the answer the API can be told there. */
export function encodeParameters(
  request: Request,
  format: OutputFormat | undefined,
  encoding: ToolEncoding,
): JsonObject {
  const { traits, found } = encoding;
  const { thinkingConfig, addedTokens } = planReasoning(request.reasoning, traits, found);
  loseForeign(request, found);
  return defined({
    maxOutputTokens: encodeLimit(request, addedTokens, encoding),
    ...encodeSampling(request.sampling, encoding),
    stopSequences: encodeStop(request.stop, encoding),
    ...encodeFormat(format, found),
    thinkingConfig,
  });
}

/** Without the members that are undefined. */
function defined(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(members)) if (value !== undefined) kept[name] = value;
  return kept;
}

/** Thoughts count as output here, so a limit that was for visible text only is raised by a budget for them. */
function encodeLimit(request: Request, addedTokens: number, { traits, found }: ToolEncoding): number | undefined {
  const { maxTokens, prewarm, maxTokensCountsReasoning } = request;
  if (prewarm === true) {
    // Google's cache fills by itself, and an answer has at least one token.
    found.lose("downgraded", "prewarm");
    return 1;
  }
  if (maxTokens === undefined) return undefined;
  if (maxTokens < 1) {
    found.reject("max_tokens_unsupported", "max_tokens", "max_tokens: must be at least 1 for this model");
  }
  if (maxTokens > traits.maxOutputTokens) found.lose("clamped", "max_tokens");
  return Math.min(maxTokens + (maxTokensCountsReasoning ? 0 : addedTokens), traits.maxOutputTokens);
}

function encodeSampling(
  sampling: Sampling,
  { traits, target, found }: ToolEncoding,
): Readonly<Record<string, Json | undefined>> {
  const takesAny = !lacks(target.dialect, "sampling");
  const numbers = {
    temperature: [sampling.temperature, "temperature", 1, takesAny, 0, 2],
    topP: [sampling.topP, "top_p", 1, takesAny, 0, 1],
    topK: [sampling.topK, "top_k", undefined, takesAny, 1, Number.MAX_SAFE_INTEGER],
    frequencyPenalty: [sampling.frequencyPenalty, "frequency_penalty", 0, takesAny && traits.penalties, -2, belowTwo],
    presencePenalty: [sampling.presencePenalty, "presence_penalty", 0, takesAny && traits.penalties, -2, belowTwo],
  } as const satisfies Record<
    string,
    readonly [number | undefined, string, number | undefined, boolean, number, number]
  >;
  const { seed } = sampling;
  const isSeed = seed === undefined || (takesAny && Number.isInteger(seed) && Math.abs(seed) <= maxSeed);
  if (!isSeed) found.lose("dropped", "seed");
  const clamped = Object.entries(numbers).map(([name, [value, field, neutral, isTaken, least, most]]) => {
    if (value === undefined || isTaken) return [name, clamp(value, least, most, field, found)] as const;
    if (value !== neutral) found.lose("dropped", field);
    return [name, undefined] as const;
  });
  return { ...Object.fromEntries(clamped), seed: isSeed ? seed : undefined };
}

/** Penalties are below 2 (@google/genai 3.1 doc comments and Google's discovery document). */
const belowTwo = 1.99;

function clamp(
  value: number | undefined,
  least: number,
  most: number,
  field: string,
  found: Notes,
): number | undefined {
  if (value === undefined) return undefined;
  const near = Math.min(Math.max(value, least), most);
  if (near !== value) found.lose("clamped", field);
  return near;
}

/** A server that knows no stop sequences gets none: the answer is cut here (`AnswerMap.localStop`). */
function encodeStop(stop: readonly string[], { target, found }: ToolEncoding): readonly string[] | undefined {
  if (stop.length === 0 || lacks(target.dialect, "stop")) return undefined;
  if (stop.length > maxStopSequences) found.lose("clamped", "stop_sequences");
  return stop.slice(0, maxStopSequences);
}

function encodeFormat(format: OutputFormat | undefined, found: Notes): JsonObject {
  switch (format?.kind) {
    case undefined:
    case "text":
      return {};
    case "json-object":
      return { responseMimeType: "application/json" };
    case "json-schema": {
      const { schema, exact } = toResponseSchema(format.schema);
      if (!exact) found.lose("schema_relaxed", "response_format");
      return { responseMimeType: "application/json", responseJsonSchema: schema };
    }
  }
}

/** OpenAI's knobs that the Gemini API has no place for; their neutral values are no loss. */
function loseForeign({ sampling, verbosity }: Request, found: Notes): void {
  const isSet: Readonly<Record<string, boolean>> = {
    logit_bias: Object.keys(sampling.logitBias ?? {}).length > 0,
    logprobs: sampling.logprobs === true,
    verbosity: verbosity === "low" || verbosity === "high",
  };
  for (const [field, lost] of Object.entries(isSet)) if (lost) found.lose("dropped", field);
}
