import type { WireFormat } from "../contract.ts";
import { anthropicMessages } from "./anthropic-messages/codec.ts";
import type { Codec } from "./codec.ts";
import { gemini } from "./gemini/codec.ts";
import { openaiChat } from "./openai-chat/codec.ts";
import { openaiResponses } from "./openai-responses/codec.ts";

/** What each format is read and written with, both as an upstream and, by the codec's `endpoint`, as a client API. */
export const codecs: Readonly<Record<WireFormat, Codec>> = {
  "openai-chat": openaiChat,
  "openai-responses": openaiResponses,
  "anthropic-messages": anthropicMessages,
  gemini,
};
