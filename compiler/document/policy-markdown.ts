import type { Route } from "../../runtime/contract.ts";
import type { PlanIR, RouterIR, RuleIR } from "../ir.ts";
import { conditionWords, type Words } from "./condition-words.ts";
import { documentMark } from "./document-mark.ts";
import { markdownCode, markdownTable, markdownText } from "./markdown.ts";
import { causeWords } from "./plan-words.ts";

/** More rules than this are counted, not named. */
const maxNamedRules = 5;

/** A policy for people: its rules as a decision table, then the models they lead to. `picture` is the address of its flow picture. */
export function policyMarkdown({ rules, sources, resolver }: Document, picture?: string): string {
  const files = sources.map(({ file }) => markdownCode(file)).join(", ");
  const parts = [
    documentMark,
    "# Policy",
    `${rules.length === 1 ? "1 rule" : `${rules.length} rules`}, from ${files}. Rules are tried from top to bottom; the first whose conditions all hold decides. For embeddings only rules count that name that endpoint.`,
    ...(picture === undefined ? [] : [`![The way of a request through the rules to its models](${picture})`]),
    "## Rules",
    markdownTable(ruleColumns, [...rules.map(ruleCells), otherwise(resolver.defaultProvider)]).trimEnd(),
    ...modelParts(rules),
  ];
  return `${parts.join("\n\n")}\n`;
}

export type Document = Pick<RouterIR, "rules" | "sources" | "resolver">;

const ruleColumns = [
  { title: "#", isNumber: true },
  { title: "Rule" },
  { title: "When" },
  { title: "Model" },
  { title: "Next models" },
  { title: "Checks" },
  { title: "Hedge" },
  { title: "Where" },
];

function ruleCells({ name, when, plan, place }: RuleIR, index: number): readonly string[] {
  const [first, ...chain] = plan.routes;
  const conditions = when.map((condition) => markdownWords(conditionWords(condition)));
  return [
    String(index + 1),
    markdownCode(name),
    conditions.length === 0 ? "always" : conditions.join("<br>"),
    routeCell(first),
    chain.length === 0 ? "" : `${causeWords(plan.fallbackOn)}: ${chain.map(routeCell).join(", then ")}`,
    plan.validate.map(markdownCode).join(", "),
    hedgeCell(plan.hedge),
    markdownCode(place),
  ];
}

function otherwise(defaultProvider: string | undefined): readonly string[] {
  const where =
    defaultProvider === undefined ? "" : `; at ${markdownText(defaultProvider)} where its name tells no other`;
  return ["", "no rule", "otherwise", `the model asked for${where}`, "", "", "", ""];
}

function hedgeCell(hedge: PlanIR["hedge"]): string {
  return hedge === undefined ? "" : `after ${hedge.afterMs} ms: ${routeCell(hedge.route)}`;
}

/** Who serves a model stands behind its name. */
function routeCell({ model, offers }: Route): string {
  const providers = [...new Set(offers.map(({ provider }) => provider))].map(markdownText);
  return `${markdownCode(model)} (${providers.join(" or ")})`;
}

function markdownWords(words: Words): string {
  return words.map((word) => (typeof word === "string" ? markdownText(word) : markdownCode(word.name))).join("");
}

const modelColumns = [
  { title: "Model" },
  { title: "Served by" },
  { title: "First" },
  { title: "Next" },
  { title: "Hedge" },
];

/** What part a model plays in a rule. */
type Use = Readonly<{ route: Route; rule: string; as: "first" | "next" | "hedge" }>;

function modelParts(rules: readonly RuleIR[]): readonly string[] {
  const uses = rules.flatMap(usesOf);
  if (uses.length === 0) return [];
  const models = [...Map.groupBy(uses, ({ route }) => route.model)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const rows = models.map(([model, of]) => [
    markdownCode(model),
    (of[0]?.route.offers ?? []).map((offer) => markdownCode(`${offer.provider}/${offer.model}`)).join(" or "),
    ...(["first", "next", "hedge"] as const).map((as) => ruleNames(of.filter((use) => use.as === as))),
  ]);
  return ["## Models", markdownTable(modelColumns, rows).trimEnd()];
}

function usesOf({ name: rule, plan }: RuleIR): readonly Use[] {
  const routes = plan.routes.map((route, index): Use => ({ route, rule, as: index === 0 ? "first" : "next" }));
  return plan.hedge === undefined ? routes : [...routes, { route: plan.hedge.route, rule, as: "hedge" }];
}

function ruleNames(uses: readonly Use[]): string {
  const names = [...new Set(uses.map(({ rule }) => rule))];
  const rest = names.length - maxNamedRules;
  const named = names.slice(0, rest > 1 ? maxNamedRules : names.length).map(markdownCode);
  return rest > 1 ? `${named.join(", ")} and ${rest} more` : named.join(", ");
}
