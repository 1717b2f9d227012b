import type { Call, Endpoint } from "../api.ts";
import { bodyModel, bodyOf } from "../call-body.ts";
import { alphanumericHash } from "../hash.ts";
import { jsonReply } from "../json-reply.ts";
import { checkResponses } from "./check-responses.ts";
import { encrypt } from "./encrypted-content.ts";
import { readPrompt } from "./read-prompt.ts";
import { itemType, readRequest } from "./request.ts";
import { compactShape, inputTokensShape } from "./responses-shape.ts";
import { usageOf } from "./usage.ts";

const json = { method: "POST", takes: "json", runsModel: false } as const;

function read(call: Call) {
  const request = readRequest(bodyOf(call), call);
  return { request, prompt: readPrompt(request, call.state.cache, call.key) };
}

/** Counts what a Responses body would cost (OpenAI SDK 7.55, `InputTokenCountResponse`). */
export const inputTokensEndpoint: Endpoint = {
  ...json,
  path: /^\/v1\/responses\/input_tokens$/,
  model: bodyModel,
  check: (call) => checkResponses(call, inputTokensShape),
  answer: (call) => {
    const { uncached, cacheRead, cacheWrite } = read(call).prompt.usage;
    return jsonReply({ object: "response.input_tokens", input_tokens: uncached + cacheRead + cacheWrite });
  },
};

/** Keeps the user's messages and turns all else into one item only the vendor reads (OpenAI SDK 7.55, `CompactedResponse`). */
export const compactEndpoint: Endpoint = {
  ...json,
  path: /^\/v1\/responses\/compact$/,
  model: bodyModel,
  check: (call) => checkResponses(call, compactShape),
  answer: (call) => {
    const { request, prompt } = read(call);
    const all = [...request.earlier, ...request.items];
    const spoken = all.filter((item) => itemType(item) === "message" && item["role"] === "user");
    const unique = alphanumericHash(prompt.seed);
    const id = `cmp_${unique}`;
    const text = `${all.length - spoken.length} items`;
    return jsonReply({
      id: `resp_${unique}`,
      object: "response.compaction",
      created_at: call.now.createdAt,
      output: [...spoken, { id, type: "compaction", encrypted_content: encrypt({ id, text }) }],
      usage: usageOf(prompt.usage, { outputTokens: 2, thinkingTokens: 0 }),
    });
  },
};
