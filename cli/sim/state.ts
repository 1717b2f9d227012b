import type { JsonObject } from "./json.ts";
import { type Keep, keep } from "./keep.ts";
import { type PromptCache, promptCache } from "./prompt-cache.ts";
import { type RequestLog, requestLog } from "./request-log.ts";
import { type ScriptList, scriptList } from "./script/script-list.ts";

/** Settings of one simulator. */
export type Settings = Readonly<{
  /** The only key each vendor accepts; any non-empty key without it. */
  keys: Readonly<{ openai: string | undefined; anthropic: string | undefined; gemini: string | undefined }>;
  /** The only models offered, by every vendor; without it any name that is not another vendor's. */
  models: readonly string[] | undefined;
  /** Milliseconds since the epoch. */
  now: () => number;
}>;

/** A response that was asked to be stored: what came in, earlier turns included, and what went out. */
export type StoredResponse = Readonly<{
  input: readonly JsonObject[];
  response: JsonObject;
  /** What becomes of a response that is still being made in the background. */
  finished?: JsonObject;
}>;
/** An uploaded file, or one a batch wrote. */
type StoredFile = Readonly<{ about: JsonObject; bytes: Uint8Array }>;
/** A batch as the vendor describes it, with the requests that wait in it. */
export type StoredBatch = Readonly<{ about: JsonObject; requests: readonly JsonObject[]; results: string }>;

/** What the vendors keep for their callers. */
type Keeps = Readonly<{
  responses: Keep<StoredResponse>;
  files: Keep<StoredFile>;
  batches: Keep<StoredBatch>;
  messageBatches: Keep<StoredBatch>;
}>;

/** Everything that changes while a simulator runs. */
export type State = Readonly<{
  settings: Settings;
  log: RequestLog;
  scripts: ScriptList;
  cache: PromptCache;
  keeps: Keeps;
}>;

const maxLoggedRequests = 20_000;
/** Keeps a long load test with large bodies within a few hundred megabytes. */
const maxLoggedBodyChars = 64 * 1024 * 1024;
const maxCachedPrefixes = 10_000;
const maxKept = 1_000;

/** The state of a simulator that has seen nothing yet. */
export function freshState(settings: Settings): State {
  return {
    settings,
    log: requestLog(maxLoggedRequests, maxLoggedBodyChars, settings.now),
    scripts: scriptList(),
    cache: promptCache(maxCachedPrefixes),
    keeps: {
      responses: keep(maxKept),
      files: keep(maxKept),
      batches: keep(maxKept),
      messageBatches: keep(maxKept),
    },
  };
}

/** Forgets everything. */
export function clearState(state: State): void {
  state.log.clear();
  state.scripts.clear();
  state.cache.clear();
  for (const kept of Object.values(state.keeps)) kept.clear();
}
