import type { RequestFacts } from "../runtime/contract.ts";
import { matchesGlob } from "./matches-glob.ts";
import { type Bits, flipBit, hasBit, intersect, nextBit, setBit, toBits, union } from "./rule-bits.ts";

// First-match lookup for many rules: every fact names the rules that may match, the sets are intersected bit by bit,
// and what is left is tested in full, in order. Copied as it stands into the output of a large policy.

type Condition =
  | Readonly<{ kind: "input-tokens" | "max-tokens"; op: "<" | "<=" | ">" | ">="; value: number }>
  | Readonly<{ kind: "flag"; fact: "hasTools" | "hasImage" | "stream"; is: boolean }>
  | Readonly<{ kind: "response-format"; is: string }>
  | Readonly<{ kind: "endpoint"; in: readonly string[] }>
  | Readonly<{ kind: "model-in"; models: readonly string[] }>
  | Readonly<{ kind: "model-glob"; globs: readonly string[] }>
  | Readonly<{ kind: "header"; name: string; is: string | boolean }>;

export type IndexedRule<P> = Readonly<{ when: readonly Condition[]; plan: P }>;

type Rules = readonly IndexedRule<unknown>[];

/** Clears the bits of rules whose condition on one fact cannot hold. */
type Axis = (r: RequestFacts, candidates: Bits) => void;

/** Finds the first rule whose conditions all hold. Input tokens are read only when a rule that asks for them is next in line. */
export function ruleIndex<P>(rules: readonly IndexedRule<P>[]): (r: RequestFacts) => P | undefined {
  const axes = [...keyedAxes(rules), ...numberAxis(rules, "max-tokens", (r) => r.maxTokens)];
  const tokenAxis = numberAxis(rules, "input-tokens", (r) => r.inputTokens);
  const asksTokens = rules.map((rule) => rule.when.some(({ kind }) => kind === "input-tokens"));
  const candidates = new Int32Array(Math.ceil(rules.length / 32));
  return (r) => {
    candidates.fill(-1);
    for (const narrow of axes) narrow(r, candidates);
    let counted = false;
    let n = nextBit(candidates, 0);
    while (n < rules.length) {
      if (asksTokens[n] && !counted) {
        counted = true;
        for (const narrow of tokenAxis) narrow(r, candidates);
        n = nextBit(candidates, n);
        continue;
      }
      const rule = rules[n];
      if (rule?.when.every((condition) => holds(condition, r))) return rule.plan;
      n = nextBit(candidates, n + 1);
    }
    return undefined;
  };
}

/** Facts that are looked up by equality; those no rule asks about are never read. */
function keyedAxes(rules: Rules): readonly Axis[] {
  const conditions = rules.flatMap((rule) => rule.when);
  const headers = new Set(conditions.flatMap((condition) => (condition.kind === "header" ? [condition.name] : [])));
  const globs = new Set(conditions.flatMap((condition) => (condition.kind === "model-glob" ? condition.globs : [])));
  const prefixes = lengths([...globs].filter((glob) => glob.endsWith("*")).map(globKey));
  const suffixes = lengths([...globs].filter((glob) => glob.startsWith("*") && glob !== "*").map(globKey));

  const models = [
    ...keyedAxis(
      rules,
      (c) => (c.kind === "model-in" ? c.models : undefined),
      (r) => [r.model],
    ),
    ...keyedAxis(rules, globKeys, (r) => {
      const whole = `^${r.model}$`;
      const starts = prefixes.map((length) => whole.slice(0, length));
      return [whole, ...starts, ...suffixes.map((length) => whole.slice(-length))];
    }),
  ];
  const narrowByModel: Axis = (r, candidates) => {
    for (const narrow of models) narrow(r, candidates);
  };
  return [
    shapeAxis(rules),
    ...(models.length === 0 ? [] : [remembered((r) => r.model, narrowByModel, Math.ceil(rules.length / 32))]),
    ...keyedAxis(
      rules,
      (c) => (c.kind === "response-format" ? [c.is] : undefined),
      (r) => [r.responseFormat ?? false],
    ),
    ...[...headers].flatMap((name) => headerAxis(rules, name)),
  ];
}

function lengths(keys: readonly string[]): readonly number[] {
  return [...new Set(keys.map((key) => key.length))].filter((length) => length > 0);
}

function headerAxis(rules: Rules, name: string): readonly Axis[] {
  const asks = (condition: Condition) =>
    condition.kind === "header" && condition.name === name ? [condition.is] : undefined;
  return keyedAxis(rules, asks, (r) => {
    const value = r.header(name);
    return value === undefined ? [false] : [true, value];
  });
}

/** The facts with few values, as one. */
function shapeAxis(rules: Rules): Axis {
  const asked = (["hasTools", "hasImage", "stream"] as const).filter((fact) =>
    rules.some((rule) => rule.when.some((condition) => condition.kind === "flag" && condition.fact === fact)),
  );
  return remembered(
    (r) => asked.reduce((key, fact) => key + (r[fact] ? "+" : "-"), String(r.endpoint)),
    (r, candidates) => {
      const fits = (condition: Condition) =>
        (condition.kind !== "flag" && condition.kind !== "endpoint") || holds(condition, r);
      for (const [n, rule] of rules.entries()) if (!rule.when.every(fits)) flipBit(candidates, n);
    },
    Math.ceil(rules.length / 32),
  );
}

const rememberedKeys = 1024;

/** Keeps what an axis leaves of a full set, by the only facts it reads. Starts anew when a client makes up too many keys. */
function remembered(keyOf: (r: RequestFacts) => string, narrow: Axis, words: number): Axis {
  const known = new Map<string, Bits>();
  return (r, candidates) => {
    const key = keyOf(r);
    let allowed = known.get(key);
    if (allowed === undefined) {
      if (known.size === rememberedKeys) known.clear();
      allowed = new Int32Array(words).fill(-1);
      narrow(r, allowed);
      known.set(key, allowed);
    }
    intersect(candidates, allowed);
  };
}

/** What a condition compares with; for headers true and false stand for present and absent. */
type Key = string | boolean;

/**
 * `keysOf` names the values a condition accepts, or undefined when it asks about something else; `keysIn` what a request has.
 */
function keyedAxis(
  rules: Rules,
  keysOf: (condition: Condition) => readonly Key[] | undefined,
  keysIn: (r: RequestFacts) => readonly Key[],
): readonly Axis[] {
  const lists = new Map<Key, number[]>();
  const indifferent: number[] = [];
  for (const [n, rule] of rules.entries()) {
    const keys = rule.when.map(keysOf);
    if (keys.every((accepted) => accepted === undefined)) indifferent.push(n);
    for (const key of new Set(keys.flatMap((accepted) => accepted ?? []))) {
      const list = lists.get(key);
      if (list === undefined) lists.set(key, [n]);
      else list.push(n);
    }
  }
  if (lists.size === 0) return [];
  const others = toBits(indifferent, rules.length);
  const sets = new Map<Key, RuleSet>([...lists].map(([key, list]) => [key, ruleSet(list, others)]));
  const narrow: Axis = (r, candidates) => {
    let allowed = others;
    const kept: number[] = [];
    for (const key of keysIn(r)) {
      const set = sets.get(key);
      if (set === undefined) continue;
      if (set.kind === "many") allowed = allowed === others ? set.bits : union(allowed, set.bits);
      else for (const n of set.list) if (hasBit(candidates, n)) kept.push(n);
    }
    intersect(candidates, allowed);
    for (const n of kept) setBit(candidates, n);
  };
  return [narrow];
}

/** Many rules are kept as bits, together with those that do not ask; a few as a list, so that all lists take no more room than the rules. */
type RuleSet = Readonly<{ kind: "many"; bits: Bits }> | Readonly<{ kind: "few"; list: readonly number[] }>;

function ruleSet(list: readonly number[], others: Bits): RuleSet {
  if (list.length <= others.length) return { kind: "few", list };
  return { kind: "many", bits: union(others, toBits(list, others.length * 32)) };
}

/**
 * The constants cut the number line into points and gaps; in each of these cells the same rules hold. The rules of a cell are the
 * nearest stored set before it plus the changes since, so that many constants take little room.
 */
function numberAxis(
  rules: Rules,
  kind: "input-tokens" | "max-tokens",
  read: (r: RequestFacts) => number | undefined,
): readonly Axis[] {
  const bounds = rules.map((rule) => rule.when.flatMap((condition) => (condition.kind === kind ? [condition] : [])));
  const constants = new Float64Array(new Set(bounds.flat().map(({ value }) => value))).sort();
  if (constants.length === 0) return [];
  const changes: number[][] = Array.from({ length: 2 * constants.length + 2 }, () => []);
  for (const [n, conditions] of bounds.entries()) {
    const [first, last] = cellRange(conditions, constants);
    if (first > last) continue;
    changes[first]?.push(n);
    changes[last + 1]?.push(n);
  }
  const silent = toBits(
    [...bounds.keys()].filter((n) => bounds[n]?.length === 0),
    rules.length,
  );
  const stored = storedSets(changes, silent.length);
  const allowed = new Int32Array(silent.length);
  const narrow: Axis = (r, candidates) => {
    const value = read(r);
    if (value === undefined) return intersect(candidates, silent);
    const cell = cellOf(value, constants);
    const from = stored.at[cell] ?? 0;
    allowed.set(stored.sets.get(from) ?? silent);
    for (let next = from + 1; next <= cell; next++) for (const n of changes[next] ?? []) flipBit(allowed, n);
    intersect(candidates, allowed);
  };
  return [narrow];
}

/** First and last cell in which all bounds hold; first is greater than last when there is none. */
function cellRange(
  bounds: readonly Readonly<{ op: string; value: number }>[],
  constants: Float64Array,
): [number, number] {
  let first = 0;
  let last = 2 * constants.length;
  for (const { op, value } of bounds) {
    const cell = cellOf(value, constants);
    if (op === ">" || op === ">=") first = Math.max(first, op === ">" ? cell + 1 : cell);
    else last = Math.min(last, op === "<" ? cell - 1 : cell);
  }
  return [first, last];
}

/** Odd cells are the constants themselves, even ones the gaps before, between and after them. */
function cellOf(value: number, constants: Float64Array): number {
  let low = 0;
  let high = constants.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((constants[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return 2 * low + (constants[low] === value ? 1 : 0);
}

/** A whole set wherever a quarter as many changes have gathered as a set has words. `at` tells each cell where to begin. */
function storedSets(changes: readonly (readonly number[])[], words: number) {
  const sets = new Map<number, Bits>();
  const at: number[] = [];
  const current = new Int32Array(words);
  let pending = 0;
  let latest = 0;
  for (const [cell, flipped] of changes.entries()) {
    for (const n of flipped) flipBit(current, n);
    pending += flipped.length;
    if (cell === 0 || pending > words / 4) {
      sets.set(cell, current.slice());
      latest = cell;
      pending = 0;
    }
    at.push(latest);
  }
  return { sets, at };
}

/** The exact test of one condition. */
function holds(condition: Condition, r: RequestFacts): boolean {
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

/** `^name$` for an exact name, `^start` and `end$`; a glob of any other kind is left to the full test. */
function globKeys(condition: Condition): readonly string[] | undefined {
  if (condition.kind !== "model-glob") return undefined;
  const keys = condition.globs.map(globKey);
  return keys.includes("") ? undefined : keys;
}

function globKey(glob: string): string {
  const stars = glob.split("*").length - 1;
  if (glob.includes("?") || stars > 1) return "";
  if (stars === 0) return `^${glob}$`;
  if (glob.endsWith("*")) return `^${glob.slice(0, -1)}`;
  return glob.startsWith("*") ? `${glob.slice(1)}$` : "";
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
