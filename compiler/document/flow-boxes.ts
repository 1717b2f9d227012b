import type { Offer, Route } from "../../runtime/contract.ts";
import type { PlanIR, RuleIR } from "../ir.ts";
import { conditionWords } from "./condition-words.ts";
import type { FlowRow } from "./flow-rows.ts";
import { causeWords, waitWords } from "./plan-words.ts";
import { wrapText } from "./wrap-text.ts";

/** A frame with text in it; `y` is that of its row. */
export type Box = Readonly<{
  kind: "rule" | "first" | "next" | "hedge" | "end";
  lines: readonly Line[];
  /** All of it, where the lines may be cut short. */
  full: string;
}>;

export type Line = Readonly<{ text: string; style: "strong" | "plain" | "quiet" }>;

/** What stands in one row: a rule, and beside it the models of its chain from top to bottom, with what leads to each. */
export type FlowBoxes = Readonly<{
  rule: Box;
  models: readonly Readonly<{ box: Box; cause: string }>[];
  hedge: Readonly<{ box: Box; cause: string }> | undefined;
}>;

/** How many columns of text a box of each kind has room for. */
const ruleColumns = 50;
const modelColumns = 32;
const maxConditionLines = 6;
const maxNames = 6;

export function boxesOf(row: FlowRow): FlowBoxes {
  const [rule, ...others] = row.rules;
  return {
    rule: others.length === 0 ? ruleBox(row.from, rule) : groupBox(row),
    ...(row.plan === undefined ? targetsOf(row.rules) : planBoxes(row.plan)),
  };
}

/** Where requests go that no rule matches. */
export const otherwise: FlowBoxes = {
  rule: box("rule", [["strong", "no rule matches"]]),
  models: [{ box: box("end", [["plain", "the model asked for"]]), cause: "" }],
  hedge: undefined,
};

function ruleBox(number: number, { name, when }: RuleIR): Box {
  const conditions = when.map((condition) =>
    conditionWords(condition, maxNames)
      .map((word) => (typeof word === "string" ? word : word.name))
      .join(""),
  );
  const words = conditions.length === 0 ? "always" : conditions.join(", ");
  // No break behind the number, whatever the name's length.
  const title = `${number}\u00a0${name}`;
  return {
    kind: "rule",
    lines: [
      ...styled("strong", wrapText(title, ruleColumns, 2)),
      ...styled("plain", wrapText(words, ruleColumns, maxConditionLines)),
    ],
    full: `${title}: ${words}`,
  };
}

function groupBox({ from, rules }: FlowRow): Box {
  const title = `${from} to ${from + rules.length - 1}: ${rules.length} rules`;
  const names = rules.map(({ name }) => name);
  const shown =
    names.length > maxNames + 1 ? [...names.slice(0, maxNames), `and ${names.length - maxNames} more`] : names;
  return {
    kind: "rule",
    lines: [
      ...styled("strong", [title]),
      ...styled("plain", wrapText(shown.join(", "), ruleColumns, maxConditionLines)),
    ],
    full: `${title}: ${names.join(", ")}`,
  };
}

function planBoxes({ routes, validate, fallbackOn, hedge }: PlanIR): Pick<FlowBoxes, "models" | "hedge"> {
  const checks = validate.length === 0 ? [] : [`checked by ${validate.join(", ")}`];
  const models = routes.map((route, index) => ({
    box: modelBox(index === 0 ? "first" : "next", route, checks),
    cause: index === 0 ? "" : causeWords(fallbackOn),
  }));
  if (hedge === undefined) return { models, hedge: undefined };
  return { models, hedge: { box: modelBox("hedge", hedge.route, []), cause: `after ${waitWords(hedge.afterMs)}` } };
}

function modelBox(kind: Box["kind"], { model, offers }: Route, checks: readonly string[]): Box {
  const served = `at ${providersOf(offers)}`;
  return box(kind, [["strong", model], ["quiet", served], ...checks.map((check) => ["quiet", check] as const)]);
}

function providersOf(offers: readonly Offer[]): string {
  return [...new Set(offers.map(({ provider }) => provider))].join(" or ");
}

/** The first models of rules that do different things. */
function targetsOf(rules: readonly RuleIR[]): Pick<FlowBoxes, "models" | "hedge"> {
  const models = [...Map.groupBy(rules, ({ plan }) => plan.routes[0].model)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  );
  const shown = models.length > maxNames + 1 ? models.slice(0, maxNames) : models;
  const lines = shown.map(([model, of]) => ["plain", `${model} (${of.length})`] as const);
  const rest = models.length - shown.length;
  const more = rest === 0 ? [] : [["quiet", `and ${rest} more models`] as const];
  return { models: [{ box: box("first", [...lines, ...more]), cause: "" }], hedge: undefined };
}

function box(kind: Box["kind"], texts: readonly (readonly [Line["style"], string])[]): Box {
  return {
    kind,
    lines: texts.flatMap(([style, text]) => styled(style, wrapText(text, modelColumns, 2))),
    full: texts.map(([, text]) => text).join(", "),
  };
}

function styled(style: Line["style"], lines: readonly string[]): readonly Line[] {
  return lines.map((text) => ({ text, style }));
}
