import type { Codec } from "../codec.ts";
import { obeyLocalStop } from "../obey-local-stop.ts";
import { continueRequest } from "./continue-request.ts";
import { decodeRequest } from "./decode-request.ts";
import { decodeResponse } from "./decode-response.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeResponse } from "./encode-response.ts";
import { decodeError, encodeError, streamError } from "./error.ts";
import { facts } from "./facts.ts";
import { frame } from "./frame.ts";
import { streamReader } from "./stream-reader.ts";
import { streamTap } from "./stream-tap.ts";
import { streamWriter } from "./stream-writer.ts";

const limitedKinds = ["requests", "tokens", "input-tokens", "output-tokens"] as const;
const limitValues = ["limit", "remaining", "reset"] as const;

/** Anthropic's Messages API: `POST /v1/messages`. */
export const anthropicMessages: Codec = {
  format: "anthropic-messages",
  endpoint: "messages",
  path: "/v1/messages",
  upstreamPath: () => "/v1/messages",
  modelInBody: true,
  nativeHeaders: ["anthropic-version", "anthropic-beta"],
  rateLimitHeaders: [
    ...limitedKinds.flatMap((kind) => limitValues.map((value) => `anthropic-ratelimit-${kind}-${value}`)),
    "retry-after",
  ],
  fixedHeaders: { "anthropic-version": "2023-06-01" },
  requestIdHeader: "request-id",
  takesUrl: (media) => media !== "video",
  keepAlive: frame({ type: "ping" }),
  facts,
  decodeRequest,
  encodeRequest,
  continueRequest,
  encodeResponse,
  ...obeyLocalStop({ decodeResponse, streamReader }),
  streamWriter,
  streamTap,
  decodeError,
  encodeError,
  streamError,
};
