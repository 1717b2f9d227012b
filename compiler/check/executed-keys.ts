import type { Rule } from "../check.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { keySpanAt, type Node, nodeAt, type Path } from "../node.ts";

/** Keys of the language that a later version will act on. */
const pendingProviderKeys = ["retry", "circuit_breaker", "connection"] as const;

/** Nobody is led to believe in a key that does nothing yet. */
export const executedKeys: Rule = ({ config, policies }) => [
  ...Object.keys(config.value.providers ?? {}).flatMap((name) =>
    pendingProviderKeys.flatMap((key) => pending(config.root, ["providers", name, key])),
  ),
  ...pending(config.root, ["telemetry", "otlp_endpoint"]),
  ...(policies?.value.rules ?? []).flatMap((_, index) => pending(policies?.root, ["rules", index, "then", "hedge"])),
];

function pending(root: Node | undefined, path: Path): readonly Diagnostic[] {
  if (root === undefined || nodeAt(root, path) === undefined) return [];
  const message = `${JSON.stringify(path.at(-1))} is checked, but this version does not act on it yet.`;
  return [diagnostic("AR304", keySpanAt(root, path), message)];
}
