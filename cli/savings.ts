import type { SavingsJson } from "../runtime/store/trace-json.ts";
import type { Page, SavingsPage } from "../runtime/store/trace-pages.ts";
import { savingsGroups } from "../runtime/store/trace-query.ts";
import type { Arguments, Io } from "./command.ts";
import { type Column, table } from "./table.ts";
import { filterFlags, isJson, queryOf, traceCommand } from "./trace-command.ts";
import type { TraceSource } from "./trace-source.ts";
import { countText, modelText, usdText } from "./trace-texts.ts";

export const savingsCommand = traceCommand({
  name: "savings",
  summary: "what requests cost against what the models they asked for would have cost",
  operands: [],
  flags: [
    {
      name: "by",
      value: savingsGroups.join("|"),
      choices: savingsGroups,
      about: "by rule, or by the models asked for and served (default: rule)",
    },
    ...filterFlags,
  ],
  examples: ["arouter savings --since 30d", "arouter savings --by model"],
  show,
});

const names = ["by", ...filterFlags.map(({ name }) => name)];

async function show(source: TraceSource, args: Arguments, io: Io): Promise<Page<SavingsPage>> {
  const page = await source.savings(queryOf(args, names));
  if (page.kind === "page") io.out(isJson(args) ? `${JSON.stringify(page.body, null, 2)}\n` : pretty(page.body, io));
  return page;
}

function pretty({ by, savings, total }: SavingsPage, io: Io): string {
  const columns: readonly Column[] = [
    { title: by.toUpperCase(), cut: true },
    { title: "REQUESTS", right: true },
    { title: "COST", right: true },
    { title: "INSTEAD OF", right: true },
    { title: "SAVED", right: true },
  ];
  const rows = [...savings.map((row) => cells(row.rule ?? modelText(row), row)), cells("all", total)];
  return table(columns, rows, io.columns);
}

function cells(name: string, row: SavingsJson): readonly string[] {
  return [name, countText(row.requests), usdText(row.cost), usdText(row.cost_requested), usdText(row.saved)];
}
