import { Lint } from "../../schemas/lint-config.ts";
import { shapeOf } from "../../schemas/shape.ts";
import type { Rule } from "../check.ts";
import { codeNamed, findingWords, isFinding } from "../codes.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { type Entry, nodeAt } from "../node.ts";
import { suggest } from "../suggest.ts";

const ownKeys = Object.keys(shapeOf(Lint).properties ?? {});

/** `[lint]` names findings that there are, each once. */
export const lintCodes: Rule = ({ config }) => {
  const table = nodeAt(config.root, ["lint"]);
  if (table?.kind !== "map") return [];
  return table.entries.filter(({ key }) => !ownKeys.includes(key)).flatMap((entry) => problems(entry, table.entries));
};

function problems({ key, keySpan }: Entry, all: readonly Entry[]): readonly Diagnostic[] {
  const code = codeNamed(key);
  const name = JSON.stringify(key);
  if (code === undefined) {
    const hint = suggest(key, [...findingWords(), ...ownKeys]) ?? "Write a code such as AR301, or its name.";
    return [diagnostic("AR111", keySpan, `There is no finding ${name} that [lint] could be about.`, { hint })];
  }
  if (!isFinding(code)) {
    const hint = "Correct what it finds. Only AR3xx can be changed or switched off.";
    return [
      diagnostic("AR111", keySpan, `${name} is always an error: nothing can be compiled in spite of it.`, { hint }),
    ];
  }
  const first = all.find((other) => codeNamed(other.key) === code);
  if (first === undefined || first.key === key) return [];
  const message = `${name} and ${JSON.stringify(first.key)} are the same finding.`;
  const related = [{ message: "The other one is here.", span: first.keySpan }];
  return [diagnostic("AR102", keySpan, message, { hint: "Remove one of the two.", related })];
}
