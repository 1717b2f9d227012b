import { ConfigSchema } from "../schemas/config.ts";
import { type Shape, shapeOf } from "../schemas/shape.ts";
import { type Diagnostic, diagnostic } from "./diagnostics.ts";
import type { Entry, MapNode, Node, Path } from "./node.ts";
import { isOff, type Synonym, synonymOf } from "./spelling-synonyms.ts";

/** A tree and what was found on the way. */
export type Respelt = Readonly<{ root: MapNode; diagnostics: readonly Diagnostic[] }>;

/** Where a node is: `table` in the schema, `*` for a name of the user's; `written` in the file. */
type Place = Readonly<{ shape: Shape; table: readonly string[]; written: Path }>;

/**
 * Gives every key the schema's spelling: camelCase becomes snake_case, synonyms become what they mean, and their values with
 * them. Names of the user's own stay as they are, and so do keys that nobody knows.
 */
export function withSchemaKeys(root: MapNode): Respelt {
  const diagnostics: Diagnostic[] = [];
  return { root: mapOf(root, { shape: shapeOf(ConfigSchema), table: [], written: [] }), diagnostics };

  function nodeOf(node: Node, place: Place): Node {
    const { items } = place.shape;
    if (node.kind === "map") return mapOf(node, place);
    if (node.kind !== "list" || items === undefined) return node;
    const written = (index: number) => [...place.written, index];
    return {
      ...node,
      items: node.items.map((item, index) => nodeOf(item, { ...place, shape: items, written: written(index) })),
    };
  }

  function mapOf(map: MapNode, place: Place): MapNode {
    const entries = new Map<string, Entry>();
    for (const entry of map.entries) {
      const respelt = entryOf(entry, place);
      const other = respelt && entries.get(respelt.key);
      if (other !== undefined) diagnostics.push(repeated(entry, other, place));
      else if (respelt !== undefined) entries.set(respelt.key, respelt);
    }
    return { ...map, entries: [...entries.values()] };
  }

  function entryOf(entry: Entry, place: Place): Entry | undefined {
    const written = entry.written ?? [...place.written, entry.key];
    const { shape, table } = place;
    const own = [entry.key, snakeCase(entry.key)].find((key) => Object.hasOwn(shape.properties ?? {}, key));
    if (own !== undefined) {
      const inside = { shape: shape.properties?.[own] ?? {}, table: [...table, own], written };
      const spelling = own === entry.key ? {} : { key: own, written };
      return { ...entry, ...spelling, value: nodeOf(entry.value, inside) };
    }
    const ofUser = Object.values(shape.patternProperties ?? {})[0];
    if (ofUser !== undefined) {
      return { ...entry, value: nodeOf(entry.value, { shape: ofUser, table: [...table, "*"], written }) };
    }
    const synonym = synonymOf(table, snakeCase(entry.key));
    return synonym === undefined ? entry : meant(entry, synonym, written);
  }

  /** The entry that a synonym stands for; none where it is wrong or does nothing here. */
  function meant(entry: Entry, synonym: Synonym, written: Path): Entry | undefined {
    const name = JSON.stringify(written.at(-1));
    switch (synonym.kind) {
      case "renamed":
        return { ...entry, key: synonym.key, written };
      case "converted": {
        const value = synonym.convert(entry.value);
        if (value !== undefined) return { ...entry, key: synonym.key, value, written };
        diagnostics.push(diagnostic("AR113", entry.value.span, `${name} must be ${synonym.expects}.`));
        return undefined;
      }
      case "ignored":
        if (isOff(entry.value)) return undefined;
        diagnostics.push(
          diagnostic("AR304", entry.keySpan, `This version does not act on ${name}.`, { hint: synonym.hint }),
        );
        return undefined;
    }
  }
}

function repeated(entry: Entry, first: Entry, { written }: Place): Diagnostic {
  const nameOf = (one: Entry) => JSON.stringify((one.written ?? [...written, one.key]).join("."));
  return diagnostic("AR102", entry.keySpan, `${nameOf(entry)} and ${nameOf(first)} are the same key.`, {
    hint: "Remove one of the two.",
    related: [{ message: "The other one is here.", span: first.keySpan }],
  });
}

function snakeCase(key: string): string {
  return key.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])/g, "_").toLowerCase();
}
