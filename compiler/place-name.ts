import { type Node, nodeAt, type Path } from "./node.ts";

/**
 * What users call a place: `in "when" of rule "x"` in policies, `in "expect" of test "x"` in policy tests,
 * `in [providers.openai]` in the configuration.
 */
export function placeName(root: Node, path: Path): string {
  const [first, position, ...rest] = path;
  if (first === "rules" || first === "tests") {
    if (typeof position !== "number") return `of ${JSON.stringify(first)}`;
    const inside = rest.filter((step) => typeof step === "string").map((step) => JSON.stringify(step));
    return `in ${[...inside.reverse(), entryName(root, first, position)].join(" of ")}`;
  }
  const table = path.filter((step) => typeof step === "string").join(".");
  return table === "" ? "at the top level" : `in [${table}]`;
}

const nouns = { rules: "rule", tests: "test" } as const;

function entryName(root: Node, list: keyof typeof nouns, position: number): string {
  const name = nodeAt(root, [list, position, "name"]);
  const isNamed = name?.kind === "string" && name.value !== "";
  return `${nouns[list]} ${isNamed ? JSON.stringify(name.value) : position + 1}`;
}
