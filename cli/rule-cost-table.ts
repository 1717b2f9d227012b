import type { RouterIR } from "../compiler/ir.ts";
import { ruleCosts } from "../compiler/lint/rule-costs.ts";
import type { Amount } from "../compiler/lint/worst-cost.ts";
import { usdText } from "../compiler/nanos.ts";
import { type Column, table } from "./table.ts";

const columns: readonly Column[] = [
  { title: "RULE", cut: true },
  { title: "MODEL", cut: true },
  { title: "ONE CALL", right: true },
  { title: "WORST CASE", right: true },
  { title: "WHY", cut: true, drop: 1 },
];

/** For people: what one request of each rule can cost, in US dollars. */
export function ruleCostTable(ir: RouterIR, width: number | undefined): string {
  const rows = ruleCosts(ir).map(({ rule, cost }) => [
    rule.name,
    rule.plan.routes[0].model,
    dollars(cost.once),
    dollars(cost.total),
    cost.total.why,
  ]);
  return rows.length === 0 ? "" : table(columns, rows, width);
}

/** For programs: amounts are decimal texts of US dollars, and null where there is no bound. */
export function ruleCostList(ir: RouterIR): readonly Readonly<Record<string, string | number | null>>[] {
  return ruleCosts(ir).map(({ rule, cost }) => ({
    rule: rule.name,
    place: rule.place,
    model: rule.plan.routes[0].model,
    oneCallUsd: amount(cost.once),
    worstCaseUsd: amount(cost.total),
    calls: cost.calls,
    why: cost.total.why,
  }));
}

function dollars(of: Amount): string {
  return of.kind === "bounded" ? `$${usdText(of.nanos)}` : "unbounded";
}

function amount(of: Amount): string | null {
  return of.kind === "bounded" ? usdText(of.nanos) : null;
}
