import { expect, test } from "bun:test";
import { forOpenRouter, isOpenRouter } from "../../runtime/request/open-router.ts";
import { codecs } from "../../runtime/wire/formats.ts";

const userAgents = [
  ["speakeasy-sdk/typescript 1.3.19 2.914.0 1.0.0 @openrouter/sdk", true],
  ["OpenAI/JS 7.55.0", false],
  ["", false],
] as const;

test.each(userAgents)("OpenRouter's SDK is told by its name: %p", (name, isIt) => {
  expect(isOpenRouter({ headers: new Headers({ "user-agent": name }) })).toBe(isIt);
});

test("its errors have a number for a code, and the machine word beside it", () => {
  const codec = forOpenRouter(codecs["openai-chat"]);
  const error = { class: "not-found", status: 404, message: "No such model.", code: "model_not_found" } as const;
  expect(codec.encodeError(error, "r1")).toEqual({
    status: 404,
    body: {
      error: {
        code: 404,
        message: "No such model.",
        metadata: { code: "model_not_found", type: "invalid_request_error" },
      },
    },
  });
});

test("its streams tell their usage unasked", () => {
  const usage = { uncachedInput: 3, cacheRead: 0, cacheWrite: 0, output: 2, reasoning: 0, cacheWriteKnown: false };
  const writer = forOpenRouter(codecs["openai-chat"]).streamWriter({
    requestId: "r1",
    createdSeconds: 7,
    model: "m",
    request: {},
  });
  const told = [{ kind: "text", text: "hi" } as const, { kind: "usage", usage } as const, { kind: "end" } as const].map(
    (event) => writer.push(event),
  );
  expect(told.join("")).toContain('"total_tokens":5');
});
