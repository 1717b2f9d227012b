import type { RequestFacts } from "../../runtime/contract.ts";
import { matchesGlob } from "../matches-glob.ts";

/** As in the compiler's own IR. */
export type Condition =
  | Readonly<{ kind: "input-tokens" | "max-tokens"; op: "<" | "<=" | ">" | ">="; value: number }>
  | Readonly<{ kind: "flag"; fact: "hasTools" | "hasImage" | "stream"; is: boolean }>
  | Readonly<{ kind: "response-format"; is: string }>
  | Readonly<{ kind: "endpoint"; in: readonly string[] }>
  | Readonly<{ kind: "model-in"; models: readonly string[] }>
  | Readonly<{ kind: "model-glob"; globs: readonly string[] }>
  | Readonly<{ kind: "header"; name: string; is: string | boolean }>;

export type IndexedRule<P> = Readonly<{ when: readonly Condition[]; plan: P }>;

export type Rules = readonly IndexedRule<unknown>[];

/** The exact test of a rule. Input tokens are dear, and asked for when nothing else stands against the rule. */
export function matches({ when }: IndexedRule<unknown>, r: RequestFacts): boolean {
  if (!isFor(r.endpoint, when)) return false;
  for (const condition of when) if (condition.kind !== "input-tokens" && !holds(condition, r)) return false;
  for (const condition of when) if (condition.kind === "input-tokens" && !holds(condition, r)) return false;
  return true;
}

/** Whether a rule says anything about this endpoint: for embeddings only rules count that name them. */
export function isFor(endpoint: string, when: readonly Condition[]): boolean {
  return endpoint !== "embeddings" || when.some(({ kind }) => kind === "endpoint");
}

/** The exact test of one condition. */
export function holds(condition: Condition, r: RequestFacts): boolean {
  switch (condition.kind) {
    case "input-tokens":
      return compares(r.inputTokens, condition.op, condition.value);
    case "max-tokens":
      return r.maxTokens !== undefined && compares(r.maxTokens, condition.op, condition.value);
    case "flag":
      return r[condition.fact] === condition.is;
    case "response-format":
      return r.responseFormat === condition.is;
    case "endpoint":
      return condition.in.includes(r.endpoint);
    case "model-in":
      return condition.models.includes(r.model);
    case "model-glob":
      return condition.globs.some((glob) => matchesGlob(r.model, glob));
    case "header": {
      const value = r.header(condition.name);
      return typeof condition.is === "string" ? value === condition.is : condition.is === (value !== undefined);
    }
  }
}

function compares(left: number, op: "<" | "<=" | ">" | ">=", right: number): boolean {
  switch (op) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}
