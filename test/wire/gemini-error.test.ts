import { describe, expect, test } from "bun:test";
import { failure } from "../../runtime/errors.ts";
import { anthropicMessages } from "../../runtime/wire/anthropic-messages/codec.ts";
import type { ErrorClass } from "../../runtime/wire/canonical.ts";
import { gemini } from "../../runtime/wire/gemini/codec.ts";

const rpc = (type: string, members: object) => ({ "@type": `type.googleapis.com/google.rpc.${type}`, ...members });
const google = (code: number, status: string, message = "m", details: readonly object[] = []): string =>
  JSON.stringify({ error: { code, message, status, details } });
const tooMany = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).";

describe("R189 D1 D2 error bodies of upstreams have one class each, whoever sends them", () => {
  const rows: readonly (readonly [status: number, text: string, expected: object])[] = [
    [
      400,
      google(400, "INVALID_ARGUMENT", "Bad field."),
      { class: "invalid-request", status: 400, message: "Bad field." },
    ],
    [400, google(400, "INVALID_ARGUMENT", tooMany), { class: "context-too-long", message: tooMany }],
    [400, google(400, "FAILED_PRECONDITION"), { class: "invalid-request", status: 400 }],
    [
      400,
      google(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
      { class: "upstream-auth" },
    ],
    [
      400,
      google(400, "INVALID_ARGUMENT", "m", [rpc("ErrorInfo", { reason: "API_KEY_INVALID" })]),
      { class: "upstream-auth" },
    ],
    [401, google(401, "UNAUTHENTICATED"), { class: "upstream-auth", status: 401 }],
    [403, google(403, "PERMISSION_DENIED"), { class: "permission", status: 403 }],
    [
      403,
      google(403, "PERMISSION_DENIED", "m", [rpc("ErrorInfo", { reason: "BILLING_DISABLED" })]),
      { class: "billing", code: "BILLING_DISABLED" },
    ],
    [404, google(404, "NOT_FOUND"), { class: "not-found", status: 404 }],
    [409, google(409, "ABORTED"), { class: "conflict", status: 409 }],
    [413, google(413, "INVALID_ARGUMENT"), { class: "too-large", status: 413 }],
    [429, google(429, "RESOURCE_EXHAUSTED"), { class: "rate-limited", status: 429 }],
    [
      429,
      google(429, "RESOURCE_EXHAUSTED", "m", [rpc("RetryInfo", { retryDelay: "13s" })]),
      { class: "rate-limited", retryAfterMs: 13_000 },
    ],
    [429, google(429, "RESOURCE_EXHAUSTED", "m", [rpc("RetryInfo", { retryDelay: "0.2504s" })]), { retryAfterMs: 251 }],
    [
      429,
      google(429, "RESOURCE_EXHAUSTED", "m", [
        rpc("QuotaFailure", { violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier" }] }),
      ]),
      { class: "billing", status: 429 },
    ],
    [500, google(500, "INTERNAL"), { class: "server-error", status: 500 }],
    [501, google(501, "UNIMPLEMENTED"), { class: "unimplemented", status: 501 }],
    [503, google(503, "UNAVAILABLE"), { class: "overloaded", status: 503 }],
    [504, google(504, "DEADLINE_EXCEEDED"), { class: "timeout", status: 504 }],
    [400, `[${google(400, "INVALID_ARGUMENT", "in a list")}]`, { class: "invalid-request", message: "in a list" }],
    [
      502,
      "<html><body>Bad Gateway</body></html>",
      { class: "server-error", message: "The upstream answered with status 502." },
    ],
    [429, "", { class: "rate-limited", message: "The upstream answered with status 429." }],
    [400, '{"error":{"status":"constructor","details":"x"}}', { class: "invalid-request" }],
    [400, '{"error":{"message":"m","details":[null,{"@type":7}]}}', { class: "invalid-request", message: "m" }],
  ];
  for (const [status, text, expected] of rows) {
    test(`${status} ${text.slice(0, 90)}`, () => expect(gemini.decodeError(status, text)).toMatchObject(expected));
  }

  test("a delay that is no duration is none", () => {
    for (const retryDelay of ["soon", "13", "-1s", 13, null]) {
      const text = google(429, "RESOURCE_EXHAUSTED", "m", [rpc("RetryInfo", { retryDelay })]);
      expect(gemini.decodeError(429, text)).not.toHaveProperty("retryAfterMs");
    }
  });

  test("keys never reach a client", () => {
    const error = gemini.decodeError(
      400,
      google(400, "INVALID_ARGUMENT", "POST https://x/v1beta/models?key=AIzaSyA1 failed"),
    );
    expect(error.message).toBe("POST https://x/v1beta/models?key=… failed");
    expect(gemini.decodeError(401, google(401, "UNAUTHENTICATED", "AIzaSyA1 is wrong")).message).toBe(
      "The upstream rejected the gateway's credentials.",
    );
  });

  test("E04 a delay reaches a Messages client as the class it has there", () => {
    const text = google(429, "RESOURCE_EXHAUSTED", "Quota exceeded.", [rpc("RetryInfo", { retryDelay: "13s" })]);
    const error = gemini.decodeError(429, text);
    expect(error.retryAfterMs).toBe(13_000);
    expect(anthropicMessages.encodeError(error, "r")).toMatchObject({
      status: 429,
      body: { error: { type: "rate_limit_error", message: "Quota exceeded." } },
    });
  });
});

describe("D2 errors for clients of the Gemini API", () => {
  const rows = {
    "invalid-request": [400, "INVALID_ARGUMENT"],
    "context-too-long": [400, "INVALID_ARGUMENT"],
    "client-auth": [401, "UNAUTHENTICATED"],
    "upstream-auth": [502, "INTERNAL"],
    billing: [429, "RESOURCE_EXHAUSTED"],
    permission: [403, "PERMISSION_DENIED"],
    "not-found": [404, "NOT_FOUND"],
    conflict: [400, "ABORTED"],
    "too-large": [413, "INVALID_ARGUMENT"],
    "unsupported-media": [415, "INVALID_ARGUMENT"],
    "rate-limited": [429, "RESOURCE_EXHAUSTED"],
    overloaded: [503, "UNAVAILABLE"],
    "server-error": [500, "INTERNAL"],
    "bad-upstream-answer": [502, "INTERNAL"],
    "upstream-unreachable": [502, "UNAVAILABLE"],
    timeout: [504, "DEADLINE_EXCEEDED"],
    unimplemented: [501, "UNIMPLEMENTED"],
    "content-policy": [400, "INVALID_ARGUMENT"],
    "provider-unavailable": [503, "UNAVAILABLE"],
    internal: [500, "INTERNAL"],
  } as const satisfies Record<ErrorClass, readonly [number, string]>;

  test.each(Object.entries(rows))("%s", (of, [status, word]) => {
    const error = { ...failure("internal", "why"), class: of as ErrorClass };
    const { status: own } = failure(of as ErrorClass, "why");
    const { status: sent, body } = gemini.encodeError({ ...error, status: own }, "r");
    expect([sent, body]).toMatchObject([status, { error: { code: status, message: "why", status: word } }]);
  });

  test("529 is Anthropic's own, and a slow upstream's 408 is a gateway's 504", () => {
    const encoded = (of: ErrorClass, status: number) => gemini.encodeError(failure(of, "m", { status }), "r").status;
    expect([encoded("overloaded", 529), encoded("timeout", 408)]).toEqual([503, 504]);
  });

  test("code, field and delay are details as Google writes them", () => {
    const error = failure("rate-limited", "slow", {
      code: "arouter_budget",
      param: "contents[0]",
      retryAfterMs: 12_001,
    });
    expect(gemini.encodeError(error, "r").body).toEqual({
      error: {
        code: 429,
        message: "slow",
        status: "RESOURCE_EXHAUSTED",
        details: [
          rpc("ErrorInfo", { reason: "arouter_budget", domain: "arouter" }),
          rpc("BadRequest", { fieldViolations: [{ field: "contents[0]", description: "slow" }] }),
          rpc("RetryInfo", { retryDelay: "13s" }),
        ],
      },
    });
  });

  test("C6 a broken stream ends in one frame with the error and no finish reason", () => {
    const frame = gemini.streamError(failure("overloaded", "busy", { code: "x" }), "r");
    expect(frame).toMatch(/^data: \{"error":\{"code":503,"message":"busy","status":"UNAVAILABLE",.*\}\}\n\n$/);
    expect(frame).not.toContain("finishReason");
  });

  test("an error reads back as what it was", () => {
    for (const of of ["permission", "not-found", "rate-limited", "overloaded", "timeout", "server-error"] as const) {
      const { status, body } = gemini.encodeError(failure(of, "m", { retryAfterMs: 2000 }), "r");
      expect(gemini.decodeError(status, JSON.stringify(body))).toMatchObject({ class: of, retryAfterMs: 2000 });
    }
  });
});
