import { type Diagnostic, diagnostic } from "./diagnostics.ts";
import { type Entry, entryOf, type MapNode, nodeAt, withEntry } from "./node.ts";
import type { Source } from "./span.ts";
import { withSchemaKeys } from "./spelling-keys.ts";
import { isOff } from "./spelling-synonyms.ts";
import { withTierProviders } from "./spelling-tiers.ts";
import { type Parsed, parseTree } from "./tree.ts";

/**
 * A configuration file as a tree in the one spelling of the schema, with the places of what was written. Reads what other
 * gateways call the same things: a `spec` around everything, camelCase, `apiKeys`, `endpoint`, tiers with upstreams of their
 * own. There can be errors in spite of a root: keys that stay unknown are left to the shape check, which reports them too.
 */
export function parseConfig(source: Source): Parsed {
  const parsed = parseTree(source);
  if (parsed.root?.kind !== "map") return parsed;
  const hoisted = withTierMatch(withAuthKeys(withoutSpec(parsed.root)));
  const respelt = withSchemaKeys(hoisted);
  const tiered = withTierProviders(respelt.root);
  const found = [...respelt.diagnostics, ...tiered.diagnostics, ...unguarded(hoisted, respelt.root)];
  return { root: tiered.root, diagnostics: found };
}

/** What stands in `spec`, as if it stood beside it. */
function withoutSpec(root: MapNode): MapNode {
  const entries = root.entries.flatMap((entry) =>
    entry.key === "spec" && entry.value.kind === "map"
      ? entry.value.entries.map((inside) => ({ ...inside, written: ["spec", inside.key] }))
      : [entry],
  );
  return { ...root, entries };
}

/** `apiKeys` of the top level as `auth.keys`. */
function withAuthKeys(root: MapNode): MapNode {
  const isMoved = ({ key }: Entry) => key === "apiKeys" || key === "api_keys";
  const others = { ...root, entries: root.entries.filter((entry) => !isMoved(entry)) };
  return root.entries.filter(isMoved).reduce<MapNode>((tree, entry) => {
    return withEntry(tree, "auth", { written: [entry.key], ...entry, key: "keys" });
  }, others);
}

/** `match` of `[tiers]`, where it is a word and no tier of that name, as `routing.tier_match`. */
function withTierMatch(root: MapNode): MapNode {
  const tiers = entryOf(root, "tiers");
  const match = entryOf(tiers?.value, "match");
  if (tiers?.value.kind !== "map" || match === undefined || match.value.kind === "map") return root;
  const keywords: MapNode = { ...tiers.value, entries: tiers.value.entries.filter((entry) => entry !== match) };
  const others = root.entries.map((entry) => (entry === tiers ? { ...tiers, value: keywords } : entry));
  const written = [...(tiers.written ?? [tiers.key]), match.key];
  return withEntry({ ...root, entries: others }, "routing", { ...match, key: "tier_match", written });
}

/** Whoever asks for a way to sign in that does not exist here must not end up with a gateway that is open to all. */
function unguarded(written: MapNode, root: MapNode): readonly Diagnostic[] {
  const auth = nodeAt(written, ["auth"]);
  const asked = ["database", "openid"].map((key) => entryOf(auth, key)).find((entry) => entry && !isOff(entry.value));
  const isDecided = ["mode", "keys"].some((key) => nodeAt(root, ["auth", key]) !== undefined);
  if (asked === undefined || isDecided) return [];
  const message = `This version has no ${JSON.stringify(asked.key)}, and without a key anyone may call.`;
  return [diagnostic("AR212", asked.keySpan, message, { hint: "List the keys of your clients in auth.keys." })];
}
