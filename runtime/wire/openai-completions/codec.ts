import type { ClientCodec } from "../codec.ts";
import { openaiChat } from "../openai-chat/codec.ts";
import { decodeRequest } from "./decode-request.ts";
import { encodeResponse } from "./encode-response.ts";
import { facts } from "./facts.ts";
import { nativeAt } from "./native.ts";
import { streamWriter } from "./stream-writer.ts";

/** OpenAI's legacy completions, as specified by the types of the `openai` package, version 7.55.0: a client API only. */
export const openaiCompletions: ClientCodec = {
  format: "openai-chat",
  endpoint: "completions",
  path: "/v1/completions",
  requestIdHeader: openaiChat.requestIdHeader,
  keepAlive: openaiChat.keepAlive,
  facts,
  decodeRequest,
  encodeResponse,
  streamWriter,
  encodeError: openaiChat.encodeError,
  streamError: openaiChat.streamError,
  nativeAt,
};
