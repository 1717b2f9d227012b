import type { Circumstances } from "../api.ts";
import type { Json } from "../json.ts";
import type { Reply } from "../reply.ts";

/** A 200 with a JSON body, as OpenAI prints it, and the headers of every good answer. */
export function openaiReply(value: Json, now: Circumstances): Reply {
  return {
    status: 200,
    headers: { "content-type": "application/json", ...modelHeaders(now) },
    body: { kind: "whole", bytes: `${JSON.stringify(value, null, 2)}\n` },
  };
}

type Events = Omit<Extract<Reply["body"], { kind: "events" }>, "kind">;

/** A 200 with an event stream. */
export function openaiStream(events: Events, now: Circumstances): Reply {
  return {
    status: 200,
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      ...modelHeaders(now),
    },
    body: { kind: "events", ...events },
  };
}

function modelHeaders(now: Circumstances): Readonly<Record<string, string>> {
  return {
    "x-request-id": now.requestId,
    "openai-organization": "simulator",
    "openai-processing-ms": "12",
    "openai-version": "2020-10-01",
    "x-ratelimit-limit-requests": "10000",
    "x-ratelimit-limit-tokens": "2000000",
    "x-ratelimit-remaining-requests": "9999",
    "x-ratelimit-remaining-tokens": "1999000",
    "x-ratelimit-reset-requests": "6ms",
    "x-ratelimit-reset-tokens": "30ms",
  };
}
