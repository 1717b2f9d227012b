import type { WireFormat } from "../contract.ts";

/** The vendors whose clients ask for the same paths. */
export type ClientDialect = Extract<WireFormat, "openai-chat" | "anthropic-messages" | "gemini">;

/**
 * Whose client asks, where several vendors serve the path. Google's are told by their headers (`@google/genai` 3 calls
 * `/v1`, too), Anthropic's by their version header, their paging parameters, their name or their key header; a bearer
 * token says nothing, as the others send it, too (Anthropic SDK 1.x).
 */
export function clientDialect(headers: Headers, path: string, query: URLSearchParams): ClientDialect {
  const google = ["x-goog-api-key", "x-goog-api-client"].some((name) => headers.has(name));
  if (google || /^\/(?:upload\/)?v1beta\//.test(path)) return "gemini";
  const anthropic =
    headers.has("anthropic-version") ||
    ["before_id", "after_id"].some((name) => query.has(name)) ||
    /^(anthropic|claude-cli)/i.test(headers.get("user-agent") ?? "") ||
    (headers.has("x-api-key") && !headers.has("authorization"));
  return anthropic ? "anthropic-messages" : "openai-chat";
}
