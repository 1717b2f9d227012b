import type { UsageJson } from "../runtime/store/trace-json.ts";
import type { Page, UsagePage } from "../runtime/store/trace-pages.ts";
import { usageGroups } from "../runtime/store/trace-query.ts";
import type { Arguments, Io } from "./command.ts";
import { type Column, table } from "./table.ts";
import { filterFlags, isJson, queryOf, traceCommand } from "./trace-command.ts";
import type { TraceSource } from "./trace-source.ts";
import { countText, unknown, usdText } from "./trace-texts.ts";

export const usageCommand = traceCommand({
  name: "usage",
  summary: "sum up requests, tokens and cost by model, provider, client key, rule or day",
  operands: [],
  flags: [
    {
      name: "by",
      value: usageGroups.join("|"),
      choices: usageGroups,
      about: "what to sum up by (default: model)",
    },
    ...filterFlags,
  ],
  examples: ["arouter usage --since 7d", "arouter usage --by day --provider openai", "arouter usage --by key --json"],
  show,
});

const names = ["by", ...filterFlags.map(({ name }) => name)];

async function show(source: TraceSource, args: Arguments, io: Io): Promise<Page<UsagePage>> {
  const page = await source.usage(queryOf(args, names));
  if (page.kind === "page") io.out(isJson(args) ? `${JSON.stringify(page.body, null, 2)}\n` : pretty(page.body, io));
  return page;
}

function pretty({ by, usage, total }: UsagePage, io: Io): string {
  const columns: readonly Column[] = [
    { title: by.toUpperCase(), cut: true },
    { title: "REQUESTS", right: true },
    { title: "ATTEMPTS", right: true },
    { title: "FAILED", right: true },
    { title: "IN", right: true },
    { title: "CACHED", right: true },
    { title: "OUT", right: true },
    { title: "COST", right: true },
    { title: "CHARGED", right: true },
  ];
  const rows = [...usage.map((row) => cells(row.name ?? unknown, row)), cells("all", total)];
  const unpriced =
    total.unpriced === 0
      ? ""
      : `${countText(total.unpriced)} attempts used models of which no price is known; they are not in the cost.\n`;
  return `${table(columns, rows, io.columns)}${unpriced}`;
}

function cells(name: string, row: UsageJson): readonly string[] {
  return [
    name,
    countText(row.requests),
    countText(row.attempts),
    countText(row.failed),
    countText(row.tokens_in),
    countText(row.tokens.cache_read),
    countText(row.tokens_out),
    usdText(row.cost),
    usdText(row.charged),
  ];
}
