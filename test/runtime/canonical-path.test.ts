import { expect, test } from "bun:test";
import { canonicalPath } from "../../runtime/routes/canonical-path.ts";

/** What is asked for, and what is served. */
const paths: readonly [string, string][] = [
  ["/v1/messages", "/v1/messages"],
  ["/api/v1/messages", "/v1/messages"],
  ["/messages", "/v1/messages"],
  ["/api/messages", "/v1/messages"],
  ["/v1/v1/messages", "/v1/messages"],
  ["/api/v1/v1/messages", "/v1/messages"],
  ["/messages/count_tokens", "/v1/messages/count_tokens"],
  ["/chat/completions", "/v1/chat/completions"],
  ["/v1/v1/chat/completions", "/v1/chat/completions"],
  ["/completions", "/v1/completions"],
  ["/responses", "/v1/responses"],
  ["/responses/resp_1/input_items", "/v1/responses/resp_1/input_items"],
  ["/embeddings", "/v1/embeddings"],
  ["/models", "/v1/models"],
  ["/models/openai%2Fgpt-5", "/v1/models/openai%2Fgpt-5"],
  ["/models/gemini-2.5-pro:generateContent", "/v1/models/gemini-2.5-pro:generateContent"],
  ["/v1beta/models/gemini-2.5-pro:generateContent", "/v1beta/models/gemini-2.5-pro:generateContent"],
  ["/api/v1beta/models", "/v1beta/models"],
  ["/v1/v1beta/models", "/v1beta/models"],
  ["/v1beta/v1/models", "/v1/models"],
  ["/api/v1/traces", "/v1/traces"],
  ["/api/dry-run/v1/messages", "/dry-run/v1/messages"],
  ["/api/hello", "/api/hello"],
  ["/api", "/api"],
  ["/", "/"],
  ["/v1", "/v1"],
  ["/modelsx", "/modelsx"],
  ["/chat/completionsx", "/chat/completionsx"],
  ["/v1beta/v1x", "/v1beta/v1x"],
];

test.each(paths)("R136 R137 %p is %p", (asked, served) => {
  expect(canonicalPath(asked)).toBe(served);
  expect(canonicalPath(served)).toBe(served);
});
