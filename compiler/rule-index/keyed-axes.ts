import type { Axis } from "./axis.ts";
import { flipBit } from "./bits.ts";
import { type Condition, holds, isFor, type Rules } from "./condition.ts";
import { keyedAxis } from "./keyed-axis.ts";
import { remembered } from "./remembered.ts";

/** Facts that are looked up by equality; those no rule asks about are never read. */
export function keyedAxes(rules: Rules): readonly Axis[] {
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
      for (const [n, { when }] of rules.entries()) {
        if (!isFor(r.endpoint, when) || !when.every(fits)) flipBit(candidates, n);
      }
    },
    Math.ceil(rules.length / 32),
  );
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
