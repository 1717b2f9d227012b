import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { modelInBook, priceBookOf } from "../../compiler/catalogue/price-data.ts";
import { emitPrices } from "../../compiler/emit-prices.ts";
import { interpretPrice } from "../../compiler/interpret-price.ts";
import type { PriceListIR } from "../../compiler/ir.ts";
import { lowerPrices } from "../../compiler/lower-prices.ts";
import type { Gateway } from "../../runtime/contract.ts";
import { costOf } from "../../runtime/money/cost-of.ts";
import { routerIR } from "../support/router-ir.ts";

const providers = {
  openai: {},
  backup: { type: "openai" },
  anthropic: {},
  google: {},
  groq: {},
  deepseek: {},
  mistral: {},
  xai: {},
  openrouter: {},
  azure: { type: "azure-openai", base_url: "https://example.openai.azure.com/openai" },
} as const;
const prices = lowerPrices({ providers });
const times = [
  "2025-01-01T00:00:00Z",
  "2026-11-21T00:29:59.999Z",
  "2026-11-21T02:00:00Z",
  "2026-11-21T12:00:00Z",
  "2027-06-01T23:00:00Z",
].map((time) => Date.parse(time));

/** Every exact name of a list, and names that its patterns are made of. */
function namesIn({ entries }: PriceListIR): readonly string[] {
  const parts = entries.flatMap(({ patterns }) =>
    patterns.flat().flatMap((one) => (one.kind === "regex" ? [] : [one.text])),
  );
  const names = entries.flatMap((entry) => entry.names);
  return [...new Set([...names, ...parts, ...parts.map((part) => `${part}-2026-01-01`), "no-such-model", ""])];
}

async function emitted(): Promise<NonNullable<Gateway["priceOf"]>> {
  const folder = await mkdtemp(join(tmpdir(), "arouter-prices-"));
  try {
    for (const { path, text } of emitPrices(routerIR([], { prices }))) await Bun.write(join(folder, path), text);
    return (await import(join(folder, "prices.gen.ts"))).priceOf;
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("list prices", () => {
  test("the code that is emitted says what its rules say, for every name and at any time", async () => {
    const priceOf = await emitted();
    let found = 0;
    for (const list of prices) {
      for (const name of namesIn(list)) {
        for (const time of times) {
          const said = priceOf(list.providers[0] ?? "", name, time);
          if (!Bun.deepEquals(said, interpretPrice({ prices }, list.providers[0] ?? "", name, time), true)) {
            expect(said, `${list.book} ${name}`).toEqual(
              interpretPrice({ prices }, list.providers[0] ?? "", name, time),
            );
          }
          if (said !== undefined) found += 1;
        }
      }
    }
    expect(found).toBeGreaterThan(5000);
    expect(priceOf("nobody", "gpt-4o", 0)).toBeUndefined();
    expect(priceOf("backup", "gpt-4o", 0)).toEqual(priceOf("openai", "gpt-4o", 0));
    expect(priceOf("openai", "GPT-4o", 0)).toEqual(priceOf("openai", "gpt-4o", 0));
  }, 60_000);

  const usage = {
    uncachedInput: 1200,
    cacheRead: 300,
    cacheWrite: 70,
    output: 450,
    reasoning: 0,
    cacheWriteKnown: true,
  };

  test.each(prices.map((list) => [list.book, list] as const))(
    "%s costs what the catalogue itself reckons",
    (book, list) => {
      const provider = findProvider({ providerId: book });
      if (provider === undefined) throw new Error(`no provider ${book}`);
      const wrong = namesIn(list).flatMap((name) =>
        times.flatMap((time) => {
          const price = interpretPrice({ prices }, list.providers[0] ?? "", name, time);
          if (price === undefined || modelOf(book, name)?.hasMoreClasses) return [];
          const theirs = calcPrice(
            { input_tokens: 1570, cache_read_tokens: 300, cache_write_tokens: 70, output_tokens: 450 },
            name,
            { provider, timestamp: new Date(time) },
          );
          const ours = costOf(usage, price).nanos;
          return theirs !== null && Math.abs(ours - theirs.total_price * 1e9) <= 1 ? [] : [{ name, ours, theirs }];
        }),
      );
      expect(wrong.slice(0, 3)).toEqual([]);
    },
  );

  /** Sums of the catalogue that tell sound and reasoning from text are none of ours. */
  function modelOf(book: string, name: string) {
    const id = Object.keys(providers).find((one) => lists.get(one)?.id === book);
    const model = id === undefined ? undefined : lists.get(id);
    const entry = model && modelInBook(model, name);
    if (entry === undefined) return undefined;
    const periods = Array.isArray(entry.prices) ? entry.prices.map(({ prices }) => prices) : [entry.prices];
    return { hasMoreClasses: periods.some((price) => "output_reasoning_mtok" in price) };
  }
  const lists = new Map(Object.entries(providers).map(([id, provider]) => [id, priceBookOf(id, provider)]));
});

describe("whose prices hold", () => {
  test.each([
    ["openai", {}, "openai"],
    ["anything", { base_url: "https://api.groq.com/openai/v1", type: "openai" }, "groq"],
    ["anything", { base_url: "https://openrouter.ai/api/v1", type: "openai" }, "openrouter"],
    ["fast", { type: "groq" }, "groq"],
    ["corp", { base_url: "https://eu.openai.azure.com", type: "azure-openai" }, "azure"],
    ["hub", { base_url: "https://example.cognitiveservices.azure.com", type: "openai" }, "azure"],
    ["proxy", { base_url: "https://llm.example.com", type: "openai" }, "openai"],
    ["proxy", { base_url: "https://llm.example.com" }, "anthropic"],
    ["gemini", {}, "google"],
    ["ollama", {}, undefined],
    ["mine", { type: "vllm" }, undefined],
  ] as const)("%s %p: %p", (id, config, book) => {
    expect(priceBookOf(id, config)?.id).toBe(book);
  });

  test("a resold model is found behind the seller's own", () => {
    const azure = priceBookOf("azure", providers.azure);
    expect(azure && modelInBook(azure, "gpt-4o")?.context_window).toBeGreaterThan(0);
    expect(azure && modelInBook(azure, "claude-sonnet-4-5")?.name).toContain("Claude");
  });
});
