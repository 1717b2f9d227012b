import type { Condition } from "./condition.ts";

/** One function for each kind of condition: a table of thousands is read, and type-checked, faster than one of objects. */

type Comparison = "<" | "<=" | ">" | ">=";

export function inputTokens(op: Comparison, value: number): Condition {
  return { kind: "input-tokens", op, value };
}

export function maxTokens(op: Comparison, value: number): Condition {
  return { kind: "max-tokens", op, value };
}

export function flag(fact: "hasTools" | "hasImage" | "stream", is: boolean): Condition {
  return { kind: "flag", fact, is };
}

export function responseFormat(is: string): Condition {
  return { kind: "response-format", is };
}

export function endpointIn(endpoints: readonly string[]): Condition {
  return { kind: "endpoint", in: endpoints };
}

export function modelIn(models: readonly string[]): Condition {
  return { kind: "model-in", models };
}

export function modelLike(globs: readonly string[]): Condition {
  return { kind: "model-glob", globs };
}

export function header(name: string, is: string | boolean): Condition {
  return { kind: "header", name, is };
}
