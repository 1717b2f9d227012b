import { defined } from "../../defined.ts";
import { entryOf, type Node, nodeAt } from "../../node.ts";
import type { ListedEntry, ListedModel } from "./listed-model.ts";
import { type LongPrompts, type RateNodes, textOf, tokensOf, valueReader, wordsOf } from "./value-reader.ts";

/**
 * `https://openrouter.ai/api/v1/models`: `<vendor>/<model>` each, US dollars per token as text. Each counts as OpenRouter's
 * model and as its vendor's own.
 */
export function openrouter(root: Node): readonly ListedModel[] {
  const list = entryOf(root, "data")?.value;
  if (list?.kind !== "list") return [];
  return list.items.flatMap((node) => {
    const id = textOf(entryOf(node, "id")?.value);
    if (id === undefined) return [];
    const slash = id.indexOf("/");
    const entry = { read: () => read(node) };
    const own = { provider: "openrouter", model: id, ...entry };
    return slash <= 0 ? [own] : [own, { provider: id.slice(0, slash), model: id.slice(slash + 1), ...entry }];
  });
}

function read(node: Node): ListedEntry {
  const { price, usd, found } = valueReader("token");
  const pricing = entryOf(node, "pricing")?.value;
  const base = price(rateNodes(pricing), longPrompts(pricing));
  const once = (key: string) => usd(entryOf(pricing, key)?.value, 1) || undefined;
  const extra = { webSearch: once("web_search"), request: once("request") };
  const parameters = wordsOf(nodeAt(node, ["supported_parameters"]));
  const given = wordsOf(nodeAt(node, ["architecture", "output_modalities"]));
  return {
    price: base && { ...base, ...defined(extra) },
    capabilities: defined({
      answers: given?.includes("text"),
      embeddings: given?.includes("embeddings"),
      contextTokens: tokensOf(nodeAt(node, ["context_length"])),
      maxOutputTokens: tokensOf(nodeAt(node, ["top_provider", "max_completion_tokens"])),
      tools: parameters?.includes("tools"),
      images: wordsOf(nodeAt(node, ["architecture", "input_modalities"]))?.includes("image"),
      jsonSchema: parameters?.includes("structured_outputs"),
      jsonObject: parameters?.includes("response_format"),
      reasoning: parameters?.includes("reasoning"),
    }),
    diagnostics: found,
  };
}

function rateNodes(pricing: Node | undefined): RateNodes {
  const at = (key: string) => entryOf(pricing, key)?.value;
  return {
    input: at("prompt"),
    output: at("completion"),
    cacheRead: at("input_cache_read"),
    cacheWrite: at("input_cache_write"),
    cacheWriteLong: at("input_cache_write_1h"),
  };
}

/** Where vendors have other prices above 200,000 tokens, the list names that very number as the least. */
function longPrompts(pricing: Node | undefined): readonly LongPrompts[] {
  const overrides = entryOf(pricing, "overrides")?.value;
  if (overrides?.kind !== "list") return [];
  return overrides.items.flatMap((prices) => {
    const above = tokensOf(entryOf(prices, "min_prompt_tokens")?.value);
    return above === undefined ? [] : [{ above, nodes: rateNodes(prices) }];
  });
}
