import type { RequestFacts } from "../../runtime/contract.ts";
import type { Condition, Rules } from "./condition.ts";
import { listsOf } from "./lists-of.ts";
import { longestPiece, modelLookup } from "./model-lookup.ts";
import { remembered } from "./remembered.ts";

/** Rules that share a key with more than this many are better found by sets. */
const longestList = 16;

type Filed = Readonly<{ n: number; condition: Condition }>;

/**
 * Files every rule it can under one condition that few rules share: a model or a header's value. A request looks up its own
 * values and so never meets the other rules. `broad` are the numbers of the rules that are left.
 */
export function fileRules(rules: Rules): Readonly<{
  /** Numbers of filed rules that may match, in order. */
  find: (r: RequestFacts) => readonly number[];
  broad: readonly number[];
}> {
  const uses = new Map<string, number>();
  for (const { when } of rules) for (const key of when.flatMap(keysOf)) uses.set(key, (uses.get(key) ?? 0) + 1);
  const sharedBy = (condition: Condition) => Math.max(...keysOf(condition).map((key) => uses.get(key) ?? 0));
  const filed: Filed[] = [];
  const broad: number[] = [];
  for (const [n, { when }] of rules.entries()) {
    const rare = when.filter((condition) => keysOf(condition).length > 0).sort((a, b) => sharedBy(a) - sharedBy(b))[0];
    if (rare !== undefined && sharedBy(rare) <= longestList) filed.push({ n, condition: rare });
    else broad.push(n);
  }
  return { find: findFiled(filed), broad };
}

/** Of these a request must have one; none where the condition is not about a model or a header's value. */
function keysOf(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case "model-in":
      return condition.models.map((model) => `model ${model}`);
    case "model-glob":
      return condition.globs.map((glob) => `piece ${longestPiece(glob)}`);
    case "header":
      return typeof condition.is === "string" ? [`header ${condition.name}: ${condition.is}`] : [];
    default:
      return [];
  }
}

function findFiled(filed: readonly Filed[]): (r: RequestFacts) => readonly number[] {
  const ofModel = remembered(modelLookup(filed));
  const byHeader = listsOf(
    filed.flatMap(({ n, condition: { kind, ...rest } }) => ("name" in rest ? [[rest.name, { n, is: rest.is }]] : [])),
  );
  const headers = [...byHeader].map(([name, asked]) => ({ name, lists: listsOf(asked.map(({ n, is }) => [is, n])) }));
  return (r) => {
    let found = ofModel(r.model);
    for (const { name, lists } of headers) {
      const list = lists.get(r.header(name) ?? false);
      if (list !== undefined) found = found.length === 0 ? list : [...found, ...list].sort((a, b) => a - b);
    }
    return found;
  };
}
