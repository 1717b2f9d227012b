import { entryOf, type Node } from "./node.ts";

type Applicators = Readonly<Record<"map" | "list" | "one", readonly string[]>>;

/** Keywords of draft 2020-12 whose subschemas look at the same value, by what holds the subschemas. */
const samePlace: Applicators = {
  map: ["dependentSchemas"],
  list: ["allOf", "anyOf", "oneOf"],
  one: ["not", "if", "then", "else"],
};

/** Keywords whose subschemas look at a part of the value, or wait to be referred to. */
const inside: Applicators = {
  map: ["properties", "patternProperties", "$defs", "definitions"],
  list: ["prefixItems"],
  one: [
    ..."items contains additionalProperties propertyNames".split(" "),
    ..."unevaluatedItems unevaluatedProperties contentSchema".split(" "),
  ],
};

/** Keywords that hold no subschema. */
const plainKeywords = [
  ..."$schema $id $ref $anchor $dynamicRef $dynamicAnchor $vocabulary $comment type enum const".split(" "),
  ..."multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern format".split(" "),
  ..."maxItems minItems uniqueItems maxContains minContains maxProperties minProperties required".split(" "),
  ..."dependentRequired title description default deprecated readOnly writeOnly examples".split(" "),
  ..."contentEncoding contentMediaType".split(" "),
];

/** Every keyword of draft 2020-12 that Ajv knows. */
export const schemaKeywords: readonly string[] = [
  ...[samePlace, inside].flatMap(({ map, list, one }) => [...map, ...list, ...one]),
  ...plainKeywords,
];

export type Subschema = Readonly<{ node: Node; depth: number }>;

/** The schema and all schemas inside it, outermost first. `depth` of the schema itself is 1. */
export function subschemas(node: Node, depth = 1): readonly Subschema[] {
  const children = [...under(node, samePlace), ...under(node, inside)];
  return [{ node, depth }, ...children.flatMap((child) => subschemas(child, depth + 1))];
}

/** The subschemas one keyword away that apply to the same value. */
export function samePlaceSubschemas(node: Node): readonly Node[] {
  return under(node, samePlace);
}

function under(node: Node, { map, list, one }: Applicators): readonly Node[] {
  const values = (keywords: readonly string[]) => keywords.flatMap((keyword) => entryOf(node, keyword)?.value ?? []);
  return [
    ...values(map).flatMap((value) => (value.kind === "map" ? value.entries.map((entry) => entry.value) : [])),
    ...values(list).flatMap((value) => (value.kind === "list" ? value.items : [])),
    ...values(one),
  ];
}
