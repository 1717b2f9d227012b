import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { typeErrors, typePatienceMs } from "./types/type-errors.ts";
import type { VendorTypes } from "./types/wire-types.ts";
import type { Written } from "./types/written.ts";
import { upstreams } from "./upstreams.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
  // The vendors are asked for their models in the background.
  while (!(await fetch(`${gateway.url}/v1/models/gpt-5`)).ok) await Bun.sleep(20);
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.forget());

type Asked = readonly [
  kind: keyof VendorTypes["side"],
  path: string,
  body?: object | undefined,
  headers?: Readonly<Record<string, string>>,
];

const anthropic = { "anthropic-version": "2026-10-21", "x-api-key": "anything" };
const turns = [{ role: "user", content: "hi" }];
const contents = [{ role: "user", parts: [{ text: "hi" }] }];
const content = contents[0];

const rows: readonly Asked[] = [
  ["openai models", "/v1/models"],
  ["openai model", "/v1/models/gpt-5"],
  ["anthropic models", "/v1/models", undefined, anthropic],
  ["anthropic model", "/v1/models/gpt-5", undefined, anthropic],
  ["gemini models", "/v1beta/models"],
  ["gemini model", "/v1beta/models/gpt-5"],
  ...["text-embedding-3-small", "gemini/gemini-embedding-001"].flatMap((model): readonly Asked[] => [
    ["openai embeddings", "/v1/embeddings", { model, input: ["hi"], encoding_format: "float" }],
    ["gemini embedding", `/v1beta/models/${model}:embedContent`, { content }],
    ["gemini embeddings", `/v1beta/models/${model}:batchEmbedContents`, { requests: [{ model, content }] }],
  ]),
  ...upstreams.flatMap(({ model }): readonly Asked[] => [
    ["anthropic count", "/v1/messages/count_tokens", { model, messages: turns }, anthropic],
    ["gemini count", `/v1beta/models/${model}:countTokens`, { contents }],
    ["openai count", "/v1/responses/input_tokens", { model, input: "hi" }],
    ["openai completion", "/v1/completions", { model, prompt: "hi" }],
  ]),
];

test(
  "R136 what is answered beside conversations is of the types of the vendors' SDKs",
  async () => {
    const written: Written[] = [];
    for (const [kind, path, body, headers = {}] of rows) {
      const answer = await fetch(gateway.url + path, {
        headers: { "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      });
      const json = await answer.text();
      expect([path, answer.status, answer.ok ? "" : json]).toEqual([path, 200, ""]);
      written.push({ format: "side", kind, json });
    }
    expect(await typeErrors(written)).toEqual([]);
  },
  typePatienceMs,
);
