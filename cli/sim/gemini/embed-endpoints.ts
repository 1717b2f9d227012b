import type { Call, Endpoint } from "../api.ts";
import { embedding } from "../embedding.ts";
import { isArray, isObject, type JsonObject } from "../json.ts";
import { jsonReply } from "../json-reply.ts";
import { textOf } from "../prompt.ts";
import type { Problem } from "../reply.ts";
import { plainModel } from "../script/directive.ts";
import { checkShape, modelOf, readBody } from "./check-generate.ts";
import { fieldOf, partsOf } from "./contents.ts";
import { invalid } from "./invalid.ts";
import { batchEmbedShape, embedShape } from "./request-shape.ts";

const embeds = { method: "POST", takes: "json", runsModel: true, model: modelOf } as const;

/** `:embedContent` and `:batchEmbedContents` (Google GenAI SDK 3.1, `EmbedContentResponse`). */
export const embedEndpoints: readonly Endpoint[] = [
  {
    ...embeds,
    path: /^\/v1(?:beta)?\/models\/(?<model>[^/]+):embedContent$/,
    check: (call) =>
      checkShape(call, embedShape, "embedContent") ??
      requestProblem(readBody(call, embedShape), call, "EmbedContentRequest"),
    answer: (call) => jsonReply({ embedding: vectorOf(readBody(call, embedShape), call) }),
  },
  {
    ...embeds,
    path: /^\/v1(?:beta)?\/models\/(?<model>[^/]+):batchEmbedContents$/,
    check: (call) => checkShape(call, batchEmbedShape, "batchEmbedContents") ?? batchProblem(call),
    answer: (call) => jsonReply({ embeddings: requestsOf(call).map((request) => vectorOf(request, call)) }),
  },
];

function requestsOf(call: Call): readonly JsonObject[] {
  const { requests } = readBody(call, batchEmbedShape);
  return isArray(requests) ? requests.filter(isObject) : [];
}

function batchProblem(call: Call): Problem | undefined {
  const requests = requestsOf(call);
  if (requests.length === 0) return invalid("* BatchEmbedContentsRequest.requests: requests is not specified\n");
  for (const [index, request] of requests.entries()) {
    const place = `BatchEmbedContentsRequest.requests[${index}]`;
    if (request["model"] === undefined) return invalid(`* ${place}.model: model is not specified\n`);
    const problem = requestProblem(request, call, place);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const maxDimensions = 3072;

function requestProblem(request: JsonObject, call: Call, place: string): Problem | undefined {
  const { model, outputDimensionality: dimensions } = request;
  const url = `models/${modelOf(call)}`;
  if (!/embedding/.test(plainModel(modelOf(call)))) {
    const message = `${url} is not found for API version v1beta, or is not supported for embedContent. Call ListModels to see the list of available models and their supported methods.`;
    return { status: 404, type: "NOT_FOUND", message };
  }
  if (model !== undefined && model !== url)
    return invalid(`* ${place}.model: model '${model}' must be the model of the request, '${url}'\n`);
  if (partsOf(fieldOf(request, "content")).length === 0)
    return invalid(`* ${place}.content: contents is not specified\n`);
  return typeof dimensions === "number" && dimensions > maxDimensions
    ? invalid(`* ${place}.output_dimensionality: must be at most ${maxDimensions}, but is ${dimensions}\n`)
    : undefined;
}

function vectorOf(request: JsonObject, call: Call): JsonObject {
  const dimensions = request["outputDimensionality"];
  const text = textOf(fieldOf(request, "content")["parts"]);
  return {
    values: embedding(
      `${plainModel(modelOf(call))} ${text}`,
      typeof dimensions === "number" ? dimensions : maxDimensions,
    ),
  };
}
