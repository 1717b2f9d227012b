import { type EntryChange, entryChanges } from "../../compiler/catalogue/entry-changes.ts";
import type { Lock } from "../../schemas/lock.ts";
import { counted } from "../report.ts";
import { type Column, table } from "../table.ts";

/** What a new lock changes; `was` is undefined where there was none. */
export type LockChanges = Readonly<{
  models: number;
  added: readonly string[];
  removed: readonly string[];
  changed: readonly (EntryChange & Readonly<{ model: string }>)[];
}>;

export function lockChanges(was: Lock | undefined, now: Lock): LockChanges {
  const before = was?.models ?? {};
  const ids = Object.keys(now.models);
  return {
    models: ids.length,
    added: ids.filter((id) => !Object.hasOwn(before, id)),
    removed: Object.keys(before).filter((id) => !Object.hasOwn(now.models, id)),
    changed: Object.entries(now.models).flatMap(([model, entry]) => {
      const old = before[model];
      return old === undefined ? [] : entryChanges(old, entry).map((change) => ({ model, ...change }));
    }),
  };
}

/** Whether the lock's facts stay as they are. */
export function isUnchanged({ added, removed, changed }: LockChanges): boolean {
  return added.length + removed.length + changed.length === 0;
}

/** Such as `12 models, 2 added, 1 changed`. */
export function changesSummary({ models, added, removed, changed }: LockChanges): string {
  const count = new Set(changed.map(({ model }) => model)).size;
  return [
    counted(models, "model"),
    ...(added.length === 0 ? [] : [`${added.length} added`]),
    ...(removed.length === 0 ? [] : [`${removed.length} removed`]),
    ...(count === 0 ? [] : [`${count} changed`]),
  ].join(", ");
}

const columns: readonly Column[] = [
  { title: "MODEL", cut: true },
  { title: "WHAT" },
  { title: "WAS", right: true, cut: true },
  { title: "IS", right: true, cut: true },
];

/** One row for each fact that changes; empty when none does. */
export function changesTable({ changed }: LockChanges, width: number | undefined): string {
  if (changed.length === 0) return "";
  const rows = changed.map(({ model, what, from = "-", to = "-" }) => [model, what, from, to]);
  return table(columns, rows, width);
}
