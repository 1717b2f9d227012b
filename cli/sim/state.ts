import { type PromptCache, promptCache } from "./prompt-cache.ts";
import { type RequestLog, requestLog } from "./request-log.ts";
import { type ScriptList, scriptList } from "./script/script-list.ts";

/** Settings of one simulator. */
export type Settings = Readonly<{
  /** The only key the OpenAI endpoints accept; any non-empty key without it. */
  openaiKey: string | undefined;
  /** The same for the Anthropic endpoints. */
  anthropicKey: string | undefined;
  /** The only models offered, on both APIs; without it any name that is not the other vendor's. */
  models: readonly string[] | undefined;
  /** Milliseconds since the epoch. */
  now: () => number;
}>;

/** Everything that changes while a simulator runs. */
export type State = Readonly<{ settings: Settings; log: RequestLog; scripts: ScriptList; cache: PromptCache }>;

const maxLoggedRequests = 20_000;
/** Keeps a long load test with large bodies within a few hundred megabytes. */
const maxLoggedBodyChars = 64 * 1024 * 1024;
const maxCachedPrefixes = 10_000;

/** The state of a simulator that has seen nothing yet. */
export function freshState(settings: Settings): State {
  return {
    settings,
    log: requestLog(maxLoggedRequests, maxLoggedBodyChars, settings.now),
    scripts: scriptList(),
    cache: promptCache(maxCachedPrefixes),
  };
}
