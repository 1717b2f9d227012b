import { describeWitness } from "../../compiler/describe-witness.ts";
import { formatChanges } from "../describe-changes.ts";
import { counted } from "../report.ts";
import { type Column, table } from "../table.ts";
import type { Comparison, Group, Told } from "./compare.ts";
import { moneyRow, moneyTitles, sizesText } from "./money-texts.ts";

const indent = "   ";

/** For a terminal. */
export function renderPretty({ groups, models, changes, undecided, isWhole }: Comparison): string {
  const parts = [
    groups.length === 0
      ? isWhole
        ? "Every request goes where it went."
        : "No request is known to go elsewhere."
      : `${counted(groups.length, "group")} of requests go elsewhere.`,
    ...groups.map((group, index) => groupText(group, index + 1)),
    ...(models.length === 0 ? [] : [`Other upstreams serve:\n${models.map(modelLine).join("\n")}`]),
    ...(changes.length === 0 ? [] : [`In the configuration:\n${formatChanges(changes).trimEnd()}`]),
    ...(isWhole ? [] : [`Too much to compare, so more may move: ${undecided.join(", ") || "what no rule takes"}`]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function groupText({ from, to, when, witness, sizes, effects, losses }: Group, number: number): string {
  const columns: readonly Column[] = moneyTitles.map((title, at) => ({ title: title.toUpperCase(), right: at > 2 }));
  const lost = [...new Set([...losses, ...effects.flatMap((effect) => effect.losses)])];
  const lines = [
    `${number}. ${ruleText(from)} -> ${ruleText(to)}`,
    ...when.map((words, index) => `${indent}${index === 0 ? "when:   " : "or when:"} ${words}`),
    `${indent}before:  ${placed(from)}`,
    `${indent}now:     ${placed(to)}`,
    ...(lost.length === 0 ? [] : [`${indent}lost:    ${lost.join(", ")}`]),
    `${indent}example: ${describeWitness(witness)}`,
  ];
  if (effects.length === 0) return lines.join("\n");
  const rows = table(columns, effects.map(moneyRow), undefined).trimEnd().split("\n");
  return [
    ...lines,
    `${indent}1,000 such requests of ${sizesText(sizes)}:`,
    ...rows.map((row) => `${indent}${row}`),
  ].join("\n");
}

function ruleText({ rule }: Told): string {
  return rule === undefined ? "no rule" : `rule ${rule}`;
}

function placed({ plan, place }: Told): string {
  return place === undefined ? plan : `${plan} (${place})`;
}

function modelLine({ model, from, to }: Comparison["models"][number]): string {
  return `  ${model}: ${from} -> ${to}`;
}
