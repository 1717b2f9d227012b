import type { Endpoint } from "../api.ts";
import { bodyModel, bodyOf } from "../call-body.ts";
import { jsonReply } from "../json-reply.ts";
import { checkMessages } from "./check-messages.ts";
import { inputUsage } from "./input-usage.ts";
import { countTokensShape } from "./messages-shape.ts";

/** `POST /v1/messages/count_tokens` (Anthropic SDK 1.11, `MessageTokensCount`). */
export const countEndpoint: Endpoint = {
  method: "POST",
  path: /^\/v1\/messages\/count_tokens$/,
  takes: "json",
  runsModel: false,
  model: bodyModel,
  check: ({ body, headers, state }) => checkMessages(body, headers, state.settings.models, countTokensShape),
  answer: (call) => {
    const { uncached, cacheRead, cacheWrite } = inputUsage(bodyOf(call), call.state.cache, call.key);
    return jsonReply({ input_tokens: uncached + cacheRead + cacheWrite }, { "request-id": call.now.requestId });
  },
};
