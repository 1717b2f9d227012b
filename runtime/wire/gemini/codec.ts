import type { Codec } from "../codec.ts";
import { obeyLocalStop } from "../obey-local-stop.ts";
import { decodeRequest } from "./decode-request.ts";
import { decodeResponse } from "./decode-response.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeResponse } from "./encode-response.ts";
import { decodeError, encodeError, streamError } from "./error.ts";
import { facts } from "./facts.ts";
import { streamReader } from "./stream-reader.ts";
import { streamTap } from "./stream-tap.ts";
import { keepAlive, streamWriter } from "./stream-writer.ts";
import { takesUrl } from "./takes-url.ts";

/** Gemini generateContent, as specified by the types of the `@google/genai` package, version 3.1.0. */
export const gemini: Codec = {
  format: "gemini",
  endpoint: "generate_content",
  path: "/v1beta/models/{model}:generateContent",
  upstreamPath: ({ model, stream }) =>
    `/v1beta/models/${encodeURIComponent(model)}:${stream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
  modelInBody: false,
  nativeHeaders: [],
  rateLimitHeaders: [],
  fixedHeaders: {},
  requestIdHeader: "x-request-id",
  takesUrl,
  keepAlive,
  facts,
  decodeRequest,
  encodeRequest,
  encodeResponse,
  ...obeyLocalStop({ decodeResponse, streamReader }),
  streamWriter,
  streamTap,
  decodeError,
  encodeError,
  streamError,
};
