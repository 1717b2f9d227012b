import { entryOf, type Node, nodeAt } from "./node.ts";
import type { Span } from "./span.ts";

/** Every transform that providers name, once, with the place that names it first. Tolerates any shape of tree. */
export function transformNames(config: Node | undefined): readonly Readonly<{ name: string; span: Span }>[] {
  const providers = nodeAt(config, ["providers"]);
  const entries = providers?.kind === "map" ? providers.entries : [];
  const named = entries.flatMap(({ value }) => {
    const written = entryOf(value, "transform")?.value;
    return written?.kind === "string" && written.value !== "" ? [{ name: written.value, span: written.span }] : [];
  });
  return named.filter(({ name }, index) => named.findIndex((other) => other.name === name) === index);
}
