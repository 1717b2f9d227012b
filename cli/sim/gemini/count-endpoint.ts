import type { Endpoint } from "../api.ts";
import { jsonReply } from "../json-reply.ts";
import { checkLaws, checkShape, modelOf, readBody } from "./check-generate.ts";
import { fieldOf } from "./contents.ts";
import { inputUsage, mediaUsage } from "./input-usage.ts";
import { countShape } from "./request-shape.ts";
import { usageOf } from "./usage.ts";

/** `:countTokens` of contents, or of a whole request (Google GenAI SDK 3.1, `CountTokensResponse`). */
export const countEndpoint: Endpoint = {
  method: "POST",
  path: /^\/v1(?:beta)?\/models\/(?<model>[^/]+):countTokens$/,
  takes: "json",
  runsModel: false,
  model: modelOf,
  check: (call) => checkShape(call, countShape, "countTokens") ?? checkLaws(counted(call), call),
  answer: (call) => {
    const body = counted(call);
    const usage = inputUsage(body, modelOf(call), call.state.cache, call.key);
    const { promptTokenCount, promptTokensDetails } = usageOf(usage, mediaUsage(body), {
      outputTokens: 0,
      thinkingTokens: 0,
    });
    return jsonReply({ totalTokens: promptTokenCount ?? 0, promptTokensDetails: promptTokensDetails ?? [] });
  },
};

function counted(call: Parameters<typeof readBody>[0]) {
  const body = readBody(call, countShape);
  return body["contents"] === undefined ? fieldOf(body, "generateContentRequest") : body;
}
