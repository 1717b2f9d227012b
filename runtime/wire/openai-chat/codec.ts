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

/** OpenAI Chat Completions, as specified by the types of the `openai` package, version 7.55.0. */
export const openaiChat: Codec = {
  format: "openai-chat",
  endpoint: "chat_completions",
  path: "/v1/chat/completions",
  upstreamPath: () => "/v1/chat/completions",
  modelInBody: true,
  nativeHeaders: ["openai-beta"],
  rateLimitHeaders: [
    "x-ratelimit-limit-requests",
    "x-ratelimit-limit-tokens",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-remaining-tokens",
    "x-ratelimit-reset-requests",
    "x-ratelimit-reset-tokens",
  ],
  fixedHeaders: {},
  requestIdHeader: "x-request-id",
  takesUrl: (media) => media === "image",
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
