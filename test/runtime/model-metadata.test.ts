import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";
import { z } from "zod";
import type { Served } from "../../runtime/server/serve.ts";
import { serveCompiled } from "../support/compiled.ts";

/** Field by field as OpenRouter's reference has it ("Models API Standard"); nothing else may be there but OpenAI's two members. */
const decimal = z.string().regex(/^(-1|\d+(\.\d+)?)$/);
const ModelObject = z.strictObject({
  id: z.string().min(1),
  canonical_slug: z.string().min(1),
  name: z.string().min(1),
  created: z.number().int().positive(),
  description: z.string(),
  context_length: z.number().int().positive().nullable(),
  architecture: z.strictObject({
    modality: z.string().regex(/^[a-z+]+->[a-z+]+$/),
    input_modalities: z.array(z.enum(["text", "image", "file", "audio", "video"])).min(1),
    output_modalities: z
      .array(z.enum(["text", "image", "audio", "video", "speech", "transcription", "embeddings"]))
      .min(1),
    tokenizer: z.string(),
    instruct_type: z.string().nullable(),
  }),
  pricing: z.strictObject({
    prompt: decimal,
    completion: decimal,
    input_cache_read: decimal.optional(),
    input_cache_write: decimal.optional(),
    request: decimal.optional(),
    web_search: decimal.optional(),
  }),
  top_provider: z.strictObject({
    context_length: z.number().nullable(),
    max_completion_tokens: z.number().nullable(),
    is_moderated: z.boolean(),
  }),
  per_request_limits: z
    .strictObject({ prompt_tokens: z.number().nullable(), completion_tokens: z.number().nullable() })
    .nullable(),
  supported_parameters: z.array(z.string()),
  default_parameters: z.record(z.string(), z.number()).nullable(),
  expiration_date: z.string().nullable(),
  supported_voices: z.null(),
  links: z.strictObject({ details: z.string() }),
  object: z.literal("model").optional(),
  owned_by: z.string().optional(),
});
type ModelObject = z.infer<typeof ModelObject>;

/** Every member of the metadata, as an operator writes it; a model that the catalogue knows; one that nobody knows. */
const config = `startup = { allow_missing_keys = true }
health = { probe_interval_s = 86400 }
[providers.lab]
label = "The Lab"
type = "openai"
base_url = "http://localhost:1"
auth = "none"
zdr = true
[providers.openai]
api_key = "k"
[[models]]
name = "lab/one"
provider = "lab"
upstream_model = "one"
context = 65536
supports = ["tools", "temperature"]
quantization = "fp8"
price = { prompt = "0.15", completion = "0.0000009", cache_read = 0, web_search = "0.01" }
[models.metadata]
name = "The One"
description = "Does it all."
canonical_slug = "lab/one-2026"
created = 1760000000
max_output = 8192
input_modalities = ["text", "image"]
output_modalities = ["text", "audio"]
tokenizer = "Llama3"
instruct_type = "llama3"
default_parameters = { temperature = 0.7 }
max_prompt_tokens = 60000
max_completion_tokens = 4000
moderated = true
expires = "2027-01-31"
[[models]]
name = "lab/one"
provider = "openai"
upstream_model = "gpt-4o-mini"
weight = 0
priority = 1
[[models]]
name = "free"
provider = "lab"
price = { prompt = 0, completion = "0" }
[[models]]
name = "gpt-4o-mini"
provider = "openai"
[[models]]
name = "nobody-knows"
provider = "lab"
[[models]]
name = "text-embedding-3-small"
provider = "openai"
`;

const lists = {
  object: "list",
  data: [{ id: "live-only", object: "model", created: 1, owned_by: "lab", max_model_len: 4096, name: "Live" }],
};

let upstream: ReturnType<typeof Bun.serve>;
let gateway: Served;
beforeAll(async () => {
  upstream = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ url }) => (url.endsWith("/lab/v1/models") ? Response.json(lists) : new Response(null, { status: 404 })),
  });
  const { origin } = upstream.url;
  gateway = await serveCompiled({
    files: { "arouter.toml": config },
    env: {},
    upstreams: { lab: `${origin}/lab`, openai: `${origin}/openai` },
  });
  while (!(await ids("")).includes("lab/live-only")) await Bun.sleep(5);
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await upstream.stop(true);
});

async function models(query: string, path = "/v1/models", headers: Record<string, string> = {}) {
  const response = await fetch(`${gateway.url}${path}${query}`, { headers });
  expect(response.status).toBe(200);
  return z.object({ data: z.array(ModelObject) }).parse(await response.json()).data;
}

async function ids(query: string): Promise<readonly string[]> {
  return (await models(query)).map(({ id }) => id);
}

async function model(id: string): Promise<ModelObject> {
  const response = await fetch(`${gateway.url}/api/v1/models/${id}`);
  return ModelObject.parse(await response.json());
}

describe("GET /v1/models", () => {
  test.each(["/v1/models", "/api/v1/models"])("R170 R171 R190 %s: each field of every model", async (path) => {
    const listed = await models("", path);
    expect(listed.map(({ id }) => id)).toEqual([
      "free",
      "gpt-4o-mini",
      "lab/live-only",
      "lab/one",
      "nobody-knows",
      "text-embedding-3-small",
    ]);
    for (const one of listed) expect(one).toEqual(await model(one.id));
  });

  test("R172 R191-R202 what the operator wrote comes back as it was written", async () => {
    expect<unknown>(await model("lab/one")).toEqual({
      id: "lab/one",
      canonical_slug: "lab/one-2026",
      name: "The One",
      created: 1_760_000_000,
      description: "Does it all.",
      context_length: 65_536,
      architecture: {
        modality: "text+image->text+audio",
        input_modalities: ["text", "image"],
        output_modalities: ["text", "audio"],
        tokenizer: "Llama3",
        instruct_type: "llama3",
      },
      pricing: {
        prompt: "0.00000015",
        completion: "0.0000000000009",
        input_cache_read: "0",
        web_search: "0.01",
      },
      top_provider: { context_length: 65_536, max_completion_tokens: 8192, is_moderated: true },
      per_request_limits: { prompt_tokens: 60_000, completion_tokens: 4000 },
      supported_parameters: ["tools", "temperature"],
      default_parameters: { temperature: 0.7 },
      expiration_date: "2027-01-31",
      supported_voices: null,
      links: { details: "/api/v1/models/lab/one/endpoints" },
      object: "model",
      owned_by: "lab",
    });
  });

  test("R199 R200 free is 0, a price that nobody knows is -1, a list price has its exact digits", async () => {
    expect((await model("free")).pricing).toEqual({ prompt: "0", completion: "0" });
    expect((await model("nobody-knows")).pricing).toEqual({ prompt: "-1", completion: "-1" });
    expect((await model("gpt-4o-mini")).pricing).toMatchObject({ prompt: "0.00000015", completion: "0.0000006" });
  });

  test("what the operator left out comes from the catalogue and the family", async () => {
    expect(await model("gpt-4o-mini")).toMatchObject({
      id: "gpt-4o-mini",
      name: "gpt 4o mini",
      context_length: 128_000,
      architecture: { modality: "text+image+file->text", tokenizer: "GPT", instruct_type: null },
      supported_parameters: expect.arrayContaining(["tools", "temperature", "max_tokens", "structured_outputs"]),
    });
  });

  test("a model that only its provider lists has what that says of it", async () => {
    expect(await model("lab/live-only")).toMatchObject({
      name: "Live",
      context_length: 4096,
      pricing: { prompt: "-1" },
    });
  });

  test.each([
    ["?supported_parameters=tools", ["gpt-4o-mini", "lab/one"]],
    ["?supported_parameters=tools,temperature", ["gpt-4o-mini", "lab/one"]],
    ["?supported_parameters=tools,seed", ["gpt-4o-mini"]],
    ["?supported_parameters=tools&supported_parameters=seed", ["gpt-4o-mini"]],
    ["?supported_parameters=telepathy", []],
    ["?output_modalities=audio", ["lab/one"]],
    ["?output_modalities=audio,embeddings", ["lab/one", "text-embedding-3-small"]],
    ["?input_modalities=text,image", ["gpt-4o-mini", "lab/one"]],
    ["?input_modalities=file&output_modalities=text", ["gpt-4o-mini"]],
    ["?provider=openai", ["gpt-4o-mini", "lab/one", "text-embedding-3-small"]],
  ])("R201 %s", async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  test.each(["?output_modalities=all", "?supported_parameters=", "?provider=,", ""])("%p leaves all", async (query) => {
    expect(await ids(query)).toHaveLength(6);
  });

  test("each way to serve a model, the first one first", async () => {
    const response = await fetch(`${gateway.url}/api/v1/models/lab/one/endpoints`);
    expect(await response.json()).toEqual({
      data: {
        id: "lab/one",
        name: "The One",
        created: 1_760_000_000,
        description: "Does it all.",
        architecture: expect.objectContaining({ tokenizer: "Llama3" }),
        endpoints: [
          {
            name: "The Lab | one",
            model_id: "lab/one",
            model_name: "The One",
            model: "one",
            provider_name: "The Lab",
            tag: "lab",
            context_length: 65_536,
            max_completion_tokens: 8192,
            max_prompt_tokens: 60_000,
            pricing: expect.objectContaining({ prompt: "0.00000015" }),
            quantization: "fp8",
            supported_parameters: ["tools", "temperature"],
            is_zdr: true,
          },
          expect.objectContaining({
            model: "gpt-4o-mini",
            provider_name: "openai",
            quantization: "unknown",
            context_length: 128_000,
            is_zdr: false,
            pricing: expect.objectContaining({ prompt: "0.00000015", completion: "0.0000006" }),
          }),
        ],
      },
    });
    expect((await fetch(`${gateway.url}/api/v1/models/none/endpoints`)).status).toBe(404);
  });
});

describe("the vendors' own clients", () => {
  test("OpenAI's", async () => {
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "k" });
    const listed = await Array.fromAsync(client.models.list());
    expect(listed.map(({ id }) => id)).toEqual([...(await ids(""))]);
    expect(listed.find(({ id }) => id === "lab/one")).toMatchObject({ created: 1_760_000_000, owned_by: "lab" });
  });

  test("Anthropic's: name, dates and limits", async () => {
    const client = new Anthropic({ baseURL: gateway.url, apiKey: "k" });
    expect(await client.models.retrieve("lab/one")).toMatchObject({
      id: "lab/one",
      type: "model",
      display_name: "The One",
      created_at: "2025-10-09T08:53:20Z",
      max_input_tokens: 65_536,
      max_tokens: 8192,
      retires_at: "2027-01-31T00:00:00Z",
    });
    const filtered = await Array.fromAsync(client.models.list({}, { query: { supported_parameters: "seed" } }));
    expect(filtered.map(({ id }) => id)).toEqual(["gpt-4o-mini"]);
  });

  test("Google's: name, description, limits and methods", async () => {
    const client = new GoogleGenAI({ apiKey: "k", httpOptions: { baseUrl: gateway.url } });
    const listed = await Array.fromAsync(await client.models.list());
    expect(listed.find(({ name }) => name === "models/lab/one")).toMatchObject({
      displayName: "The One",
      description: "Does it all.",
      inputTokenLimit: 65_536,
      outputTokenLimit: 8192,
    });
    const raw = await fetch(`${gateway.url}/v1beta/models/text-embedding-3-small`);
    expect(await raw.json()).toMatchObject({ supportedGenerationMethods: ["embedContent", "batchEmbedContents"] });
  });
});
