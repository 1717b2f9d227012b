import type { Citation, JsonObject, Stop, Usage, WebSearch } from "../canonical.ts";
import type { ReplyContext } from "../codec.ts";
import { encodeGrounding } from "./grounding.ts";
import { encodeStop, finishMessage } from "./stop.ts";
import { encodeUsage } from "./usage.ts";

/** What ends a reply. */
export type ReplyEnd = Readonly<{
  stop: Stop;
  /** What the model declined with; its text is told as the reason. */
  refusal: string;
  usage: Usage | undefined;
  text: string;
  citations: readonly Citation[];
  searches: readonly WebSearch[];
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

function endOf({ stop, refusal, text, citations, searches }: ReplyEnd): JsonObject {
  const message = refusal === "" ? finishMessage(stop) : refusal;
  const grounding = encodeGrounding(citations, searches, text);
  return {
    finishReason: encodeStop(stop, refusal !== ""),
    ...(message === undefined ? {} : { finishMessage: message }),
    ...(grounding === undefined ? {} : { groundingMetadata: grounding }),
  };
}
