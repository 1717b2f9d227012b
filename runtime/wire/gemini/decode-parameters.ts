import type { Effort, Json, JsonObject, OutputFormat, Reasoning, Request, Sampling } from "../canonical.ts";
import { arrayOf, booleanOf, isArray, lookup, numberOf, objectOf, stringOf } from "../json.ts";
import type { Notes } from "../notes.ts";
import { fromGeminiSchema } from "./decode-schema.ts";
import { camelCase, field } from "./field.ts";

/** Everything of a request that is neither conversation nor tools. */
type Parameters = Omit<Request, "model" | "system" | "turns" | "tools" | "toolChoice">;

export function decodeParameters(body: JsonObject, found: Notes): Parameters {
  const config = objectOf(field(body, "generationConfig")) ?? {};
  for (const [name, value] of Object.entries(config)) noteUncarried(camelCase(name), value, found);
  return {
    maxTokens: typed(config, "maxOutputTokens", numberOf, "a number", found),
    maxTokensCountsReasoning: true,
    stop: decodeStop(field(config, "stopSequences"), found),
    format: decodeFormat(config, found),
    sampling: decodeSampling(config, found),
    reasoning: decodeReasoning(objectOf(field(config, "thinkingConfig")), found),
    serviceTier: lookup(tiers, stringOf(field(body, "serviceTier"))?.toLowerCase()),
    stream: body["stream"] === true,
  };
}

const tiers = {
  standard: "default",
  flex: "flex",
  priority: "priority",
} as const satisfies Record<string, Request["serviceTier"]>;

function typed<T>(
  config: JsonObject,
  name: string,
  read: (value: Json | undefined) => T | undefined,
  type: string,
  found: Notes,
): T | undefined {
  const value = field(config, name);
  const result = read(value);
  if (value !== undefined && result === undefined) {
    found.reject("invalid_type", `generationConfig.${name}`, `generationConfig.${name}: must be ${type}`);
  }
  return result;
}

function decodeSampling(config: JsonObject, found: Notes): Sampling {
  const number = (name: string): number | undefined => typed(config, name, numberOf, "a number", found);
  return {
    temperature: number("temperature"),
    topP: number("topP"),
    topK: number("topK"),
    frequencyPenalty: number("frequencyPenalty"),
    presencePenalty: number("presencePenalty"),
    seed: number("seed"),
    logprobs: typed(config, "responseLogprobs", booleanOf, "true or false", found),
    topLogprobs: number("logprobs"),
  };
}

function decodeStop(value: Json | undefined, found: Notes): readonly string[] {
  const sequences = arrayOf(value).filter((sequence) => typeof sequence === "string");
  if (value !== undefined && (!isArray(value) || sequences.length < value.length)) {
    const path = "generationConfig.stopSequences";
    found.reject("invalid_type", path, `${path}: must be a list of strings`);
  }
  return sequences.filter((sequence) => sequence !== "");
}

/** The schema of the answer under either of its names, as JSON Schema. */
export function responseSchema(config: JsonObject): JsonObject | undefined {
  const schema = objectOf(field(config, "responseJsonSchema")) ?? objectOf(field(config, "responseSchema"));
  return schema === undefined ? undefined : fromGeminiSchema(schema);
}

function decodeFormat(config: JsonObject, found: Notes): OutputFormat | undefined {
  const path = "generationConfig.responseMimeType";
  const mediaType = field(config, "responseMimeType");
  const schema = responseSchema(config);
  switch (mediaType) {
    case undefined:
    case "":
    case "text/plain":
      // The API refuses a schema without the media type; clients that forget it mean JSON.
      return schema === undefined ? undefined : { kind: "json-schema", name: "response", schema, strict: undefined };
    case "application/json":
      if (schema === undefined) return { kind: "json-object" };
      return { kind: "json-schema", name: "response", schema, strict: undefined };
    default:
      found.reject("response_format_unsupported", path, `${path}: must be text/plain or application/json here`);
      return undefined;
  }
}

const levels = {
  MINIMAL: "minimal",
  LOW: "low",
  MEDIUM: "medium",
  HIGH: "high",
  XHIGH: "xhigh",
} as const satisfies Record<string, Effort>;

/** A budget of 0 is no thinking, one of -1 the model's own choice. Thoughts are shown to those who ask for them. */
function decodeReasoning(config: JsonObject | undefined, found: Notes): Reasoning {
  const path = "generationConfig.thinkingConfig.thinkingLevel";
  const visible = field(config, "includeThoughts") === true ? true : undefined;
  const budgetTokens = numberOf(field(config, "thinkingBudget"));
  const word = stringOf(field(config, "thinkingLevel"))?.toUpperCase();
  const effort = lookup<Effort>(levels, word);
  if (word !== undefined && word !== "THINKING_LEVEL_UNSPECIFIED" && effort === undefined) {
    found.reject("invalid_value", path, `${path}: must be one of ${Object.keys(levels).join(", ")}`);
  }
  if (effort !== undefined) return { effort, visible };
  if (budgetTokens === 0) return { effort: "none", visible };
  if (budgetTokens === undefined || budgetTokens < 0) return { visible };
  return { mode: "enabled", budgetTokens, visible: visible === true };
}

/** Members read above, and those that change no text. */
const carried: ReadonlySet<string> = new Set([
  ...["maxOutputTokens", "stopSequences", "temperature", "topP", "topK", "frequencyPenalty", "presencePenalty", "seed"],
  ...["responseLogprobs", "logprobs", "responseMimeType", "responseSchema", "responseJsonSchema", "thinkingConfig"],
  ...["mediaResolution", "speechConfig", "audioTimestamp", "imageConfig", "enableEnhancedCivicAnswers"],
]);

const uncarried = {
  candidateCount: (value, path, found) => {
    if (value === 1) return;
    found.reject(
      "n_unsupported",
      path,
      `${path}: only one candidate can be made here; remove it, or send several requests`,
    );
  },
  responseModalities: (value, path, found) => {
    if (arrayOf(value).every((modality) => stringOf(modality)?.toUpperCase() === "TEXT")) return;
    found.reject("modality_unsupported", path, `${path}: only TEXT can be made here`);
  },
} as const satisfies Record<string, (value: Json, path: string, found: Notes) => void>;

function noteUncarried(name: string, value: Json, found: Notes): void {
  if (value === null || carried.has(name)) return;
  const path = `generationConfig.${name}`;
  const note = lookup<(value: Json, path: string, found: Notes) => void>(uncarried, name);
  if (note === undefined) found.lose("unknown_field", path);
  else note(value, path, found);
}
