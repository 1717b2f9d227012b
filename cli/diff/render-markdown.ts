import { describeWitness } from "../../compiler/describe-witness.ts";
import { formatChanges } from "../describe-changes.ts";
import { counted } from "../report.ts";
import type { Comparison, Group, Told } from "./compare.ts";
import { moneyRow, moneyTitles, sizesText } from "./money-texts.ts";

/** For the description of a pull request. */
export function renderMarkdown({ groups, models, changes, undecided }: Comparison): string {
  const parts = [
    "## What this change does to requests",
    groups.length === 0
      ? "Every request goes where it went."
      : `**${counted(groups.length, "group")} of requests go elsewhere.** No others do.`,
    ...groups.map((group, index) => groupText(group, index + 1)),
    ...(models.length === 0 ? [] : [["### Other upstreams", ...models.map(modelLine)].join("\n")]),
    ...(changes.length === 0
      ? []
      : [`### In the configuration\n\n\`\`\`diff\n${formatChanges(changes).trimEnd()}\n\`\`\``]),
    ...(undecided.length === 0 ? [] : [`Too much to compare, so left out: ${undecided.map(code).join(", ")}.`]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function groupText({ from, to, when, witness, sizes, effects, losses }: Group, number: number): string {
  const lost = [...new Set([...losses, ...effects.flatMap((effect) => effect.losses)])];
  const lines = [
    `### ${number}. ${ruleText(from)} → ${ruleText(to)}`,
    "",
    ...when.map((words, index) => `- ${index === 0 ? "when" : "or when"} ${escaped(words)}`),
    `- before: ${placed(from)}`,
    `- now: ${placed(to)}`,
    ...(lost.length === 0 ? [] : [`- **lost:** ${escaped(lost.join(", "))}`]),
    `- example: ${escaped(describeWitness(witness))}`,
  ];
  if (effects.length === 0) return lines.join("\n");
  const row = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  return [
    ...lines,
    "",
    `1,000 such requests of ${sizesText(sizes)}:`,
    "",
    row(moneyTitles),
    row(moneyTitles.map((_, at) => (at > 2 ? "---:" : "---"))),
    ...effects.map((effect) => row(moneyRow(effect))),
  ].join("\n");
}

function ruleText({ rule }: Told): string {
  return rule === undefined ? "no rule" : `rule ${code(rule)}`;
}

function placed({ plan, place }: Told): string {
  return place === undefined ? escaped(plan) : `${code(plan)} (${escaped(place)})`;
}

function modelLine({ model, from, to }: Comparison["models"][number]): string {
  return `\n- ${code(model)}: ${code(from)} → ${code(to)}`;
}

/** Text in which Markdown and HTML read nothing. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, "\\$&").replace(/\s+/g, " ");
}

/** Inside a code span only its own end counts; a table's bar ends the cell even there. */
function code(text: string): string {
  return `\`${text.replace(/`/g, "'").replace(/\|/g, "\\|").replace(/\s+/g, " ")}\``;
}
