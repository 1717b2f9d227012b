import type { JsonObject, Response, Stop } from "../canonical.ts";
import type { ReplyContext } from "../codec.ts";
import { encodeFinish } from "../openai-chat/stop.ts";
import { encodeUsage } from "../openai-chat/usage.ts";

/** A whole answer (openai 7.55.0 `Completion`): its text alone, of which a refusal is one, too. */
export function encodeResponse(response: Response, context: ReplyContext): JsonObject {
  const text = response.blocks
    .map((block) => (block.kind === "text" || block.kind === "refusal" ? block.text : ""))
    .join("");
  return {
    ...envelope(context),
    choices: [choice(text, finishOf(response.stop))],
    ...(response.usage === undefined ? {} : { usage: encodeUsage(response.usage) }),
  };
}

export function envelope({ requestId, createdSeconds, model }: ReplyContext): JsonObject {
  return { id: `cmpl-${requestId}`, object: "text_completion", created: createdSeconds, model };
}

export function choice(text: string, finish: string | null): JsonObject {
  return { text, index: 0, logprobs: null, finish_reason: finish };
}

/** Of the words of Chat Completions the API has three; it knows no tools. */
export function finishOf(stop: Stop): string {
  const reason = encodeFinish(stop, false, false);
  return reason === "length" || reason === "content_filter" ? reason : "stop";
}
