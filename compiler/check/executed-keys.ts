import type { Rule } from "../check.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { keySpanAt, type MapNode, nodeAt, type Path } from "../node.ts";

/** Nobody is led to believe in a key that does nothing yet. */
export const executedKeys: Rule = ({ config }) =>
  Object.keys(config.value.providers ?? {}).flatMap((name) => pending(config.root, ["providers", name, "connection"]));

function pending(root: MapNode, path: Path): readonly Diagnostic[] {
  if (nodeAt(root, path) === undefined) return [];
  const message = `${JSON.stringify(path.at(-1))} is checked, but this version does not act on it yet.`;
  return [diagnostic("AR304", keySpanAt(root, path), message)];
}
