import type { EstimateTokens } from "../request/estimate-tokens.ts";
import type { Json, JsonObject, Loss, Rejection } from "../wire/canonical.ts";
import { arrayOf, isObject, numberOf, objectOf } from "../wire/json.ts";
import type { SideAnswer, SideCall, SideRequest, SideTarget } from "../wire/side-call.ts";
import { batchesOf } from "./batches.ts";
import { type EmbeddingInput, openaiInputs } from "./embedding-input.ts";
import { floatsOf, floatsToBase64 } from "./floats-base64.ts";
import { inputUsage } from "./input-usage.ts";

/** Inputs per request (OpenAI SDK 7.55, `EmbeddingCreateParams.input`; Gemini API reference, "batchEmbedContents"). */
export const maxInputs = { openai: 2048, gemini: 100 } as const;

type Inputs = readonly [EmbeddingInput, ...EmbeddingInput[]];

/** `POST /v1/embeddings`, put to APIs of OpenAI and of Google. */
export function openaiEmbeddingCall(body: JsonObject): SideCall | Rejection {
  const inputs = openaiInputs(body["input"]);
  if (inputs === undefined) {
    return rejection("input", "must be a text, a list of texts, a list of tokens or a list of such lists");
  }
  return { kind: "side-call", call: "embeddings", isLight: false, encode: (target) => encode(body, inputs, target) };
}

function encode(body: JsonObject, inputs: Inputs, target: SideTarget): SideRequest | Rejection {
  switch (target.format) {
    case "openai-chat":
    case "openai-responses":
      return toOpenai(body, inputs, target);
    case "gemini":
      return toGemini(body, inputs, target);
    case "anthropic-messages":
      return rejection("model", "is served by a provider that makes no embeddings", "embeddings_unsupported");
  }
}

function toOpenai(body: JsonObject, inputs: Inputs, { model }: SideTarget): SideRequest {
  const asked = body["encoding_format"] === "base64" ? "base64" : "float";
  const [first, ...rest] = batchesOf(inputs, maxInputs.openai);
  const part = (input: readonly EmbeddingInput[]): JsonObject => ({ ...body, model, input });
  return {
    kind: "side-request",
    path: "/v1/embeddings",
    native: true,
    bodies: rest.length === 0 ? undefined : [part(first), ...rest.map(part)],
    losses: [],
    answer: async (answers) => merged(answers, asked),
  };
}

/** The upstream's own answer where it is what the client asked for; else put together anew. */
function merged(answers: readonly JsonObject[], asked: "float" | "base64"): SideAnswer | undefined {
  const data = answers.flatMap((answer) => arrayOf(answer["data"])).filter(isObject);
  if (data.length === 0) return undefined;
  const usages = answers.map(({ usage }) => objectOf(usage));
  const tokens = (name: string) => usages.reduce((sum, usage) => sum + (numberOf(usage?.[name]) ?? 0), 0);
  const usage = usages.some((told) => told !== undefined) ? inputUsage(tokens("prompt_tokens")) : undefined;
  const isAsked = data.every(({ embedding }) => (typeof embedding === "string") === (asked === "base64"));
  if (isAsked && answers.length === 1) return { body: undefined, usage, isEstimate: false };
  const embeddings = data.map(({ embedding }) => inForm(embedding, asked));
  if (embeddings.includes(undefined)) return undefined;
  const body = {
    ...answers[0],
    data: data.map((one, index) => ({ ...one, index, embedding: embeddings[index] ?? null })),
    usage: { prompt_tokens: tokens("prompt_tokens"), total_tokens: tokens("total_tokens") },
  };
  return { body, usage, isEstimate: false };
}

function inForm(embedding: Json | undefined, asked: "float" | "base64"): Json | undefined {
  if (typeof embedding === "string" && asked === "base64") return embedding;
  const floats = floatsOf(embedding);
  return floats === undefined || asked === "float" ? floats : floatsToBase64(floats);
}

const known: ReadonlySet<string> = new Set(["model", "input", "encoding_format", "dimensions"]);

function toGemini(body: JsonObject, inputs: Inputs, { model }: SideTarget): SideRequest | Rejection {
  const texts = inputs.filter((input) => typeof input === "string");
  const [text, ...others] = texts;
  if (text === undefined || texts.length < inputs.length) {
    return rejection("input", "holds tokens of another vendor's vocabulary; send its text");
  }
  const { dimensions } = body;
  const one = (input: string): JsonObject => ({
    model: `models/${model}`,
    content: { parts: [{ text: input }] },
    ...(dimensions === undefined ? {} : { outputDimensionality: dimensions }),
  });
  const [first, ...rest] = batchesOf([text, ...others], maxInputs.gemini);
  const part = (batch: readonly string[]): JsonObject => ({ requests: batch.map(one) });
  return {
    kind: "side-request",
    path: `/v1beta/models/${encodeURIComponent(model)}:batchEmbedContents`,
    native: false,
    bodies: [part(first), ...rest.map(part)],
    losses: Object.keys(body).flatMap((field): Loss[] => (known.has(field) ? [] : [{ code: "dropped", field }])),
    answer: (answers, estimate) =>
      fromGemini(answers, { texts, model, isBase64: body["encoding_format"] === "base64" }, estimate),
  };
}

async function fromGemini(
  answers: readonly JsonObject[],
  { texts, model, isBase64 }: Readonly<{ texts: readonly string[]; model: string; isBase64: boolean }>,
  estimate: EstimateTokens,
): Promise<SideAnswer | undefined> {
  const embeddings = answers.flatMap((answer) => arrayOf(answer["embeddings"])).map(objectOf);
  const vectors = embeddings.map((embedding) => floatsOf(embedding?.["values"]));
  if (vectors.length !== texts.length || vectors.includes(undefined)) return undefined;
  const told = answers.map((answer) => numberOf(objectOf(answer["usageMetadata"])?.["promptTokenCount"]));
  const isEstimate = told.includes(undefined);
  const tokens = isEstimate ? await estimate(texts) : told.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const data = vectors.map((vector = [], index) => ({
    object: "embedding",
    index,
    embedding: isBase64 ? floatsToBase64(vector) : vector,
  }));
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return { body: { object: "list", data, model, usage }, usage: inputUsage(tokens), isEstimate };
}

function rejection(param: string, why: string, code = "invalid_value"): Rejection {
  return { kind: "rejection", code, message: `"${param}" ${why}.`, param };
}
