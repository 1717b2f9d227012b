import type { ErrorClass, JsonObject, WireError } from "../canonical.ts";
import { encodeSse } from "../sse.ts";
import { replyObject } from "./reply-object.ts";

/** `code` of a failed response (openai 7.55.0 `ResponseError`), by which Codex tells what to try again. */
const codes: Partial<Record<ErrorClass, string>> = {
  "rate-limited": "rate_limit_exceeded",
  "context-too-long": "context_length_exceeded",
  billing: "insufficient_quota",
  "invalid-request": "invalid_prompt",
  "content-policy": "invalid_prompt",
};

export function failedError({ class: of, message }: WireError): JsonObject {
  return { code: codes[of] ?? "server_error", message };
}

/** For a stream that the upstream wrote: what is known of its response is its error. */
export function streamError(error: WireError, requestId: string): string {
  const context = { requestId, createdSeconds: 0, model: "", request: {} };
  const response = replyObject(context, { status: "failed", output: [], error: failedError(error) });
  const data = JSON.stringify({ type: "response.failed", sequence_number: 0, response });
  return encodeSse({ event: "response.failed", data });
}
