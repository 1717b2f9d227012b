import type { ErrorClass, JsonObject, WireError } from "../canonical.ts";
import { badAnswer, embeddedError } from "../openai-chat/error.ts";
import { encodeSse } from "../sse.ts";
import { replyObject } from "./reply-object.ts";

/** `code` of a failed response (openai 7.55.0 `ResponseError`, and the further ones by which Codex tells what to try again). */
const codes: Partial<Record<ErrorClass, string>> = {
  "rate-limited": "rate_limit_exceeded",
  overloaded: "server_is_overloaded",
  "context-too-long": "context_length_exceeded",
  billing: "insufficient_quota",
  "invalid-request": "invalid_prompt",
  "content-policy": "invalid_prompt",
};

/** `error` of a failed response. A known wait is told in the words that Codex reads it from. */
export function failedError({ class: of, message, retryAfterMs }: WireError): JsonObject {
  const isLimit = of === "rate-limited" && retryAfterMs !== undefined && !/try again in/i.test(message);
  const wait = isLimit ? ` Please try again in ${Math.ceil(retryAfterMs / 1000)}s.` : "";
  return { code: codes[of] ?? "server_error", message: message + wait };
}

/** For a stream that the upstream wrote: what is known of its response is its error. */
export function streamError(error: WireError, requestId: string, answerId?: string): string {
  const context = { requestId, createdSeconds: 0, model: "", request: {} };
  const failed = replyObject(context, { status: "failed", output: [], error: failedError(error) });
  // The SDK takes a response of another id for a mix-up.
  const response = answerId === undefined ? failed : { ...failed, id: answerId };
  const data = JSON.stringify({ type: "response.failed", sequence_number: 0, response });
  return encodeSse({ event: "response.failed", data });
}

/** The error of a response that failed, which stands in it; undefined for any other. */
export function failureOf(response: JsonObject): WireError | undefined {
  if (response["error"]) return embeddedError(response);
  const { status } = response;
  if (status !== "failed" && status !== "cancelled") return undefined;
  return badAnswer(`The upstream's response is '${status}'.`, "response_failed");
}

/** The error stands in the response, beside it, or is the event itself. */
export function errorOf(event: JsonObject, response: JsonObject | undefined): WireError {
  const told = response?.["error"] || event["error"] || (typeof event["message"] === "string" ? event : undefined);
  return told === undefined || told === null
    ? badAnswer("The upstream's response failed.", "response_failed")
    : embeddedError({ error: told });
}
