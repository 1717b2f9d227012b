import type { Endpoint } from "../../api.ts";
import { bodyModel, bodyOf } from "../../call-body.ts";
import { embedding } from "../../embedding.ts";
import { isArray, type Json, type JsonObject } from "../../json.ts";
import { plainModel } from "../../script/directive.ts";
import { scriptedUsage } from "../../script/scripted-usage.ts";
import { countTokens } from "../../tokens.ts";
import { openaiReply } from "../openai-reply.ts";
import { checkEmbeddings, dimensionsOf } from "./check-embeddings.ts";

/** `POST /v1/embeddings` (OpenAI SDK 7.55, `CreateEmbeddingResponse`): the same vector for the same text, always. */
export const embeddingsEndpoint: Endpoint = {
  method: "POST",
  path: /^\/v1\/embeddings$/,
  takes: "json",
  runsModel: true,
  model: bodyModel,
  check: ({ body, state }) => checkEmbeddings(body, state.settings.models),
  answer: (call, behaviour) => {
    const request = bodyOf(call);
    const inputs = inputsOf(request["input"]);
    const tokens = inputs.reduce((sum, input) => sum + input.tokens, 0);
    const usage = scriptedUsage({ prompt_tokens: tokens, total_tokens: tokens }, behaviour);
    const data = inputs.map(({ text }, index) => ({
      object: "embedding",
      index,
      embedding: written(text, request),
    }));
    return openaiReply(
      { object: "list", data, model: request["model"] ?? null, ...(usage === undefined ? {} : { usage }) },
      call.now,
    );
  },
};

type Input = Readonly<{ text: string; tokens: number }>;

/** One text, several, one list of tokens, several. */
function inputsOf(input: Json | undefined): readonly Input[] {
  if (typeof input === "string") return [{ text: input, tokens: countTokens(input) }];
  if (!isArray(input)) return [];
  if (input.every((token) => typeof token === "number")) return [{ text: input.join(" "), tokens: input.length }];
  return input.flatMap(inputsOf);
}

/** Floats as JSON, or as base64 of their bytes, little-endian. */
function written(text: string, request: JsonObject): Json {
  const model = plainModel(String(request["model"]));
  const asked = request["dimensions"];
  const vector = embedding(`${model} ${text}`, typeof asked === "number" ? asked : dimensionsOf(model));
  if (request["encoding_format"] !== "base64") return vector;
  const bytes = Buffer.alloc(vector.length * Float32Array.BYTES_PER_ELEMENT);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * Float32Array.BYTES_PER_ELEMENT);
  return bytes.toString("base64");
}
