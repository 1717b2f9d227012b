import { type Node, nodeAt, type Path } from "./node.ts";

/** What users call a place: `in "when" of rule "x"` in policies, `in [providers.openai]` in the configuration. */
export function placeName(root: Node, path: Path): string {
  const [first, position, ...rest] = path;
  if (first === "rules" && typeof position === "number") {
    const inside = rest.filter((step) => typeof step === "string").map((step) => JSON.stringify(step));
    return `in ${[...inside.reverse(), ruleName(root, position)].join(" of ")}`;
  }
  if (first === "rules") return 'of "rules"';
  const table = path.filter((step) => typeof step === "string").join(".");
  return table === "" ? "at the top level" : `in [${table}]`;
}

function ruleName(root: Node, position: number): string {
  const name = nodeAt(root, ["rules", position, "name"]);
  return name?.kind === "string" && name.value !== "" ? `rule ${JSON.stringify(name.value)}` : `rule ${position + 1}`;
}
