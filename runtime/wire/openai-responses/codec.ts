import type { Codec } from "../codec.ts";
import { obeyLocalStop } from "../obey-local-stop.ts";
import { openaiChat } from "../openai-chat/codec.ts";
import { decodeError, encodeError } from "../openai-chat/error.ts";
import { decodeRequest } from "./decode-request.ts";
import { decodeResponse } from "./decode-response.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeResponse } from "./encode-response.ts";
import { streamError } from "./error.ts";
import { facts } from "./facts.ts";
import { streamReader } from "./stream-reader.ts";
import { streamTap } from "./stream-tap.ts";
import { keepAlive, streamWriter } from "./stream-writer.ts";

/** OpenAI Responses, as specified by the types of the `openai` package, version 7.55.0. */
export const openaiResponses: Codec = {
  format: "openai-responses",
  endpoint: "responses",
  path: "/v1/responses",
  upstreamPath: () => "/v1/responses",
  modelInBody: true,
  nativeHeaders: ["openai-beta"],
  rateLimitHeaders: openaiChat.rateLimitHeaders,
  fixedHeaders: {},
  requestIdHeader: "x-request-id",
  takesUrl: (media) => media !== "video",
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
