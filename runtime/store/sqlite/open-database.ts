import { chmodSync, closeSync, existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "./in-transaction.ts";
import { migrations } from "./migrations.ts";
import { row } from "./rows.ts";

/** The name of a database that is nowhere but in memory. */
export const memoryPath = ":memory:";

/** Another process writes for a moment; beyond this something is wrong. */
const busyTimeoutMs = 10_000;
const cacheKb = 16_384;

/**
 * Opens the database, makes it if need be, and brings its schema up to date. The file is for its owner alone. Write-ahead
 * logging: readers and the writer do not wait for each other, a process that is killed leaves a whole database, and what
 * was committed is lost only with the power. Throws when it cannot.
 */
export async function openDatabase(path: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await import("node:sqlite");
  if (path !== memoryPath) createPrivately(path);
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  try {
    // The first is without effect on a database that has tables.
    database.exec("PRAGMA auto_vacuum = INCREMENTAL");
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = NORMAL");
    database.exec(`PRAGMA cache_size = -${cacheKb}`);
    inTransaction(database, () => migrate(database));
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** Opens a database that somebody else may be writing. Throws when there is none, or when it is of another version. */
export async function openToRead(path: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await import("node:sqlite");
  if (!existsSync(path)) throw new Error("there is no such file");
  const database = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
  try {
    const version = versionOf(database);
    if (version > migrations.length) throw tooNew(version);
    if (version < migrations.length) {
      throw new Error("it is not a store of this version; start the gateway once to bring it up to date");
    }
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** SQLite gives the files beside it the mode of the database. A hidden folder that it makes stays out of repositories. */
function createPrivately(path: string): void {
  const folder = dirname(path);
  const isNew = mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined;
  if (isNew && basename(folder).startsWith(".")) writeFileSync(join(folder, ".gitignore"), "*\n");
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
}

function migrate(database: DatabaseSync): void {
  const version = versionOf(database);
  if (version > migrations.length) throw tooNew(version);
  for (const step of migrations.slice(version)) database.exec(step);
  database.exec(`PRAGMA user_version = ${migrations.length}`);
}

function versionOf(database: DatabaseSync): number {
  return row<{ user_version: number }>(database, "PRAGMA user_version").user_version;
}

function tooNew(version: number): Error {
  return new Error(`it was written by a newer version (schema ${version}; this one knows ${migrations.length})`);
}
