import { shapeOf } from "../schemas/shape.ts";
import { TierUpstream, tierSurfaceKeys } from "../schemas/tier-upstream.ts";
import { type Diagnostic, diagnostic } from "./diagnostics.ts";
import { type Entry, entryOf, type MapNode, type Node, nodeAt, withEntry, writtenPath } from "./node.ts";
import { checkShape } from "./shape.ts";
import type { Respelt } from "./spelling-keys.ts";

const tierShape = shapeOf(TierUpstream);

/**
 * Takes tiers apart that are upstreams themselves: `[tiers.opus]` with an `upstream` becomes a provider `opus` and a tier that
 * leads to it. When one has mistakes all are left out, so that they are reported in their own words.
 */
export function withTierProviders(root: MapNode): Respelt {
  const tiers = entryOf(root, "tiers")?.value;
  if (tiers?.kind !== "map") return { root, diagnostics: [] };
  const upstreams = tiers.entries.filter(isUpstream);
  const diagnostics = upstreams.flatMap((tier) => problems(root, tier));
  const right = diagnostics.length === 0 ? upstreams : [];

  const named = tiers.entries.filter((tier) => right.includes(tier) || !upstreams.includes(tier));
  const entries = named.map((tier) => (right.includes(tier) ? leading(root, tier) : tier));
  const value: MapNode = { ...tiers, entries };
  const tree = { ...root, entries: root.entries.map((one) => (one.value === tiers ? { ...one, value } : one)) };
  const grown = right.reduce<MapNode>((grown, tier) => withEntry(grown, "providers", provider(root, tier)), tree);
  return { root: grown, diagnostics };
}

/** Told by any key that only an upstream has. */
function isUpstream({ value }: Entry): boolean {
  return Object.keys(TierUpstream.properties).some((key) => entryOf(value, key) !== undefined);
}

function problems(root: MapNode, { key, keySpan }: Entry): readonly Diagnostic[] {
  const other = entryOf(nodeAt(root, ["providers"]), key);
  const found = checkShape(tierShape, root, ["tiers", key]);
  if (other === undefined) return found;
  const message = `The tier ${JSON.stringify(key)} brings a provider of that name, and there is one already.`;
  const related = [{ message: "The other one is here.", span: other.keySpan }];
  return [diagnostic("AR102", keySpan, message, { hint: "Rename that provider.", related }), ...found];
}

/** The tier that names its provider and model. */
function leading(root: MapNode, tier: Entry): Entry {
  const value = mapAt(tier, [
    { key: "provider", ...textAt(tier, tier.key) },
    ...moved(root, tier, "model_id", "model"),
  ]);
  return { ...tier, value };
}

/** The provider that a tier brings. Its time limits are the whole attempt's and the connection's, and no others. */
function provider(root: MapNode, tier: Entry): Entry {
  const total = moved(root, tier, "timeout_s", "total_ms", milliseconds);
  const unlimited = total.flatMap(({ keySpan }) =>
    ["first_byte_ms", "idle_ms"].map((key) => ({
      key,
      keySpan,
      value: { kind: "number", span: keySpan, value: 0 } as const,
    })),
  );
  const timeouts = [...moved(root, tier, "connect_s", "connect_ms", milliseconds), ...total, ...unlimited];
  const entries = [
    { key: "type", ...textAt(tier, "anthropic") },
    ...moved(root, tier, "name", "label"),
    ...moved(root, tier, "upstream", "base_url"),
    ...moved(root, tier, "target_path", "path"),
    ...moved(root, tier, "key_env", "api_key", variable),
    ...moved(root, tier, "auth_type", "auth"),
    ...[...tierSurfaceKeys, "transform"].flatMap((key) => moved(root, tier, key, key)),
    { key: "timeouts", keySpan: tier.keySpan, value: mapAt(tier, timeouts) },
  ];
  return { ...tier, value: mapAt(tier, entries) };
}

/** The entry `from` of a tier under the name `to`, if it is there. */
function moved(
  root: MapNode,
  tier: Entry,
  from: string,
  to: string,
  convert = (value: Node): Node => value,
): readonly Entry[] {
  const entry = entryOf(tier.value, from);
  if (entry === undefined) return [];
  const written = writtenPath(root, ["tiers", tier.key, from]);
  return [{ key: to, keySpan: entry.keySpan, value: convert(entry.value), written }];
}

function milliseconds(seconds: Node): Node {
  return seconds.kind === "number" ? { ...seconds, value: Math.round(seconds.value * 1000) } : seconds;
}

function variable(name: Node): Node {
  return name.kind === "string" ? { ...name, value: `env.${name.value}` } : name;
}

function textAt({ keySpan }: Entry, value: string): Pick<Entry, "keySpan" | "value"> {
  return { keySpan, value: { kind: "string", span: keySpan, value } };
}

function mapAt({ value }: Entry, entries: readonly Entry[]): MapNode {
  return { kind: "map", span: value.span, entries };
}
