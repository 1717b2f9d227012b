import type { Endpoint } from "../contract.ts";
import { openaiEmbeddings } from "../side-calls/embedding-codecs.ts";
import type { ClientCodec } from "../wire/codec.ts";
import { codecs } from "../wire/formats.ts";
import { openaiCompletions } from "../wire/openai-completions/codec.ts";

/** By what rules call the endpoint: how a request body for it is read. */
export const clientCodecs: Readonly<Record<Endpoint, ClientCodec>> = {
  chat_completions: codecs["openai-chat"],
  responses: codecs["openai-responses"],
  messages: codecs["anthropic-messages"],
  generate_content: codecs.gemini,
  completions: openaiCompletions,
  embeddings: openaiEmbeddings,
};
