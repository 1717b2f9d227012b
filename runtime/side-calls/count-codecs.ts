import type { JsonObject } from "../wire/canonical.ts";
import type { ClientCodec } from "../wire/codec.ts";
import { codecs } from "../wire/formats.ts";
import { objectOf } from "../wire/json.ts";
import { countCall } from "./count-call.ts";

const messages = codecs["anthropic-messages"];
const responses = codecs["openai-responses"];
const { gemini } = codecs;

/** Anthropic SDK 1.11, `messages.countTokens`; Claude Code sends some 25 of them at once. */
export const countMessages = counting(messages, "/v1/messages/count_tokens", {
  // The body of a count has no limit of output, without which a conversation is none.
  conversation: (body) => ({ max_tokens: 1, ...body }),
  reply: (tokens) => ({ input_tokens: tokens }),
});

/** OpenAI SDK 7.55, `responses.inputTokens.count`. */
export const countResponsesInput = counting(responses, "/v1/responses/input_tokens", {
  conversation: (body) => body,
  reply: (tokens) => ({ object: "response.input_tokens", input_tokens: tokens }),
});

/** `models.countTokens` of Google's REST API: contents alone, or a whole request in `generateContentRequest`. */
export const countGemini = counting(gemini, "/v1beta/models/{model}:countTokens", {
  conversation: ({ generateContentRequest, ...body }) => ({
    ...body,
    ...objectOf(generateContentRequest),
    ...address(body),
  }),
  reply: (tokens) => ({ totalTokens: tokens, promptTokensDetails: [{ modality: "TEXT", tokenCount: tokens }] }),
});

function counting(
  vendor: ClientCodec,
  path: string,
  own: Readonly<{
    conversation: (body: JsonObject) => JsonObject;
    reply: (tokens: number) => JsonObject;
  }>,
): ClientCodec {
  return {
    ...vendor,
    path,
    isLight: true,
    facts: (body) => ({ ...vendor.facts(own.conversation(body)), stream: false }),
    sideCall: (body) => countCall({ vendor, conversation: own.conversation(body), reply: own.reply }),
  };
}

/** The URL names the model, whatever the request inside says. */
function address({ model = null, stream = false }: JsonObject): JsonObject {
  return { model, stream };
}
