import type { Citation, JsonObject, Stop, Usage } from "../canonical.ts";
import type { ReplyContext } from "../codec.ts";
import { encodeGrounding } from "./grounding.ts";
import { encodeStop } from "./stop.ts";
import { encodeUsage } from "./usage.ts";

/** What ends a reply. */
export type ReplyEnd = Readonly<{
  stop: Stop;
  /** What the model declined with; its text is told as the reason. */
  refusal: string;
  usage: Usage | undefined;
  text: string;
  citations: readonly Citation[];
  queries: readonly string[];
}>;

/** A whole reply or one chunk of it (@google/genai 3.1.0 `GenerateContentResponse`). Without `end` more follows. */
export function replyChunk(context: ReplyContext, parts: readonly JsonObject[], end?: ReplyEnd): JsonObject {
  const candidate = { content: { role: "model", parts }, ...(end === undefined ? {} : endOf(end)), index: 0 };
  return {
    candidates: [candidate],
    ...(end?.usage === undefined ? {} : { usageMetadata: encodeUsage(end.usage) }),
    modelVersion: context.model,
    createTime: new Date(context.createdSeconds * 1000).toISOString(),
    responseId: context.requestId,
  };
}

function endOf({ stop, refusal, text, citations, queries }: ReplyEnd): JsonObject {
  const message = refusal === "" ? stop.explanation : refusal;
  const grounding = encodeGrounding(citations, queries, text);
  return {
    finishReason: encodeStop(stop, refusal !== ""),
    ...(message === undefined ? {} : { finishMessage: message }),
    ...(grounding === undefined ? {} : { groundingMetadata: grounding }),
  };
}
