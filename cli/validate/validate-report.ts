import { contextFields } from "../../runtime/model-list/listed-model.ts";
import { counted } from "../report.ts";
import { type Column, table } from "../table.ts";
import type { ProviderCheck } from "./check-provider.ts";
import type { ContextRow, ContextStatus } from "./compare-contexts.ts";

/** What `arouter validate` found. */
export type Findings = Readonly<{
  checks: readonly ProviderCheck[];
  rows: readonly ContextRow[];
  /** Where the configuration was written to. */
  written: string | undefined;
}>;

const columns: readonly Column[] = [
  { title: "PROVIDER", cut: true },
  { title: "MODEL", cut: true },
  { title: "OLD", right: true },
  { title: "NEW", right: true },
  { title: "STATUS" },
];

/** A row per model, and a line of what to do next. */
export function findingsTable({ rows, written }: Findings, maxWidth: number | undefined): string {
  if (rows.length === 0) return "The configuration names no model.\n";
  const cells = rows.map((row) => [row.provider, row.model, tokensText(row.old), tokensText(row.new), row.status]);
  return `${table(columns, cells, maxWidth)}\n${summary(rows)}${outcome(rows, written)}\n`;
}

function tokensText(tokens: number | undefined): string {
  return tokens === undefined ? "-" : String(tokens);
}

function summary(rows: readonly ContextRow[]): string {
  const byStatus = Map.groupBy(rows, ({ status }) => status);
  const parts = Array.from(byStatus, ([status, same]) => `${same.length} ${status}`);
  return `${counted(rows.length, "model")}: ${parts.join(", ")}.`;
}

function outcome(rows: readonly ContextRow[], written: string | undefined): string {
  if (written !== undefined) return ` Written to ${written}.`;
  const hasChanges = rows.some(({ status }) => status === "changed");
  return hasChanges ? " Nothing was written; --write FILE puts the new contexts into a file." : "";
}

/** For scripts: unknown numbers are null. */
export function findingsJson({ checks, rows, written }: Findings): string {
  const body = {
    providers: checks.map(({ id, kind, models, problems, warnings }) => ({
      id,
      status: kind,
      models: models.length,
      problems,
      warnings,
    })),
    models: rows.map((row) => ({
      provider: row.provider,
      model: row.model,
      status: row.status,
      old: row.old ?? null,
      new: row.new ?? null,
      meant: row.meant ?? null,
    })),
    written: written ?? null,
  };
  return `${JSON.stringify(body, null, 2)}\n`;
}

/** What is wrong, a line each. A key that may be missing is no error. */
export function problemLines({ checks, rows }: Findings, allowMissingKeys: boolean): string {
  const ofProviders = checks.flatMap(({ kind, problems, warnings }) => {
    const severity = kind === "no-key" && allowMissingKeys ? "warning" : "error";
    return [...problems.map((text) => `${severity}: ${text}\n`), ...warnings.map(warning)];
  });
  const ofModels = rows.flatMap((row) => {
    const text = lookups[row.status]?.(row);
    return text === undefined ? [] : [warning(text)];
  });
  return [...new Set([...ofProviders, ...ofModels])].join("");
}

function warning(text: string): string {
  return `warning: ${text}\n`;
}

const lookups: Readonly<Partial<Record<ContextStatus, (row: ContextRow) => string>>> = {
  "not listed": ({ provider, model, meant }) => {
    const hint = meant === undefined ? "" : ` Did you mean ${JSON.stringify(meant)}?`;
    return `Provider "${provider}" does not list the model ${JSON.stringify(model)}.${hint}`;
  },
  unknown: ({ provider, model }) =>
    `Provider "${provider}" does not say how many tokens ${JSON.stringify(model)} takes (none of ${contextFields.join(", ")}), so its context stays as it is. See: arouter validate --dump-provider ${provider}`,
};
