import type { ChangedRoute, Doubt } from "./changed-route.ts";

/** What new rules would have done with past requests. Money in nano-USD. */
export type WhatIf = Readonly<{
  total: Group;
  /** By the rule and the model of then and now, the most requests first. */
  groups: readonly Group[];
  rows: readonly ChangedRoute[];
  /** How many rows each doubt is of. */
  doubts: readonly Readonly<{ doubt: Doubt; requests: number }>[];
  /** How many requests were left out, by the reason. */
  leftOut: readonly Readonly<{ why: string; requests: number }>[];
}>;

/** Requests that went the same way then, and do so now. */
export type Group = Readonly<{
  ruleThen: string;
  modelThen: string;
  ruleNow: string;
  modelNow: string;
  requests: number;
  /** How many of them are in doubt. */
  doubtful: number;
  /** How many of them have a cost of then and one of now: the sums are of these. */
  compared: number;
  costThen: number;
  costNow: number;
}>;

/** How a model or rule is told that is not known. */
const open = "?";

/** Sums rows up. The same rows give the same result, whatever the time. */
export function whatIf(rows: readonly ChangedRoute[], leftOut: WhatIf["leftOut"]): WhatIf {
  const ways = Map.groupBy(rows, (row) => JSON.stringify(Object.values(wayOf(row))));
  const groups = [...ways.values()].flatMap((alike) =>
    alike[0] === undefined ? [] : [groupOf(wayOf(alike[0]), alike)],
  );
  const doubts = Map.groupBy(
    rows.flatMap((row) => row.doubts),
    (doubt) => doubt,
  );
  return {
    total: groupOf({ ruleThen: "all", modelThen: "", ruleNow: "", modelNow: "" }, rows),
    groups: groups.toSorted((a, b) => b.requests - a.requests || (nameOf(a) < nameOf(b) ? -1 : 1)),
    rows,
    doubts: [...doubts].map(([doubt, all]) => ({ doubt, requests: all.length })),
    leftOut: leftOut.filter(({ requests }) => requests > 0),
  };
}

/** Whether they went elsewhere then. */
export function isMoved({ ruleThen, modelThen, ruleNow, modelNow }: Group): boolean {
  return ruleThen !== ruleNow || modelThen !== modelNow;
}

export type Way = Pick<Group, "ruleThen" | "modelThen" | "ruleNow" | "modelNow">;

function wayOf({ request, rules, target }: ChangedRoute): Way {
  return {
    ruleThen: request.rule,
    modelThen: `${request.provider}/${request.model_served}`,
    ruleNow: rules.length === 1 ? (rules[0] ?? open) : `${open} ${rules.join(" or ")}`,
    modelNow: target === undefined ? open : `${target.provider}/${target.model}`,
  };
}

function nameOf({ ruleThen, modelThen, ruleNow, modelNow }: Way): string {
  return [ruleThen, modelThen, ruleNow, modelNow].join("\n");
}

function groupOf(way: Way, rows: readonly ChangedRoute[]): Group {
  const compared = rows.filter(({ costThen, costNow }) => costThen !== undefined && costNow !== undefined);
  return {
    ...way,
    requests: rows.length,
    doubtful: rows.filter(({ doubts }) => doubts.length > 0).length,
    compared: compared.length,
    costThen: compared.reduce((sum, { costThen = 0 }) => sum + costThen, 0),
    costNow: compared.reduce((sum, { costNow = 0 }) => sum + costNow, 0),
  };
}
