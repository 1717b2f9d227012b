import { existsSync } from "node:fs";
import { understand } from "../compiler/compile.ts";
import { epochMs } from "../runtime/clock.ts";
import { storePath } from "../runtime/store/open-traces.ts";
import { memoryPath, openToRead } from "../runtime/store/sqlite/open-database.ts";
import { sqliteStore } from "../runtime/store/sqlite/sqlite-store.ts";
import type { TraceJson } from "../runtime/store/trace-json.ts";
import {
  type Page,
  type SavingsPage,
  savingsPage,
  type TracesPage,
  tracePage,
  tracesPage,
  type UsagePage,
  usagePage,
} from "../runtime/store/trace-pages.ts";
import { defaults } from "../schemas/defaults.ts";
import { type Arguments, configFlag, type Flag, flagValue, type Io, profileFlag } from "./command.ts";
import { compileOptions, findConfig } from "./find-config.ts";
import { gatewaySource } from "./gateway-source.ts";
import { NoSourceError } from "./no-source-error.ts";

/** What past requests are read from. */
export type TraceSource = Readonly<{
  traces(query: URLSearchParams): Promise<Page<TracesPage>>;
  trace(id: string): Promise<Page<TraceJson>>;
  usage(query: URLSearchParams): Promise<Page<UsagePage>>;
  savings(query: URLSearchParams): Promise<Page<SavingsPage>>;
  close(): Promise<void>;
}>;

export const sourceFlags: readonly Flag[] = [
  {
    name: "store",
    value: "FILE",
    about: "the database to read (default: AROUTER_STORE, then store.path of the configuration)",
  },
  {
    name: "url",
    value: "URL",
    about: "ask a running gateway instead (default: AROUTER_URL); its key is AROUTER_ADMIN_KEY",
  },
  configFlag,
  profileFlag,
];

/**
 * The gateway that `--url` names, else the database that `--store` names, else the gateway of AROUTER_URL, else the database
 * of the configuration, whether a gateway is running on it or not. Throws NoSourceError.
 */
export async function openSource(args: Arguments, io: Io): Promise<TraceSource> {
  const store = flagValue(args, "store");
  const url = flagValue(args, "url");
  if (store !== undefined && url !== undefined) throw new NoSourceError("--store and --url exclude each other.");
  const asked = url ?? (store === undefined ? io.env["AROUTER_URL"]?.trim() : undefined);
  if (asked) return gatewaySource(asked, io.env["AROUTER_ADMIN_KEY"]?.trim() || undefined);
  return fileSource(store ?? (await configuredPath(args, io)));
}

async function fileSource(path: string): Promise<TraceSource> {
  const database = await openToRead(path).catch((thrown: unknown) => {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new NoSourceError(`The trace store ${path} cannot be read: ${why}.\n${whereElse}`);
  });
  const store = sqliteStore(database);
  return {
    traces: (query) => tracesPage(store, query, epochMs()),
    trace: (id) => tracePage(store, id),
    usage: (query) => usagePage(store, query, epochMs()),
    savings: (query) => savingsPage(store, query, epochMs()),
    close: store.close,
  };
}

const whereElse =
  "Run this where the gateway runs, or say where to look: --store FILE, or --url http://localhost:8080 for a running gateway.";

async function configuredPath(args: Arguments, io: Io): Promise<string> {
  const path = storePath({ path: await writtenPath(args, io) }, io.env);
  if (path === undefined)
    throw new NoSourceError(`The configuration keeps no traces: store.path is "off".\n${whereElse}`);
  if (path === memoryPath) {
    throw new NoSourceError(`The gateway keeps its traces in memory. Ask it: --url http://localhost:8080`);
  }
  return path;
}

async function writtenPath(args: Arguments, io: Io): Promise<string> {
  const config = findConfig(args, io);
  if (flagValue(args, "config") === undefined && !existsSync(config)) return defaults.store.path;
  const understood = await understand(config, compileOptions(args));
  if (understood.ok) return understood.ir.catalog.store.path;
  throw new NoSourceError(`${config} has errors; arouter check tells them.\n${whereElse}`);
}
