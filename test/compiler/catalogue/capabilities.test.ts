import { describe, expect, test } from "bun:test";
import { capabilitiesOf } from "../../../compiler/catalogue/capabilities-of.ts";
import type { ModelCapabilities } from "../../../compiler/catalogue/model-capabilities.ts";
import { nameCapabilities } from "../../../compiler/catalogue/name-capabilities.ts";
import { lowerPrices } from "../../../compiler/lower-prices.ts";
import { routerIR } from "../../support/router-ir.ts";

const sampling = ["frequency_penalty", "logit_bias", "presence_penalty"];
const always = ["frequency_penalty", "logit_bias", "logprobs", "presence_penalty", "temperature", "top_p"];

/** Of each model what a lint would ask; `undefined` is what must not be claimed. */
const known: readonly (readonly [model: string, Partial<Record<keyof ModelCapabilities, unknown>>])[] = [
  ["gpt-4o", { family: "GPT", maxOutputTokens: 16_384, tools: true, images: true, jsonSchema: true, rejects: [] }],
  ["gpt-4o-2024-05-13", { maxOutputTokens: 4096, jsonSchema: false }],
  ["gpt-4o-mini-2024-07-18", { maxOutputTokens: 16_384, jsonSchema: true, minCacheTokens: 1024 }],
  ["gpt-4o-mini-transcribe", { answers: false, tools: false, maxOutputTokens: undefined }],
  ["gpt-4.1-nano", { contextTokens: 1_047_576, maxOutputTokens: 32_768, reasoning: false }],
  ["gpt-4", { images: false, jsonSchema: false, jsonObject: false, maxOutputTokens: 8192 }],
  ["gpt-4-turbo-2024-04-09", { images: true, jsonSchema: false, jsonObject: true }],
  ["gpt-3.5-turbo-instruct", { tools: false }],
  ["o3-mini", { images: false, efforts: ["low", "medium", "high"], rejects: always }],
  ["o3", { images: true, rejects: [...always, "stop"].sort(), maxOutputTokens: 100_000 }],
  ["gpt-5-mini", { efforts: ["minimal", "low", "medium", "high"], rejects: always, maxOutputTokens: 128_000 }],
  ["gpt-5.1", { efforts: ["none", "low", "medium", "high"], rejects: sampling }],
  ["gpt-6-sol", { efforts: ["none", "low", "medium", "high", "xhigh", "max"], maxOutputTokens: undefined }],
  ["text-embedding-3-small", { answers: false, embeddings: true, tools: false, reasoning: undefined }],
  ["claude-haiku-4-5-20251001", { thinkingFamily: "haiku-4-5", maxOutputTokens: 64_000, minCacheTokens: 4096 }],
  ["anthropic/claude-sonnet-4.5", { thinkingFamily: "sonnet-4-5", jsonSchema: true, jsonObject: undefined }],
  ["us.anthropic.claude-opus-4-6-v1", { thinkingFamily: "opus-4-6", minCacheTokens: 4096, rejects: [] }],
  ["claude-opus-5", { rejects: ["temperature", "top_k", "top_p"], minCacheTokens: 512, maxOutputTokens: 128_000 }],
  ["claude-opus-5-5", { minCacheTokens: undefined, rejects: ["temperature", "top_k", "top_p"] }],
  ["claude-3-haiku-20240307", { jsonSchema: false, reasoning: false, maxOutputTokens: 4096, minCacheTokens: 2048 }],
  ["gemini-2.5-flash", { contextTokens: 1_048_576, efforts: [], reasoning: true, maxOutputTokens: 65_536 }],
  ["gemini-3-flash-preview", { efforts: ["minimal", "low", "medium", "high"] }],
  ["gemini-embedding-001", { answers: false, embeddings: true, maxOutputTokens: undefined, efforts: undefined }],
  ["gemma-3-27b-it", { images: true, maxOutputTokens: undefined, tools: undefined }],
  ["deepseek-chat", { images: false, tools: true, contextTokens: undefined }],
  ["llama-3.3-70b-instruct", { images: false, tools: undefined, jsonSchema: undefined }],
];

describe("what is known of a model by its name", () => {
  test.each(known)("%s", (model, wanted) => {
    const all: Partial<Record<string, unknown>> = nameCapabilities(model);
    for (const [what, value] of Object.entries(wanted)) expect(all[what], `${model} ${what}`).toEqual(value);
  });

  test("nothing is claimed of a name that nobody knows", () => {
    expect(nameCapabilities("house-model-7b")).toEqual({});
  });
});

describe("capabilitiesOf", () => {
  const ir = routerIR([], { prices: lowerPrices({ providers: { openai: {} } }) });
  const offer = { provider: "openai", model: "gpt-4o" };

  test("the price catalogue tells context windows", () => {
    expect(capabilitiesOf(ir, offer).contextTokens).toBe(128_000);
    expect(capabilitiesOf(ir, { provider: "anthropic", model: "gpt-4o" }).contextTokens).toBeUndefined();
  });

  test("the lock stands in place of the catalogue, all of it", () => {
    const locked = { ...ir, locked: { "openai/gpt-4o": { contextTokens: 64_000 } } };
    expect(capabilitiesOf(locked, offer)).toEqual({ contextTokens: 64_000 });
    expect(capabilitiesOf(locked, { ...offer, model: "gpt-4o-mini" }).contextTokens).toBe(128_000);
  });

  test("what none of a provider's APIs has, no model of it has", () => {
    const openai = ir.catalog.providers["openai"];
    if (openai === undefined) throw new Error("no provider");
    const lacking = { ...openai, dialect: { ...openai.dialect, lacks: ["tools", "json-schema"] as const } };
    const { tools, jsonSchema, images } = capabilitiesOf(withProvider(lacking), offer);
    expect({ tools, jsonSchema, images }).toEqual({ tools: false, jsonSchema: false, images: true });
    const mended = {
      ...lacking,
      also: [{ ...openai, dialect: { ...openai.dialect, lacks: ["json-schema"] as const } }],
    };
    expect(capabilitiesOf(withProvider(mended), offer)).toMatchObject({ tools: true, jsonSchema: false });
  });

  test("the configuration has the last word", () => {
    const card = { maxOutputTokens: 9000, inputModalities: ["text"], requestLimits: { completionTokens: 8000 } };
    const configured = { ...offer, contextTokens: 32_000, supports: ["temperature", "response_format"], card };
    const locked = { ...ir, locked: { "openai/gpt-4o": { contextTokens: 64_000, images: true, tools: true } } };
    expect(capabilitiesOf(locked, configured)).toEqual({
      contextTokens: 32_000,
      maxOutputTokens: 8000,
      images: false,
      tools: false,
      jsonObject: true,
      jsonSchema: false,
    });
  });

  function withProvider(openai: (typeof ir.catalog.providers)[string]): typeof ir {
    return { ...ir, catalog: { ...ir.catalog, providers: { ...ir.catalog.providers, openai } } };
  }
});
