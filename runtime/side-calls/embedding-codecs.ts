import type { JsonObject } from "../wire/canonical.ts";
import { codecs } from "../wire/formats.ts";
import { arrayOf, isObject } from "../wire/json.ts";
import { geminiText, openaiInputs } from "./embedding-input.ts";
import { geminiEmbeddingCall } from "./gemini-embedding-call.ts";
import { openaiEmbeddingCall } from "./openai-embedding-call.ts";
import { sideCodec } from "./side-codec.ts";

/** OpenAI SDK 7.55, resources/embeddings. */
export const openaiEmbeddings = sideCodec(codecs["openai-chat"], {
  path: "/v1/embeddings",
  endpoint: "embeddings",
  texts: (body) => (openaiInputs(body["input"]) ?? []).flatMap((input) => (typeof input === "string" ? [input] : [])),
  sideCall: openaiEmbeddingCall,
});

/** `models.embedContent` of Google's REST API. */
export const embedContent = sideCodec(codecs.gemini, {
  path: "/v1beta/models/{model}:embedContent",
  endpoint: "embeddings",
  texts: (body) => textsOf([body]),
  sideCall: (body) => geminiEmbeddingCall(body, "embedContent"),
});

/** `models.batchEmbedContents` of Google's REST API. */
export const batchEmbedContents = sideCodec(codecs.gemini, {
  path: "/v1beta/models/{model}:batchEmbedContents",
  endpoint: "embeddings",
  texts: (body) => textsOf(arrayOf(body["requests"]).filter(isObject)),
  sideCall: (body) => geminiEmbeddingCall(body, "batchEmbedContents"),
});

function textsOf(requests: readonly JsonObject[]): readonly string[] {
  return requests.map(geminiText).filter((text) => text !== undefined);
}
