import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Provider } from "../../runtime/contract.ts";
import { estimateTokens } from "../../runtime/request/estimate-tokens.ts";
import { countGemini, countMessages, countResponsesInput } from "../../runtime/side-calls/count-codecs.ts";
import { batchEmbedContents, embedContent, openaiEmbeddings } from "../../runtime/side-calls/embedding-codecs.ts";
import { floatsOf, floatsToBase64 } from "../../runtime/side-calls/floats-base64.ts";
import { prepare } from "../../runtime/upstream/prepare.ts";
import { siblingPath } from "../../runtime/upstream/sibling-path.ts";
import type { JsonObject } from "../../runtime/wire/canonical.ts";
import type { ClientCodec } from "../../runtime/wire/codec.ts";
import { openaiCompletions } from "../../runtime/wire/openai-completions/codec.ts";
import { providerTerms } from "../support/terms.ts";

const paths: readonly [string | undefined, string, string][] = [
  [undefined, "/v1/embeddings", "/v1/embeddings"],
  ["/chat/completions", "/v1/embeddings", "/embeddings"],
  ["/api/paas/v4/chat/completions", "/v1/embeddings", "/api/paas/v4/embeddings"],
  [
    "/openai/deployments/{model}/chat/completions?api-version=2024-10-21",
    "/v1/embeddings",
    "/openai/deployments/a%2Fb/embeddings?api-version=2024-10-21",
  ],
  ["/anthropic/v1/messages", "/v1/messages/count_tokens", "/anthropic/v1/messages/count_tokens"],
  ["/custom", "/v1/embeddings", "/v1/embeddings"],
];

test.each(paths)("beside %p, %p is %p", (path, own, beside) => {
  expect(siblingPath(path === undefined ? {} : { path }, own, "a/b")).toBe(beside);
});

test("floats go through base64 as 32-bit floats", () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true })), (values) => {
      expect(floatsOf(floatsToBase64(values))).toEqual(values);
    }),
  );
});

test.each(["AAA", "AAAAAAA=", "not base64!", "é"])("%p is no list of floats", (text) => {
  expect(floatsOf(text)).toBeUndefined();
});

test.each([[[1, "2"]], [{}], [null], [undefined]])("%p is none either", (value) => {
  expect(floatsOf(value)).toBeUndefined();
});

const codecs = [
  openaiEmbeddings,
  embedContent,
  batchEmbedContents,
  countMessages,
  countResponsesInput,
  countGemini,
  openaiCompletions,
] as const;
const estimate = estimateTokens({});
const formats = ["openai-chat", "openai-responses", "anthropic-messages", "gemini"] as const;
const dialect = { vendor: true, streamOptions: true, maxTokensField: "auto" } as const;
const members = [
  "input",
  "prompt",
  "content",
  "requests",
  "contents",
  "messages",
  "model",
  "dimensions",
  "stop",
  "tools",
];
const anyBody = fc.dictionary(
  fc.oneof(fc.constantFrom(...members), fc.string()),
  fc.jsonValue(),
) as fc.Arbitrary<JsonObject>;

const provider: Provider = {
  ...providerTerms,
  format: "anthropic-messages",
  dialect,
  baseUrl: "http://main",
  auth: "x-api-key",
  keys: [],
  timeouts: { connectMs: 0, firstByteMs: 0, idleMs: 0, totalMs: 0 },
  also: [{ format: "openai-chat", baseUrl: "http://other", path: "/v4/chat/completions", auth: "bearer", dialect }],
};

/** What a provider is sent, and where. */
async function sent(codec: ClientCodec, body: JsonObject, model: string) {
  const side = codec.sideCall?.(body);
  if (side?.kind !== "side-call") throw new Error("no side call");
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const rejected = () => codec.decodeRequest(body);
  const client = { codec, bytes, model: "asked", canonical: rejected, strict: false, fetchMedia: undefined, side };
  const prepared = await prepare(client, provider, { provider: "p", model });
  if (prepared.kind === "refused") return prepared.error.code;
  const { surface, native, side: made } = prepared;
  return { url: surface.baseUrl + made?.path, native, body: JSON.parse(new TextDecoder().decode(prepared.body)) };
}

test("of a provider's APIs the first that has the call gets it, the client's own before the others", async () => {
  expect(await sent(openaiEmbeddings, { model: "asked", input: "hi" }, "e")).toEqual({
    url: "http://other/v4/embeddings",
    native: true,
    body: { model: "e", input: "hi" },
  });
  expect(
    await sent(batchEmbedContents, { model: "asked", requests: [{ content: { parts: [{ text: "hi" }] } }] }, "e"),
  ).toEqual({
    url: "http://other/v4/embeddings",
    native: false,
    body: { model: "e", input: ["hi"], encoding_format: "float" },
  });
  expect(await sent(countMessages, { model: "asked", messages: [] }, "c")).toEqual({
    url: "http://main/v1/messages/count_tokens",
    native: true,
    body: { model: "c", messages: [] },
  });
});

test("no body and no answer of any kind throws", async () => {
  await fc.assert(
    fc.asyncProperty(anyBody, fc.array(anyBody), async (body, answers) => {
      for (const codec of codecs) {
        const facts = codec.facts(body);
        expect(Array.isArray(facts.texts())).toBe(true);
        codec.decodeRequest(body);
        const call = codec.sideCall?.(body);
        if (call?.kind !== "side-call") continue;
        for (const format of formats) {
          const encoded = call.encode({ format, model: "m", dialect });
          if (encoded.kind === "side-request") await encoded.answer(answers, estimate);
        }
        if (call.isLight) expect(await call.estimate?.(estimate)).toBeObject();
      }
    }),
  );
});
