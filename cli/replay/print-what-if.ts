import { markdownCode, markdownTable, markdownText } from "../../compiler/document/markdown.ts";
import { type Column, table } from "../table.ts";
import { countText, usdText } from "../trace-texts.ts";
import { doubts } from "./changed-route.ts";
import { type Group, isMoved, type Way, type WhatIf } from "./what-if.ts";

/** A table for a terminal, and what to know about it. */
export function prettyWhatIf(found: WhatIf, maxWidth: number | undefined): string {
  const columns: readonly Column[] = titles.map((title, at) =>
    at < 2 ? { title, cut: true } : { title, right: true },
  );
  const rows = [...found.groups, found.total].map((group) => cells(group, (name) => name));
  return `${table(columns, rows, maxWidth)}${notes(found).join("\n")}\n`;
}

/** The same for a pull request. */
export function markdownWhatIf(found: WhatIf): string {
  const rows = [...found.groups, found.total].map((group) => cells(group, markdownCode));
  const columns = titles.map((title, at) => ({ title: sentenceCase(title), isNumber: at >= 2 }));
  return `${markdownTable(columns, rows)}\n${notes(found)
    .map((note) => `- ${markdownText(note)}\n`)
    .join("")}`;
}

/** For programs: money in USD, null where it is not known. */
export function jsonWhatIf({ total, groups, rows, doubts: counted, leftOut }: WhatIf): string {
  const told = {
    version: 1,
    total: sums(total),
    groups: groups.map(({ ruleThen, modelThen, ruleNow, modelNow, ...group }) => ({
      rule_then: ruleThen,
      model_then: modelThen,
      rule_now: ruleNow,
      model_now: modelNow,
      ...sums(group),
    })),
    doubts: Object.fromEntries(counted.map(({ doubt, requests }) => [doubt, requests])),
    left_out: Object.fromEntries(leftOut.map(({ why, requests }) => [why, requests])),
    requests: rows.map((row) => ({
      id: row.request.id,
      rule_then: row.request.rule,
      provider_then: row.request.provider,
      model_then: row.request.model_served,
      rules_now: row.rules,
      provider_now: row.target?.provider ?? null,
      model_now: row.target?.model ?? null,
      cost_then: usd(row.costThen),
      cost_now: usd(row.costNow),
      doubts: row.doubts,
    })),
  };
  return `${JSON.stringify(told, null, 2)}\n`;
}

const titles = ["RULE", "MODEL", "REQUESTS", "IN DOUBT", "COST THEN", "COST NOW", "DIFFERENCE"];

function sentenceCase(title: string): string {
  return title.charAt(0) + title.slice(1).toLowerCase();
}

/** `written` is how names are written. */
function cells(group: Group, written: (name: string) => string): readonly string[] {
  const { ruleThen, modelThen, ruleNow, modelNow, requests, doubtful, compared, costThen, costNow } = group;
  const isTotal = ruleNow === "";
  const money = compared === 0 ? [undefined, undefined, undefined] : [costThen, costNow, costNow - costThen];
  return [
    isTotal ? ruleThen : change(ruleThen, ruleNow, written),
    isTotal ? "" : change(modelThen, modelNow, written),
    countText(requests),
    countText(doubtful),
    ...money.map((nanos) => usdText(usd(nanos))),
  ];
}

function change(then: string, now: string, written: (name: string) => string): string {
  return then === now ? written(then) : `${written(then)} → ${written(now)}`;
}

function notes({ total, groups, doubts: counted, leftOut }: WhatIf): readonly string[] {
  const moved = groups.filter(isMoved).reduce((sum, { requests }) => sum + requests, 0);
  const without = total.requests - total.compared;
  return [
    `${countText(moved)} of ${countText(total.requests)} requests go another way.`,
    ...(without === 0 ? [] : [`${countText(without)} have no cost of then or of now, and are in no sum.`]),
    ...counted.map(({ doubt, requests }) => `${countText(requests)} in doubt: ${doubts[doubt]}.`),
    ...leftOut.map(({ why, requests }) => `${countText(requests)} left out: ${why}.`),
  ];
}

function sums({ requests, doubtful, compared, costThen, costNow }: Omit<Group, keyof Way>) {
  return { requests, in_doubt: doubtful, compared, cost_then: usd(costThen), cost_now: usd(costNow) };
}

function usd(nanos: number | undefined): number | null {
  return nanos === undefined ? null : nanos / 1e9;
}
