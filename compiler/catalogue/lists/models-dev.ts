import { defined } from "../../defined.ts";
import { entryOf, type Node, nodeAt } from "../../node.ts";
import type { ListedEntry, ListedModel } from "./listed-model.ts";
import { flagOf, type LongPrompts, type RateNodes, tokensOf, valueReader, wordsOf } from "./value-reader.ts";

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
  const { price, found } = valueReader("million");
  const cost = entryOf(node, "cost")?.value;
  const given = wordsOf(nodeAt(node, ["modalities", "output"]));
  return {
    price: price(rateNodes(cost), longPrompts(cost)),
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

function rateNodes(cost: Node | undefined): RateNodes {
  const at = (key: string) => entryOf(cost, key)?.value;
  return {
    input: at("input"),
    output: at("output"),
    cacheRead: at("cache_read"),
    cacheWrite: at("cache_write"),
    cacheWriteLong: undefined,
  };
}

/** `tiers` says where they begin; `context_over_200k` is the older key. */
function longPrompts(cost: Node | undefined): readonly LongPrompts[] {
  const tiers = entryOf(cost, "tiers")?.value;
  const old = entryOf(cost, "context_over_200k")?.value;
  if (tiers?.kind !== "list") return old === undefined ? [] : [{ above: 200_000, nodes: rateNodes(old) }];
  return tiers.items.flatMap((tier) => {
    const above = tokensOf(nodeAt(tier, ["tier", "size"]));
    return above === undefined ? [] : [{ above, nodes: rateNodes(tier) }];
  });
}
