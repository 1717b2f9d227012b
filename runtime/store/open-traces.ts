import type { Catalog } from "../contract.ts";
import { storeThread } from "./store-thread.ts";
import { createTraces, type Traces, type TracesOptions } from "./traces.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const dayMs = 86_400_000;

/** Where traces are kept: AROUTER_STORE, else what the configuration says; undefined when they are not. */
export function storePath({ path }: Pick<Catalog["store"], "path">, env: Environment): string | undefined {
  const asked = env["AROUTER_STORE"]?.trim() || path;
  return asked === "off" ? undefined : asked;
}

/** The traces of a gateway; undefined when it is to keep none. Its database is opened by the first request. */
export function openTraces(
  store: Catalog["store"],
  env: Environment,
  options: Pick<TracesOptions, "isShared" | "dropped" | "warn">,
): Traces | undefined {
  const path = storePath(store, env);
  if (path === undefined) return undefined;
  const retention = { retentionMs: store.retentionDays * dayMs, maxTraces: store.maxTraces };
  return createTraces(storeThread(path), { ...retention, ...options });
}
