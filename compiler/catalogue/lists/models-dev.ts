import { defined } from "../../defined.ts";
import { entryOf, type Node, nodeAt } from "../../node.ts";
import type { ListedEntry, ListedModel } from "./listed-model.ts";
import { flagOf, tokensOf, valueReader, wordsOf } from "./value-reader.ts";

/** `https://models.dev/api.json`: providers by id, each with `models` by id; US dollars per million tokens. */
export function modelsDev(root: Node): readonly ListedModel[] {
  if (root.kind !== "map") return [];
  return root.entries.flatMap(({ key: provider, value }) => {
    const models = entryOf(value, "models")?.value;
    if (models?.kind !== "map") return [];
    return models.entries.map(({ key: model, value: node }) => ({ provider, model, read: () => read(node) }));
  });
}

function read(node: Node): ListedEntry {
  const { rates, found } = valueReader("million");
  const ratesAt = (...path: readonly string[]) => {
    const at = (key: string) => nodeAt(node, [...path, key]);
    return rates({
      input: at("input"),
      output: at("output"),
      cacheRead: at("cache_read"),
      cacheWrite: at("cache_write"),
      cacheWriteLong: undefined,
    });
  };
  const base = ratesAt("cost");
  const long = ratesAt("cost", "context_over_200k");
  const tiers = long && [{ above: 200_000, ...long }];
  const given = wordsOf(nodeAt(node, ["modalities", "output"]));
  return {
    price: base && { ...base, ...defined({ tiers }) },
    capabilities: defined({
      answers: given?.includes("text"),
      contextTokens: tokensOf(nodeAt(node, ["limit", "context"])),
      maxOutputTokens: tokensOf(nodeAt(node, ["limit", "output"])),
      tools: flagOf(nodeAt(node, ["tool_call"])),
      images: wordsOf(nodeAt(node, ["modalities", "input"]))?.includes("image"),
      jsonSchema: flagOf(nodeAt(node, ["structured_output"])),
      reasoning: flagOf(nodeAt(node, ["reasoning"])),
    }),
    diagnostics: found,
  };
}
