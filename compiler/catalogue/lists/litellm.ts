import { defined } from "../../defined.ts";
import { entryOf, type Node } from "../../node.ts";
import type { ListedEntry, ListedModel } from "./listed-model.ts";
import { flagOf, type RateNodes, textOf, tokensOf, valueReader } from "./value-reader.ts";

/**
 * `model_prices_and_context_window.json` of LiteLLM: models by name, often with their provider before a slash; US dollars per
 * token. Its `max_input_tokens` is not what a context window holds, so that is not read.
 */
export function litellm(root: Node): readonly ListedModel[] {
  if (root.kind !== "map") return [];
  return root.entries.flatMap(({ key, value: node }) => {
    const provider = textOf(entryOf(node, "litellm_provider")?.value);
    if (provider === undefined) return [];
    const model = key.startsWith(`${provider}/`) ? key.slice(provider.length + 1) : key;
    return [{ provider, model, read: () => read(node) }];
  });
}

function read(node: Node): ListedEntry {
  const { price, found } = valueReader("token");
  const at = (key: string) => entryOf(node, key)?.value;
  const rateNodes = (end: string): RateNodes => ({
    input: at(`input_cost_per_token${end}`),
    output: at(`output_cost_per_token${end}`),
    cacheRead: at(`cache_read_input_token_cost${end}`),
    cacheWrite: at(`cache_creation_input_token_cost${end}`),
    cacheWriteLong: end === "" ? at("cache_creation_input_token_cost_above_1hr") : undefined,
  });
  const long = limitsOf(node).map((thousands) => ({
    above: thousands * 1000,
    nodes: rateNodes(`_above_${thousands}k_tokens`),
  }));
  return { price: price(rateNodes(""), long), capabilities: capabilities(at), diagnostics: found };
}

function capabilities(at: (key: string) => Node | undefined): ListedEntry["capabilities"] {
  const mode = textOf(at("mode"));
  return defined({
    answers: mode === undefined ? undefined : ["chat", "responses", "completion"].includes(mode),
    embeddings: mode === undefined ? undefined : mode === "embedding",
    maxOutputTokens: mode === "embedding" ? undefined : tokensOf(at("max_output_tokens")),
    tools: flagOf(at("supports_function_calling")),
    images: flagOf(at("supports_vision")),
    jsonSchema: flagOf(at("supports_response_schema")),
    reasoning: flagOf(at("supports_reasoning")),
  });
}

/** Thousands of tokens above which prompts cost more. */
function limitsOf(node: Node): readonly number[] {
  const keys = node.kind === "map" ? node.entries.map(({ key }) => key) : [];
  return keys.flatMap((key) => /^input_cost_per_token_above_(\d+)k_tokens$/.exec(key)?.[1] ?? []).map(Number);
}
