import type { JsonObject, Loss, Rejection } from "../wire/canonical.ts";
import { arrayOf, isObject, numberOf, objectOf } from "../wire/json.ts";
import type { SideAnswer, SideCall, SideRequest, SideTarget } from "../wire/side-call.ts";
import { batchesOf } from "./batches.ts";
import { geminiText } from "./embedding-input.ts";
import { floatsOf } from "./floats-base64.ts";
import { inputUsage } from "./input-usage.ts";
import { maxInputs } from "./openai-embedding-call.ts";

/** One of Google's two methods: a single content, or a list of requests with one each. */
type Method = "embedContent" | "batchEmbedContents";

/**
 * `:embedContent` and `:batchEmbedContents` (`@google/genai` 3.1 only calls the latter), put to APIs of Google and of
 * OpenAI. `body.model` is the URL's.
 */
export function geminiEmbeddingCall(body: JsonObject, method: Method): SideCall {
  const requests = method === "embedContent" ? [body] : arrayOf(body["requests"]).filter(isObject);
  return {
    kind: "side-call",
    call: "embeddings",
    isLight: false,
    encode: (target) => encode(body, requests, method, target),
  };
}

function encode(
  body: JsonObject,
  requests: readonly JsonObject[],
  method: Method,
  target: SideTarget,
): SideRequest | Rejection {
  switch (target.format) {
    case "gemini":
      return toGemini(body, requests, method, target);
    case "openai-chat":
    case "openai-responses":
      return toOpenai(requests, method, target);
    case "anthropic-messages":
      return rejection("model", "is served by a provider that makes no embeddings", "embeddings_unsupported");
  }
}

/** The name stands in the path, and may stand in the body again. */
function toGemini(
  { model: asked, stream: _, ...body }: JsonObject,
  requests: readonly JsonObject[],
  method: Method,
  { model }: SideTarget,
): SideRequest {
  const name = `models/${model}`;
  const renamed: JsonObject =
    method === "embedContent"
      ? { ...body, model: name }
      : { ...body, requests: requests.map((request) => ({ ...request, model: name })) };
  return {
    kind: "side-request",
    path: `/v1beta/models/${encodeURIComponent(model)}:${method}`,
    native: true,
    bodies: asked === model ? undefined : [renamed],
    losses: [],
    answer: async ([answer]) => {
      const tokens = numberOf(objectOf(answer?.["usageMetadata"])?.["promptTokenCount"]);
      return { body: undefined, usage: tokens === undefined ? undefined : inputUsage(tokens), isEstimate: false };
    },
  };
}

/** Hints for which OpenAI's API has no member. */
const hints = ["taskType", "title"] as const;

function toOpenai(requests: readonly JsonObject[], method: Method, { model }: SideTarget): SideRequest | Rejection {
  const texts = requests.map(geminiText).filter((text) => text !== undefined);
  const [text, ...others] = texts;
  const inputs = method === "embedContent" ? "content" : "requests";
  if (text === undefined || texts.length < requests.length) {
    return rejection(inputs, "must hold text, and nothing else, for a provider of this model");
  }
  const sizes = new Set(requests.map(({ outputDimensionality }) => numberOf(outputDimensionality)));
  const [dimensions, ...otherSizes] = sizes;
  if (otherSizes.length > 0) return rejection(inputs, "must all have one outputDimensionality for this model");
  const part = (input: readonly string[]): JsonObject => ({
    model,
    input,
    encoding_format: "float",
    ...(dimensions === undefined ? {} : { dimensions }),
  });
  const [first, ...rest] = batchesOf([text, ...others], maxInputs.openai);
  return {
    kind: "side-request",
    path: "/v1/embeddings",
    native: false,
    bodies: [part(first), ...rest.map(part)],
    losses: hints.flatMap((field): Loss[] =>
      requests.some((request) => request[field] !== undefined) ? [{ code: "dropped", field }] : [],
    ),
    answer: async (answers) => fromOpenai(answers, texts.length, method),
  };
}

function fromOpenai(answers: readonly JsonObject[], count: number, method: Method): SideAnswer | undefined {
  const vectors = answers.flatMap((answer) =>
    arrayOf(answer["data"])
      .filter(isObject)
      .toSorted((one, other) => (numberOf(one["index"]) ?? 0) - (numberOf(other["index"]) ?? 0))
      .map(({ embedding }) => floatsOf(embedding)),
  );
  if (vectors.length !== count || vectors.includes(undefined)) return undefined;
  const embeddings = vectors.map((values = []) => ({ values }));
  const told = answers.map((answer) => numberOf(objectOf(answer["usage"])?.["prompt_tokens"]) ?? 0);
  const tokens = told.reduce((sum, one) => sum + one, 0);
  const [embedding = { values: [] }] = embeddings;
  const usageMetadata = { promptTokenCount: tokens, totalTokenCount: tokens };
  return {
    body: method === "embedContent" ? { embedding, usageMetadata } : { embeddings, usageMetadata },
    usage: inputUsage(tokens),
    isEstimate: false,
  };
}

function rejection(param: string, why: string, code = "invalid_value"): Rejection {
  return { kind: "rejection", code, message: `"${param}" ${why}.`, param };
}
