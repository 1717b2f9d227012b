import { afterAll, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import type { Catalog, Gateway } from "../../runtime/contract.ts";
import { createModelList } from "../../runtime/model-list/models.ts";
import { routeTo } from "../support/router-ir.ts";

const probed: Readonly<Record<string, readonly string[]>> = {
  openai: ["gpt-5", "gpt-4o", "gpt-5"],
  anthropic: ["claude-opus-5"],
  local: ["llama/3", "gpt-5"],
};

const gateway: Pick<Gateway, "catalog" | "resolve"> = {
  catalog: {
    models: ["claude-sonnet-4-5-20250929", "gpt-4o"],
    providers: { openai: {}, anthropic: {}, local: {} },
    auth: { mode: "auto", keys: [] },
  } as unknown as Catalog,
  resolve: (model) => {
    if (model.startsWith("local/")) return routeTo("local", model.slice(6));
    return routeTo(model.startsWith("claude-") ? "anthropic" : "openai", model);
  },
};

function modelList(clientKeys: readonly string[] = [], ids = probed) {
  return createModelList({
    gateway,
    clientKeys,
    health: { models: (provider) => (ids[provider] ?? []).map((id) => ({ id })) },
    epochMs: () => 0,
    newRequestId: () => "0123456789abcdef",
  });
}

const allIds = ["claude-opus-5", "claude-sonnet-4-5-20250929", "gpt-4o", "gpt-5", "local/gpt-5", "local/llama/3"];
const anthropicHeaders = { "anthropic-version": "2026-10-21" };

async function list(query = "", headers: Record<string, string> = {}, models = modelList()) {
  const response = models.list(new Request(`http://gateway/v1/models${query}`, { headers }));
  return { response, body: (await response.json()) as ListBody };
}

type ListBody = Readonly<{
  data: readonly Readonly<{ id: string }>[];
  models: readonly Readonly<{ name: string }>[];
  nextPageToken?: string;
  error: Readonly<{ code: string }>;
}>;

describe("GET /v1/models", () => {
  test("OpenAI's shape: every model under a name the gateway routes to its provider, sorted, once", async () => {
    const { response, body } = await list();
    expect(response.status).toBe(200);
    expect(response.headers.get("x-arouter-request-id")).toBe("0123456789abcdef");
    expect<unknown>(body).toMatchObject({
      object: "list",
      data: [
        { id: "claude-opus-5", object: "model", created: 1735689600, owned_by: "anthropic" },
        { id: "claude-sonnet-4-5-20250929", object: "model", created: 1735689600, owned_by: "anthropic" },
        { id: "gpt-4o", object: "model", created: 1735689600, owned_by: "openai" },
        { id: "gpt-5", object: "model", created: 1735689600, owned_by: "openai" },
        { id: "local/gpt-5", object: "model", created: 1735689600, owned_by: "local" },
        { id: "local/llama/3", object: "model", created: 1735689600, owned_by: "local" },
      ],
    });
    expect(body.data).toHaveLength(6);
  });

  const dialects: readonly [
    string,
    string,
    Record<string, string>,
    "openai" | "anthropic" | "gemini" | "openrouter",
  ][] = [
    ["nothing", "", {}, "openai"],
    ["bearer, which both vendors' SDKs send", "", { authorization: "Bearer k" }, "openai"],
    ["Azure's header", "", { "api-key": "k" }, "openai"],
    ["both key headers", "", { authorization: "Bearer k", "x-api-key": "k" }, "openai"],
    ["another query", "?client_version=1", {}, "openai"],
    ["anthropic-version", "", anthropicHeaders, "anthropic"],
    ["anthropic-version with bearer", "", { ...anthropicHeaders, authorization: "Bearer k" }, "anthropic"],
    ["limit", "?limit=1000", {}, "anthropic"],
    ["after_id", "?after_id=gpt-4o", {}, "anthropic"],
    ["before_id", "?before_id=gpt-4o", {}, "anthropic"],
    ["user agent of the SDK", "", { "user-agent": "Anthropic/JS 1.11.0" }, "anthropic"],
    ["user agent of Claude Code", "", { "user-agent": "claude-cli/2.1.329 (external)" }, "anthropic"],
    ["x-api-key alone", "", { "x-api-key": "k" }, "anthropic"],
    ["x-goog-api-key", "", { "x-goog-api-key": "k" }, "gemini"],
    ["x-goog-api-client", "", { "x-goog-api-client": "google-genai-sdk/3.1.0" }, "gemini"],
    ["x-goog-api-key with a version of Anthropic's", "", { "x-goog-api-key": "k", ...anthropicHeaders }, "gemini"],
    ["name of OpenRouter's SDK", "", { "user-agent": "speakeasy-sdk/typescript 1.3.19 @openrouter/sdk" }, "openrouter"],
  ];
  test.each(dialects)("dialect by %s", async (_name, query, headers, dialect) => {
    const { body } = await list(query, headers);
    const told =
      "models" in body ? "gemini" : "has_more" in body ? "anthropic" : "object" in body ? "openai" : "openrouter";
    expect(told).toBe(dialect);
  });

  test.each(["/v1beta/models", "/api/v1beta/models"])("%s is Google's, whoever asks", async (path) => {
    const response = modelList().list(new Request(`http://gateway${path}`, { headers: anthropicHeaders }));
    expect(await response.json()).toHaveProperty("models");
  });

  test("Google's shape, with the limits that are known", async () => {
    const priced: typeof gateway = {
      ...gateway,
      resolve: (model) => {
        const route = routeTo("openai", model);
        return { ...route, offers: [{ ...route.offers[0], contextTokens: 128_000 }] };
      },
    };
    const models = createModelList({
      gateway: { ...priced, catalog: { ...priced.catalog, models: ["gpt-4o", "text-embedding-3-small"] } },
      clientKeys: [],
      health: { models: () => [] },
      epochMs: () => 0,
      newRequestId: () => "0123456789abcdef",
    });
    const { body } = await list("", { "x-goog-api-client": "x" }, models);
    expect<unknown>(body).toEqual({
      models: [
        {
          name: "models/gpt-4o",
          baseModelId: "gpt-4o",
          version: "001",
          displayName: "gpt-4o",
          description: "gpt-4o",
          inputTokenLimit: 128_000,
          outputTokenLimit: 128_000,
          thinking: false,
          supportedGenerationMethods: ["generateContent", "streamGenerateContent", "countTokens"],
        },
        expect.objectContaining({ supportedGenerationMethods: ["embedContent", "batchEmbedContents"] }),
      ],
    });
  });

  test("Google's pages follow one another to the end", async () => {
    const seen: string[] = [];
    let token: string | undefined;
    let pages = 0;
    do {
      const query = token === undefined ? "?pageSize=4" : `?pageSize=4&pageToken=${encodeURIComponent(token)}`;
      const { body } = await list(query, { "x-goog-api-key": "k" });
      seen.push(...body.models.map(({ name }) => name));
      token = body.nextPageToken;
      pages += 1;
    } while (token !== undefined && pages < 9);
    expect(seen).toEqual(allIds.map((id) => `models/${id}`));
    expect(pages).toBe(2);
  });

  test.each(["?pageSize=0", "?pageSize=x", "?pageToken=none"])("Google's page %p is a 400", async (query) => {
    const { response } = await list(query, { "x-goog-api-key": "k" });
    expect(response.status).toBe(400);
  });

  test("OpenRouter's shape: what its SDK insists on; prices per token; a number for an error's code", async () => {
    const headers = { "user-agent": "@openrouter/sdk" };
    const priced: typeof gateway = {
      ...gateway,
      resolve: (model) => {
        const route = routeTo("openai", model);
        return {
          ...route,
          offers: [{ ...route.offers[0], price: { input: 2_500_000_000, output: 10_000_000_000, from: "config" } }],
        };
      },
    };
    const models = createModelList({
      gateway: priced,
      clientKeys: [],
      health: { models: () => [] },
      epochMs: () => 0,
      newRequestId: () => "0123456789abcdef",
    });
    const { body } = await list("", headers, models);
    expect<unknown>(body.data[1]).toMatchObject({
      id: "gpt-4o",
      name: "gpt-4o",
      context_length: null,
      architecture: { input_modalities: ["text", "image", "file"], output_modalities: ["text"] },
      pricing: { prompt: "0.0000025", completion: "0.00001" },
    });
    const unknown = models.get(new Request("http://gateway/api/v1/models/none", { headers }), "none");
    expect(await unknown.json()).toMatchObject({ error: { code: 404, metadata: { code: "model_not_found" } } });
  });

  const ids = (body: ListBody) => body.data.map(({ id }) => id);
  const pages: readonly [string, readonly string[], boolean][] = [
    ["", allIds, false],
    ["?limit=1000", allIds, false],
    ["?limit=2", allIds.slice(0, 2), true],
    ["?limit=6", allIds, false],
    ["?limit=2&after_id=claude-sonnet-4-5-20250929", allIds.slice(2, 4), true],
    ["?limit=2&after_id=gpt-5", allIds.slice(4), false],
    ["?after_id=local%2Fllama%2F3", [], false],
    ["?limit=2&before_id=local/gpt-5", allIds.slice(2, 4), true],
    ["?limit=4&before_id=local/gpt-5", allIds.slice(0, 4), false],
    ["?limit=9&before_id=gpt-4o", allIds.slice(0, 2), false],
  ];
  test.each(pages)("Anthropic page %p", async (query, expected, more) => {
    const { body } = await list(query, anthropicHeaders);
    expect(ids(body)).toEqual([...expected]);
    expect(body).toMatchObject({ has_more: more, first_id: expected[0] ?? null, last_id: expected.at(-1) ?? null });
  });

  test("Anthropic's shape of one model", async () => {
    const { body } = await list("?limit=1", anthropicHeaders);
    expect<unknown>(body.data).toEqual([
      {
        type: "model",
        id: "claude-opus-5",
        display_name: "claude-opus-5",
        created_at: "2025-01-01T00:00:00Z",
        capabilities: null,
        deprecated_at: null,
        lifecycle: "active",
        line: null,
        max_input_tokens: null,
        max_tokens: null,
        retires_at: null,
      },
    ]);
  });

  test.each([
    ["?limit=0", "limit: must be a whole number from 1 to 1000."],
    ["?limit=1001", "limit: must be a whole number from 1 to 1000."],
    ["?limit=x", "limit: must be a whole number from 1 to 1000."],
    ["?after_id=none", "after_id: is no id of this list."],
    ["?before_id=none", "before_id: is no id of this list."],
  ])("%p is a 400 in Anthropic's shape", async (query, message) => {
    const { response, body } = await list(query);
    expect(response.status).toBe(400);
    expect(body).toMatchObject({ type: "error", error: { type: "invalid_request_error", message } });
  });

  test("asks for the key that model calls need, in the dialect of who asks", async () => {
    const closed = modelList(["client-key"]);
    const openai = await list("", {}, closed);
    expect(openai.response.status).toBe(401);
    expect(openai.response.headers.get("www-authenticate")).toBe("Bearer");
    expect(openai.response.headers.get("x-should-retry")).toBe("false");
    expect(openai.body.error.code).toBe("invalid_api_key");
    const anthropic = await list("", { "x-api-key": "wrong" }, closed);
    expect(anthropic.response.status).toBe(401);
    expect(anthropic.body).toMatchObject({ type: "error", error: { type: "authentication_error" } });
    expect((await list("", { authorization: "Bearer client-key" }, closed)).response.status).toBe(200);
  });
});

describe("GET /v1/models/{id} and the vendors' own clients", () => {
  const models = modelList(["client-key"]);
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => {
      const id = new URL(request.url).pathname.split("/v1/models/")[1];
      return id === undefined ? models.list(request) : models.get(request, decodeURIComponent(id));
    },
  });
  afterAll(() => server.stop(true));
  const origin = server.url.href.replace(/\/$/, "");
  const openai = new OpenAI({ baseURL: `${origin}/v1`, apiKey: "client-key", maxRetries: 0 });
  const anthropic = new Anthropic({ baseURL: origin, apiKey: "client-key", maxRetries: 0 });

  test("lists", async () => {
    const seen: string[] = [];
    for await (const model of openai.models.list()) seen.push(model.id);
    expect(seen).toEqual(allIds);
    const paged: string[] = [];
    for await (const model of anthropic.models.list({ limit: 2 })) paged.push(model.id);
    expect(paged).toEqual(allIds);
  });

  test.each(["gpt-5", "local/llama/3"])("%s", async (id) => {
    expect(await openai.models.retrieve(id)).toMatchObject({ id, object: "model" });
    expect(await anthropic.models.retrieve(id)).toMatchObject({ id, type: "model" });
    const raw = await fetch(`${origin}/v1/models/${id}`, { headers: { authorization: "Bearer client-key" } });
    expect(await raw.json()).toMatchObject({ id });
  });

  test("an unknown id is each SDK's own not-found error", async () => {
    const thrown = await openai.models.retrieve("gpt-none").catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(OpenAI.NotFoundError);
    expect(thrown).toMatchObject({ status: 404, code: "model_not_found", param: "model" });
    const other = await anthropic.models.retrieve("claude-none").catch((error: unknown) => error);
    expect(other).toBeInstanceOf(Anthropic.NotFoundError);
    expect(other).toMatchObject({ status: 404, error: { error: { type: "not_found_error" } } });
  });
});
