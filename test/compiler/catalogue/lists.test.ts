import { describe, expect, test } from "bun:test";
import { findListed } from "../../../compiler/catalogue/lists/find-listed.ts";
import { readList } from "../../../compiler/catalogue/lists/read-list.ts";
import { digestOf, lockText } from "../../../compiler/catalogue/lock-text.ts";

const offers = ["openai/gpt-4o", "google/gemini-2.5-pro", "anthropic/claude-haiku-4-5-20251001", "house/own-model"].map(
  (id) => {
    const [provider = "", model = ""] = id.split("/");
    return { id, offer: { provider, model }, from: "a test" };
  },
);
const books: Readonly<Record<string, string>> = { openai: "openai", google: "google", anthropic: "anthropic" };

function read(list: unknown) {
  const text = typeof list === "string" ? list : JSON.stringify(list);
  return readList({ file: "lists/prices.json", text }, offers, { books: (id) => books[id], date: "2026-11-21" });
}

/** What is read of one model. */
function entryOf(list: unknown, id: string) {
  const { kind, entries, diagnostics } = read(list);
  expect(diagnostics).toEqual([]);
  const { price, capabilities } = entries.get(id) ?? {};
  const { source: _, date: __, ...can } = capabilities ?? { source: "", date: "" };
  return { kind, periods: price?.periods, can };
}

const modelsDev = {
  openai: {
    id: "openai",
    models: {
      "gpt-4o": {
        attachment: true,
        reasoning: false,
        tool_call: true,
        structured_output: true,
        modalities: { input: ["text", "image"], output: ["text"] },
        cost: { input: 2.5, output: 10, cache_read: 1.25 },
        limit: { context: 128_000, output: 16_384 },
      },
    },
  },
  google: {
    id: "google",
    models: {
      "gemini-2.5-pro": {
        cost: {
          input: 1.25,
          output: 10,
          cache_read: 0.31,
          context_over_200k: { input: 2.5, output: 15, cache_read: 0.625 },
        },
      },
    },
  },
};

const litellm = {
  sample_spec: { litellm_provider: "one of them", input_cost_per_token: "0.000" },
  "gpt-4o": {
    litellm_provider: "openai",
    mode: "chat",
    input_cost_per_token: 2.5e-6,
    output_cost_per_token: 1e-5,
    cache_read_input_token_cost: 1.25e-6,
    max_input_tokens: 128_000,
    max_output_tokens: 16_384,
    supports_function_calling: true,
    supports_vision: true,
    supports_response_schema: true,
  },
  "gemini/gemini-2.5-pro": {
    litellm_provider: "gemini",
    mode: "chat",
    input_cost_per_token: 1.25e-6,
    input_cost_per_token_above_200k_tokens: 2.5e-6,
    output_cost_per_token: 1e-5,
    output_cost_per_token_above_200k_tokens: 1.5e-5,
  },
  "vertex_ai/gemini-2.5-pro": { litellm_provider: "vertex_ai", input_cost_per_token: 9, output_cost_per_token: 9 },
  "claude-haiku-4-5-20251001": {
    litellm_provider: "anthropic",
    input_cost_per_token: 1e-6,
    output_cost_per_token: 5e-6,
    cache_creation_input_token_cost: 1.25e-6,
    cache_creation_input_token_cost_above_1hr: 2e-6,
    cache_read_input_token_cost: 1e-7,
  },
};

const openrouter = {
  data: [
    {
      id: "anthropic/claude-haiku-4.5",
      context_length: 200_000,
      architecture: { input_modalities: ["image", "text"], output_modalities: ["text"] },
      pricing: {
        prompt: "0.000001",
        completion: "0.000005",
        request: "0",
        web_search: "0.01",
        input_cache_read: "0.0000001",
        input_cache_write: "0.00000125",
        input_cache_write_1h: "0.000002",
        overrides: [
          { min_prompt_tokens: 200_000, prompt: "0.000002", completion: "0.0000075" },
          { hours: "16-24", prompt: "0.0000005", completion: "0.0000025" },
        ],
      },
      top_provider: { max_completion_tokens: 64_000 },
      supported_parameters: ["tools", "reasoning", "structured_outputs", "response_format"],
    },
    { id: "openrouter/auto", pricing: { prompt: "-1", completion: "-1" } },
  ],
};

describe("lists of prices", () => {
  test("models.dev's: US dollars per million tokens, and prices of long prompts", () => {
    expect(entryOf(modelsDev, "openai/gpt-4o")).toEqual({
      kind: "models.dev's list",
      periods: [{ prompt: "2.5", completion: "10", cache_read: "1.25" }],
      can: {
        answers: true,
        context: 128_000,
        max_output: 16_384,
        tools: true,
        images: true,
        json_schema: true,
        reasoning: false,
      },
    });
    expect(entryOf(modelsDev, "google/gemini-2.5-pro").periods).toEqual([
      {
        prompt: "1.25",
        completion: "10",
        cache_read: "0.31",
        tiers: [{ above: 200_000, prompt: "2.5", completion: "15", cache_read: "0.625" }],
      },
    ]);
  });

  test("models.dev's newer lists say where prices of long prompts begin", () => {
    const tier = (size: number, input: number) => ({ input, output: 45, tier: { type: "context", size } });
    const cost = {
      input: 5,
      output: 30,
      tiers: [tier(500_000, 20), tier(272_000, 10)],
      context_over_200k: { input: 9 },
    };
    expect(entryOf({ openai: { models: { "gpt-4o": { cost } } } }, "openai/gpt-4o").periods).toEqual([
      {
        prompt: "5",
        completion: "30",
        tiers: [
          { above: 272_000, prompt: "10", completion: "45" },
          { above: 500_000, prompt: "20", completion: "45" },
        ],
      },
    ]);
  });

  test("LiteLLM's: US dollars per token, exact per million", () => {
    expect(entryOf(litellm, "openai/gpt-4o")).toEqual({
      kind: "LiteLLM's price file",
      periods: [{ prompt: "2.5", completion: "10", cache_read: "1.25" }],
      // Its max_input_tokens is no context window.
      can: { answers: true, embeddings: false, max_output: 16_384, tools: true, images: true, json_schema: true },
    });
    expect(entryOf(litellm, "google/gemini-2.5-pro").periods).toEqual([
      { prompt: "1.25", completion: "10", tiers: [{ above: 200_000, prompt: "2.5", completion: "15" }] },
    ]);
    expect(entryOf(litellm, "anthropic/claude-haiku-4-5-20251001").periods).toEqual([
      { prompt: "1", completion: "5", cache_read: "0.1", cache_write: "1.25", cache_write_long: "2" },
    ]);
  });

  test("OpenRouter's: prices as text, Claude's versions with dots and without days", () => {
    expect(entryOf(openrouter, "anthropic/claude-haiku-4-5-20251001")).toEqual({
      kind: "OpenRouter's list of models",
      periods: [
        {
          prompt: "1",
          completion: "5",
          cache_read: "0.1",
          cache_write: "1.25",
          cache_write_long: "2",
          web_search: "0.01",
          tiers: [{ above: 200_000, prompt: "2", completion: "7.5" }],
        },
      ],
      can: {
        answers: true,
        embeddings: false,
        context: 200_000,
        max_output: 64_000,
        tools: true,
        images: true,
        json_schema: true,
        json_object: true,
        reasoning: true,
      },
    });
  });

  test("another lock, with its sources and days", () => {
    const price = { source: "ours", date: "2026-10-01", periods: [{ prompt: "1", completion: "2" }] };
    const models = { "openai/gpt-4o": { price }, "openai/other": {} };
    const text = lockText({ version: 1, catalog: "c", date: "2026-10-02", models });
    const { kind, entries, diagnostics } = read(text);
    expect({ kind, diagnostics, entries: [...entries] }).toEqual({
      kind: "an arouter lock",
      diagnostics: [],
      entries: [["openai/gpt-4o", { price }]],
    });
    expect(digestOf(models)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(read(text.replace('"1"', '"3"')).diagnostics.map(({ code }) => code)).toEqual(["AR362"]);
  });

  test("models that a list does not have are left out; what it says has its name, hash and day", () => {
    const { entries } = read(modelsDev);
    expect([...entries.keys()]).toEqual(["openai/gpt-4o", "google/gemini-2.5-pro"]);
    const { source, date } = entries.get("openai/gpt-4o")?.price ?? {};
    expect(source).toMatch(/^prices\.json sha256:[0-9a-f]{12}$/);
    expect(date).toBe("2026-11-21");
  });

  const wrong: readonly (readonly [text: string, code: string, at: string])[] = [
    ["{", "AR101", ""],
    ['{"a": 1}', "AR113", "{"],
    ['{"openai": {"models": {"gpt-4o": {"cost": {"input": -2, "output": 1}}}}}', "AR214", "-2"],
    ['{"openai": {"models": {"gpt-4o": {"cost": {"input": "two", "output": 1}}}}}', "AR214", '"two"'],
    ['{"openai": {"models": {"gpt-4o": {"cost": {"input": [1], "output": 1}}}}}', "AR214", "[1]"],
    ['{"gpt-4o": {"litellm_provider": "openai", "input_cost_per_token": 2.5}}', "AR214", "2.5"],
  ];
  test.each(wrong)("%s", (text, code, at) => {
    const found = read(text).diagnostics;
    expect(found.map((one) => one.code)).toEqual([code as never]);
    expect(text.slice(found[0]?.span.start, found[0]?.span.end)).toBe(at);
  });

  test("mistakes in models that no policy leads to do not matter", () => {
    const text =
      '{"openai": {"models": {"gpt-3": {"cost": {"input": -2}}, "gpt-4o": {"cost": {"input": 1, "output": 2}}}}}';
    expect(read(text).diagnostics).toEqual([]);
  });
});

describe("whose a row of a list is", () => {
  const rows: readonly (readonly [
    provider: string,
    model: string,
    book: string | undefined,
    listed: string,
    name: string,
    found: boolean,
  ])[] = [
    ["grok", "grok-4", "x-ai", "xai", "grok-4", true],
    ["m", "mistral-large", "mistral", "mistralai", "mistral-large", true],
    ["t", "llama", "together", "together_ai", "llama", true],
    ["google", "gemini-2.5-pro", "google", "gemini", "gemini-2.5-pro", true],
    ["google", "gemini-2.5-pro", "google", "vertex_ai", "gemini-2.5-pro", false],
    ["azure-east", "gpt-4o", "azure", "openai", "gpt-4o", false],
    ["openai", "gpt-4o-2024-05-13", "openai", "openai", "gpt-4o", false],
    ["openai", "GPT-4o", "openai", "openai", "gpt-4o", true],
    ["a", "claude-sonnet-4-5-20250929", "anthropic", "anthropic", "claude-sonnet-4.5", true],
    ["a", "claude-sonnet-4-5", "anthropic", "anthropic", "claude-sonnet-4", false],
    ["house", "m", undefined, "house", "m", true],
  ];
  test.each(rows)("%s/%s (%s) and %s/%s", (provider, model, book, listed, name, isFound) => {
    const row = {
      provider: listed,
      model: name,
      read: () => ({ price: undefined, capabilities: {}, diagnostics: [] }),
    };
    expect(findListed([row], { provider, model }, book)).toBe(isFound ? row : (undefined as never));
  });
});
