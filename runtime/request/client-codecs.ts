import type { Endpoint } from "../contract";
import { openaiEmbeddings } from "../side-calls/embedding-codecs";
import type { ClientCodec } from "../wire/codec";
import { codecs } from "../wire/formats";
import { openaiCompletions } from "../wire/openai-completions/codec";

/** By what rules call the endpoint: how a request body for it is read. */
export const clientCodecs: Readonly<Record<Endpoint, ClientCodec>> = {
  chat_completions: codecs["openai-chat"],
  responses: codecs["openai-responses"],
  messages: codecs["anthropic-messages"],
  generate_content: codecs.gemini,
  completions: openaiCompletions,
  embeddings: openaiEmbeddings,
};
