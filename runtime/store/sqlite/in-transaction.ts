import type { DatabaseSync } from "node:sqlite";

/** All that `run` writes or, when it throws, none of it. Waits for other writers before it begins. */
export function inTransaction(database: DatabaseSync, run: () => void): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    run();
    database.exec("COMMIT");
  } catch (thrown) {
    // A full disk has rolled it back already.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw thrown;
  }
}
