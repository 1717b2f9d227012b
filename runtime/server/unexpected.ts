import { failure } from "../errors.ts";
import type { WireError } from "../wire/canonical.ts";
import type { Dependencies } from "./dependencies.ts";

/** A fault of ours: the log gets all of it, the client an error that says where to look. */
export function unexpected(thrown: unknown, requestId: string, { log }: Pick<Dependencies, "log">): WireError {
  log.error(`request ${requestId}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
  return failure("internal", "The gateway failed on this request; its log says why.");
}
