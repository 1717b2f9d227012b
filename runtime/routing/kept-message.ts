import type { ErrorClass, WireError } from "../wire/canonical.ts";
import type { Judgement } from "./judge-failure.ts";

type Failure = Readonly<{
  error: WireError;
  scope: Judgement["scope"];
  /** The status the upstream answered with, when that was no 2xx. */
  status: number | undefined;
  /** The value of the key that was used. */
  key: string | undefined;
}>;

/** In the gateway's own words, as long as no upstream sent a status. */
const ours: ReadonlySet<ErrorClass> = new Set<ErrorClass>([
  "bad-upstream-answer",
  "upstream-unreachable",
  "timeout",
  "internal",
]);
const maxLength = 300;

/**
 * What may be remembered of the words with which an attempt failed: the gateway's own, and an upstream's about a key,
 * without the key. What else an upstream says may quote the request; its status and the kind of failure have to do.
 */
export function keptMessage({ error, scope, status, key }: Failure): string | undefined {
  if (scope !== "key" && (status !== undefined || !ours.has(error.class))) return undefined;
  const clean = key === undefined ? error.message : error.message.replaceAll(key, "[key]");
  return clean.slice(0, maxLength);
}
