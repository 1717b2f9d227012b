import type { DatabaseSync, SQLInputValue } from "node:sqlite";

/** What a query finds. Columns get their types here and nowhere else: `Row` says what `sql` selects. */
export function rows<Row>(database: DatabaseSync, sql: string, ...values: readonly SQLInputValue[]): readonly Row[] {
  return database.prepare(sql).all(...values) as readonly unknown[] as readonly Row[];
}

/** The same for a query that always finds one row: a pragma, or a sum over everything. */
export function row<Row>(database: DatabaseSync, sql: string, ...values: readonly SQLInputValue[]): Row {
  const [found] = rows<Row>(database, sql, ...values);
  if (found === undefined) throw new Error(`no row: ${sql}`);
  return found;
}
