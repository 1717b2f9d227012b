import { describeWitness } from "../../compiler/describe-witness.ts";
import { markdownCode, markdownTable, markdownText } from "../../compiler/document/markdown.ts";
import { formatChanges } from "../describe-changes.ts";
import { counted } from "../report.ts";
import type { Comparison, Group, Told } from "./compare.ts";
import { moneyRow, moneyTitles, sizesText } from "./money-texts.ts";

/** For the description of a pull request. */
export function renderMarkdown({ groups, models, changes, undecided, isWhole }: Comparison): string {
  const parts = [
    "## What this change does to requests",
    groups.length === 0
      ? isWhole
        ? "Every request goes where it went."
        : "No request is known to go elsewhere."
      : `**${counted(groups.length, "group")} of requests go elsewhere.**${isWhole ? " No others do." : ""}`,
    ...groups.map((group, index) => groupText(group, index + 1)),
    ...(models.length === 0 ? [] : [["### Other upstreams", ...models.map(modelLine)].join("\n")]),
    ...(changes.length === 0
      ? []
      : [`### In the configuration\n\n\`\`\`diff\n${formatChanges(changes).trimEnd()}\n\`\`\``]),
    ...(isWhole
      ? []
      : [`Too much to compare, so more may move: ${undecided.map(markdownCode).join(", ") || "what no rule takes"}.`]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function groupText({ from, to, when, witness, sizes, effects, losses }: Group, number: number): string {
  const lost = [...new Set([...losses, ...effects.flatMap((effect) => effect.losses)])];
  const lines = [
    `### ${number}. ${ruleText(from)} → ${ruleText(to)}`,
    "",
    ...when.map((words, index) => `- ${index === 0 ? "when" : "or when"} ${markdownText(words)}`),
    `- before: ${placed(from)}`,
    `- now: ${placed(to)}`,
    ...(lost.length === 0 ? [] : [`- **lost:** ${markdownText(lost.join(", "))}`]),
    `- example: ${markdownText(describeWitness(witness))}`,
  ];
  if (effects.length === 0) return lines.join("\n");
  const columns = moneyTitles.map((title, at) => ({ title, isNumber: at > 2 }));
  return [
    ...lines,
    "",
    `1,000 such requests of ${sizesText(sizes)}:`,
    "",
    markdownTable(
      columns,
      effects.map((effect) => moneyRow(effect).map(markdownText)),
    ).trimEnd(),
  ].join("\n");
}

function ruleText({ rule }: Told): string {
  return rule === undefined ? "no rule" : `rule ${markdownCode(rule)}`;
}

function placed({ plan, place }: Told): string {
  return place === undefined ? markdownText(plan) : `${markdownCode(plan)} (${markdownText(place)})`;
}

function modelLine({ model, from, to }: Comparison["models"][number]): string {
  return `\n- ${markdownCode(model)}: ${markdownCode(from)} → ${markdownCode(to)}`;
}
