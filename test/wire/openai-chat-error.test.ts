import { describe, expect, test } from "bun:test";
import type { ErrorClass } from "../../runtime/wire/canonical.ts";
import { openaiChat } from "../../runtime/wire/openai-chat/codec.ts";

describe("R189 D1 D2 error bodies of upstreams have one class each, whoever sends them", () => {
  const openai = (fields: object): string =>
    JSON.stringify({ error: { message: "m", type: "invalid_request_error", param: null, code: null, ...fields } });
  const rows: readonly (readonly [status: number, text: string, expected: object])[] = [
    [
      400,
      openai({ param: "messages", code: "unsupported_value" }),
      { class: "invalid-request", status: 400, message: "m", code: "unsupported_value", param: "messages" },
    ],
    [400, openai({ code: "context_length_exceeded" }), { class: "context-too-long" }],
    [400, openai({ message: "This model's maximum context length is 8192 tokens" }), { class: "context-too-long" }],
    [401, openai({ code: "invalid_api_key" }), { class: "upstream-auth" }],
    [403, openai({ code: "unsupported_country_region_territory" }), { class: "permission", status: 403 }],
    [404, openai({ code: "model_not_found" }), { class: "not-found", status: 404 }],
    [413, "", { class: "too-large", message: "The upstream answered with status 413." }],
    [
      422,
      JSON.stringify({ detail: [{ msg: "field required" }] }),
      { class: "invalid-request", status: 422, message: "field required" },
    ],
    [429, openai({ type: "insufficient_quota", code: "insufficient_quota" }), { class: "billing" }],
    [429, openai({ type: "tokens", code: "rate_limit_exceeded" }), { class: "rate-limited", status: 429 }],
    [
      500,
      "<html><body>Bad</body></html>",
      { class: "server-error", status: 500, message: "The upstream answered with status 500." },
    ],
    [502, "upstream connect error", { class: "server-error", status: 502, message: "upstream connect error" }],
    [503, openai({ code: "server_is_overloaded" }), { class: "overloaded", status: 503 }],
    [529, "{}", { class: "overloaded" }],
    [504, "null", { class: "timeout" }],
    [400, '{"error":"plain text"}', { message: "plain text" }],
    [400, '{"message":"top"}', { message: "top" }],
    [400, '{"code":"1301","msg":"sensitive"}', { message: "sensitive", code: "1301" }],
    [400, '[{"error":{"code":400,"message":"google","status":"INVALID_ARGUMENT"}}]', { message: "google" }],
    [400, '{"error":{"message":"m","code":"constructor"}}', { class: "invalid-request" }],
    [418, "[]", { class: "invalid-request", status: 418 }],
  ];
  for (const [status, text, expected] of rows) {
    test(`${status} ${text.slice(0, 60)}`, () => expect(openaiChat.decodeError(status, text)).toMatchObject(expected));
  }
  test("keys never reach a client", () => {
    const message = "Incorrect API key provided: sk-proj-abcdef123456. See https://x/?key=AIza123";
    const error = openaiChat.decodeError(400, JSON.stringify({ error: { message } }));
    expect(error.message).toBe("Incorrect API key provided: sk-…. See https://x/?key=…");
    const rejected = openaiChat.encodeError(openaiChat.decodeError(401, JSON.stringify({ error: { message } })), "r");
    expect(rejected).toEqual({
      status: 502,
      body: {
        error: {
          message: "The upstream rejected the gateway's credentials.",
          type: "server_error",
          param: null,
          code: "upstream_auth",
        },
      },
    });
  });
});

describe("E01 E03 errors to Chat clients", () => {
  const rows: readonly (readonly [of: ErrorClass, status: number, sent: number, type: string, code: string | null])[] =
    [
      ["invalid-request", 422, 422, "invalid_request_error", null],
      ["context-too-long", 413, 400, "invalid_request_error", "context_length_exceeded"],
      ["client-auth", 401, 401, "invalid_request_error", "invalid_api_key"],
      ["upstream-auth", 401, 502, "server_error", "upstream_auth"],
      ["billing", 402, 429, "insufficient_quota", "insufficient_quota"],
      ["not-found", 404, 404, "invalid_request_error", "model_not_found"],
      ["rate-limited", 429, 429, "rate_limit_error", "rate_limit_exceeded"],
      ["overloaded", 529, 503, "server_error", "server_is_overloaded"],
      ["server-error", 500, 500, "server_error", null],
      ["bad-upstream-answer", 502, 502, "server_error", "upstream_invalid_response"],
      ["timeout", 504, 504, "server_error", "timeout"],
    ];
  for (const [of, status, sent, type, code] of rows) {
    test(of, () => {
      const encoded = openaiChat.encodeError({ class: of, status, message: "m", param: "p" }, "r");
      expect(encoded).toMatchObject({ status: sent, body: { error: { type, param: "p", code } } });
    });
  }
  test("a given code is kept, param is null when unknown", () => {
    const error = { class: "not-found", status: 404, message: "m", code: "arouter_no_route" } as const;
    expect(openaiChat.encodeError(error, "r").body).toEqual({
      error: { message: "m", type: "invalid_request_error", param: null, code: "arouter_no_route" },
    });
  });
  test("C6 the frame that ends a broken stream", () => {
    const error = { class: "server-error", status: 500, message: 'a\n"b"' } as const;
    expect(openaiChat.streamError(error, "r")).toBe(
      'data: {"error":{"message":"a\\n\\"b\\"","type":"server_error","param":null,"code":"upstream_stream_error"}}\n\n',
    );
  });
});
